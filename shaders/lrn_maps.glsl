// Normalization across maps. An invocation goes through a block of channels at
// one pixel and keeps the window in registers, so that each element is loaded
// once. Sums are formed anew at each channel: a running one would never forget a
// NaN and lose what a large value covers.
#include "lrn.glsl"

layout(constant_id = 1) const int size = 1; // of the window: channels c-behind to c+ahead
const int behind = size / 2;
const int ahead = size - 1 - behind;

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(push_constant) uniform Push {
	uint n;
	int pixels;   // of a map
	int channels; // of a group
	int blocks;   // in a group
	int block;    // channels, fewer in the last
	float k;
	float alpha;
	float beta;
};

// Task is a block: channels lo to hi-1 of the group whose channel 0 has the
// invocation's pixel at base.
struct Task {
	int base, lo, hi;
};

Task task_of(int id) {
	int piece = id / pixels, group = piece / blocks;
	int lo = (piece - group * blocks) * block;
	return Task(group * channels * pixels + id - piece * pixels, lo, min(lo + block, channels));
}

bool in_group(int channel) { return channel >= 0 && channel < channels; }

// The window's channels, lowest first; outside the group they are zero.
float near[size];

// enter moves the window on to end with a channel.
void enter(int base, int channel) {
	[[unroll]] for (int i = 1; i < size; i++) near[i - 1] = near[i];
	near[size - 1] = in_group(channel) ? x[base + channel * pixels] : 0;
}

float sum_of_squares() {
	float sum = 0;
	[[unroll]] for (int i = 0; i < size; i++) sum += near[i] * near[i];
	return sum;
}
