#version 450
#extension GL_GOOGLE_include_directive : require
#define STEP_BINDING 2
#include "common.glsl"
#include "philox.glsl"
#include "step.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
layout(push_constant) uniform Push {
	uint n;        // rows * blocks
	uint cols;
	uint blocks;   // of four words, that a row may touch
	uint first_lo; // word of the stream for element (0, 0)
	uint first_hi;
	uint total_lo; // words from one row to the next
	uint total_hi;
	uint threshold;
	uint keep_all; // the threshold is 2^32
	float scale;
	uint purpose;
};

// Numbers of words go past 2^32; they are pairs (low, high).
uvec2 add(uvec2 a, uvec2 b) {
	uint carry;
	uint lo = uaddCarry(a.x, b.x, carry);
	return uvec2(lo, a.y + b.y + carry);
}

uvec2 first_word(uint row) {
	uint hi, lo;
	umulExtended(row, total_lo, hi, lo);
	return add(uvec2(first_lo, first_hi), uvec2(lo, hi + row * total_hi));
}

// An invocation draws one block of four words, and masks the elements of one
// row that they belong to.
void main() {
	uint i = linear_id();
	if (i >= n) return;
	uint row = i / blocks;
	uint nth = i - row * blocks;
	uvec2 first = first_word(row);
	uvec2 block = add(uvec2(first.x >> 2 | first.y << 30, first.y >> 2), uvec2(nth, 0u));
	uvec4 words = philox(uvec4(block, state.step, purpose), uvec2(state.seed_lo, state.seed_hi));
	int col = int(4u * nth) - int(first.x & 3u); // of the block's first word
	for (int k = 0; k < 4; k++, col++) {
		if (col < 0 || col >= int(cols)) continue;
		uint at = row * cols + uint(col);
		bool kept = words[k] < threshold || keep_all != 0u;
		y[at] = kept ? scale * x[at] : 0.0;
	}
}
