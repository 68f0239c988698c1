#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "row.glsl"
#include "softmax.glsl"

layout(std430, binding = 1) readonly buffer Labels { float labels[]; };
layout(std430, binding = 2) writeonly buffer Loss { float loss[]; };

void main() {
	uint row = row_id();
	if (row >= rows) return;
	uint base = row * classes;
	float top = top_logit(base);
	float sum = exponential_sum(base, top);
	if (gl_LocalInvocationID.x != 0u) return;
	float own = x[base + uint(labels[row])];
	loss[row] = healthy(top) ? log(sum) + (top - own) : not_a_number();
}
