#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint function = 0;

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
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

void main() {
	uint i = linear_id();
	if (i < n) y[i] = activate(x[i]);
}
