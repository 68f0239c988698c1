#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "row.glsl"

layout(std430, binding = 0) readonly buffer Scores { float scores[]; };
layout(std430, binding = 1) readonly buffer Labels { float labels[]; };
layout(std430, binding = 2) writeonly buffer Rank { float rank[]; };
layout(push_constant) uniform Push {
	uint rows;
	uint classes;
};

void main() {
	uint row = row_id();
	if (row >= rows) return;
	uint base = row * classes;
	uint label = uint(labels[row]);
	float own = scores[base + label];
	float ahead = 0.0;
	for (uint c = gl_LocalInvocationID.x; c < classes; c += gl_WorkGroupSize.x) {
		float v = scores[base + c];
		if (is_nan(v) || v > own || v == own && c < label) ahead += 1.0;
	}
	ahead = row_sum(ahead);
	if (gl_LocalInvocationID.x == 0u) rank[row] = is_nan(own) ? float(classes) : ahead;
}
