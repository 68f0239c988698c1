#version 450
#extension GL_GOOGLE_include_directive : require
#define STEP_BINDING 3
#include "common.glsl"
#include "step.glsl"

layout(std430, binding = 0) buffer W { float w[]; };
layout(std430, binding = 0) buffer W4 { vec4 w4[]; };
layout(std430, binding = 1) readonly buffer G { float g[]; };
layout(std430, binding = 1) readonly buffer G4 { vec4 g4[]; };
layout(std430, binding = 2) buffer V { float v[]; };
layout(std430, binding = 2) buffer V4 { vec4 v4[]; };
layout(push_constant) uniform Push {
	uint n;
	float rate_factor;
	float decay;
};

// velocity is the new one, of the paper's section 5.
vec4 velocity(vec4 v, vec4 w, vec4 g) {
	float rate = state.rate * rate_factor;
	return state.momentum * v - decay * rate * w - rate * g;
}

void four(uint i) {
	vec4 weight = w4[i];
	vec4 step = velocity(v4[i], weight, g4[i]);
	v4[i] = step;
	w4[i] = weight + step;
}

void one(uint i) {
	float weight = w[i];
	float step = velocity(vec4(v[i]), vec4(weight), vec4(g[i])).x;
	v[i] = step;
	w[i] = weight + step;
}

#include "fours.glsl"
