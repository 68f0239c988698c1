#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint function = 0;

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 0) readonly buffer X4 { vec4 x4[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
layout(std430, binding = 1) writeonly buffer Y4 { vec4 y4[]; };
layout(push_constant) uniform Push {
	uint n;
};

float activate(float v) {
	switch (function) {
	case TANH: return safe_tanh(v);
	case SIGMOID: return sigmoid(v);
	default: return relu(v);
	}
}

void four(uint i) {
	vec4 v = x4[i];
	y4[i] = vec4(activate(v.x), activate(v.y), activate(v.z), activate(v.w));
}

void one(uint i) { y[i] = activate(x[i]); }

#include "fours.glsl"
