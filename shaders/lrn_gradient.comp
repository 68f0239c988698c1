#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "lrn_axis.glsl"

layout(std430, binding = 1) readonly buffer X { float x[]; };
layout(std430, binding = 2) buffer Dx { float dx[]; };

// The second summand of dx, from what lrn_terms left.
void main() {
	uint i = linear_id();
	if (i < n) dx[i] -= 2 * alpha * beta * x[i] * sum_near(int(i));
}
