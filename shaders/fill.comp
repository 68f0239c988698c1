#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) writeonly buffer Y { float y[]; };
layout(std430, binding = 0) writeonly buffer Y4 { vec4 y4[]; };
layout(push_constant) uniform Push {
	uint n;
	float value;
};

void four(uint i) { y4[i] = vec4(value); }
void one(uint i) { y[i] = value; }

#include "fours.glsl"
