#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "lrn_axis.glsl"

layout(std430, binding = 1) readonly buffer X { float x[]; };
layout(std430, binding = 2) readonly buffer Dy { float dy[]; };
layout(std430, binding = 3) writeonly buffer Dx { float dx[]; };
layout(std430, binding = 4) writeonly buffer Terms { float terms[]; };

// The first summand of dx and the terms of the second one's sum; see
// lrn_maps_backward.
void main() {
	uint i = linear_id();
	if (i >= n) return;
	float s = k + alpha * sum_near(int(i));
	float first = dy[i] * power(s, beta);
	dx[i] = first;
	terms[i] = first * x[i] / s;
}
