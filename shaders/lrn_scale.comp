#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "lrn_axis.glsl"

layout(std430, binding = 1) readonly buffer X { float x[]; };
layout(std430, binding = 2) writeonly buffer Y { float y[]; };

void main() {
	uint i = linear_id();
	if (i < n) y[i] = x[i] * power(k + alpha * sum_near(int(i)), beta);
}
