#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 0) readonly buffer X4 { vec4 x4[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
layout(std430, binding = 1) writeonly buffer Y4 { vec4 y4[]; };
layout(push_constant) uniform Push {
	uint n;
	float factor;
};

void four(uint i) { y4[i] = factor * x4[i]; }
void one(uint i) { y[i] = factor * x[i]; }

#include "fours.glsl"
