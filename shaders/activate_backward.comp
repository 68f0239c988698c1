#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint function = 0;

layout(std430, binding = 0) readonly buffer Y { float y[]; };
layout(std430, binding = 1) readonly buffer Dy { float dy[]; };
layout(std430, binding = 2) writeonly buffer Dx { float dx[]; };
layout(push_constant) uniform Push {
	uint n;
};

// gradient is v * f'(x) in terms of the output f.
float gradient(float f, float v) {
	switch (function) {
	case TANH: return v * (1.0 - f * f);
	case SIGMOID: return v * f * (1.0 - f);
	default: return f > 0.0 ? v : 0.0;
	}
}

void main() {
	uint i = linear_id();
	if (i < n) dx[i] = gradient(y[i], dy[i]);
}
