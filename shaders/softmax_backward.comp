#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer Probs { float probs[]; };
layout(std430, binding = 1) readonly buffer Labels { float labels[]; };
layout(std430, binding = 2) writeonly buffer Dx { float dx[]; };
layout(push_constant) uniform Push {
	uint n; // rows * classes
	uint classes;
	float scale;
};

void main() {
	uint i = linear_id();
	if (i >= n) return;
	uint row = i / classes;
	bool hit = i - row * classes == uint(labels[row]);
	dx[i] = scale * (probs[i] - (hit ? 1.0 : 0.0));
}
