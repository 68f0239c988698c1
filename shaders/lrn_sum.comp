#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "lrn_axis.glsl"

layout(std430, binding = 1) writeonly buffer Sums { float sums[]; };

void main() {
	uint i = linear_id();
	if (i < n) sums[i] = sum_near(int(i));
}
