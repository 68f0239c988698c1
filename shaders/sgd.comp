#version 450
#extension GL_GOOGLE_include_directive : require
#define STEP_BINDING 3
#include "common.glsl"
#include "step.glsl"

layout(std430, binding = 0) buffer W { float w[]; };
layout(std430, binding = 1) readonly buffer G { float g[]; };
layout(std430, binding = 2) buffer V { float v[]; };
layout(push_constant) uniform Push {
	uint n;
	float rate_factor;
	float decay;
};

// The paper's section 5.
void main() {
	uint i = linear_id();
	if (i >= n) return;
	float rate = state.rate * rate_factor;
	float weight = w[i];
	float velocity = state.momentum * v[i] - decay * rate * weight - rate * g[i];
	v[i] = velocity;
	w[i] = weight + velocity;
}
