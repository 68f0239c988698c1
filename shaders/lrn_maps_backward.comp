#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "common.glsl"
#include "lrn_maps.glsl"

layout(std430, binding = 1) readonly buffer Dy { float dy[]; };
layout(std430, binding = 2) writeonly buffer Dx { float dx[]; };

// With s = k + alpha * sum of squares,
//
//	dx_i = dy_i s_i^-beta - 2 alpha beta x_i sum_j dy_j x_j s_j^(-beta-1)
//
// over the channels j from i-ahead to i+behind, in whose windows i lies. firsts
// are the first summands of channels i to i+behind, terms the second one's.
const int waiting = behind + 1;
float firsts[waiting];
float terms[size];

void enter_term(int base, int channel) {
	[[unroll]] for (int i = 1; i < waiting; i++) firsts[i - 1] = firsts[i];
	[[unroll]] for (int i = 1; i < size; i++) terms[i - 1] = terms[i];
	float s = k + alpha * sum_of_squares();
	float first = in_group(channel) ? dy[base + channel * pixels] * power(s, beta) : 0;
	firsts[waiting - 1] = first;
	terms[size - 1] = in_group(channel) ? first * near[behind] / s : 0;
}

float sum_of_terms() {
	float sum = 0;
	[[unroll]] for (int i = 0; i < size; i++) sum += terms[i];
	return sum;
}

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Task t = task_of(int(id));
	int first = t.lo - ahead;
	for (int c = first - behind; c < first + ahead; c++) enter(t.base, c);
	for (int c = first; c < t.hi + behind; c++) {
		enter(t.base, c + ahead);
		enter_term(t.base, c);
		int i = c - behind; // whose input is the oldest neighbour
		if (i >= t.lo) dx[t.base + i * pixels] = firsts[0] - 2 * alpha * beta * near[0] * sum_of_terms();
	}
}
