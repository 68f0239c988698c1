#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "row.glsl"
#include "softmax.glsl"

layout(std430, binding = 1) writeonly buffer Y { float y[]; };

void main() {
	uint row = row_id();
	if (row >= rows) return;
	uint base = row * classes;
	float top = top_logit(base);
	float sum = exponential_sum(base, top);
	for (uint c = gl_LocalInvocationID.x; c < classes; c += gl_WorkGroupSize.x) {
		y[base + c] = healthy(top) ? exp(x[base + c] - top) / sum : not_a_number();
	}
}
