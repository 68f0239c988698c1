#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint function = 0;

layout(std430, binding = 0) readonly buffer Y { float y[]; };
layout(std430, binding = 0) readonly buffer Y4 { vec4 y4[]; };
layout(std430, binding = 1) readonly buffer Dy { float dy[]; };
layout(std430, binding = 1) readonly buffer Dy4 { vec4 dy4[]; };
layout(std430, binding = 2) writeonly buffer Dx { float dx[]; };
layout(std430, binding = 2) writeonly buffer Dx4 { vec4 dx4[]; };
layout(push_constant) uniform Push {
	uint n;
};

// gradient is v * f'(x) in terms of the output f.
vec4 gradient(vec4 f, vec4 v) {
	switch (function) {
	case TANH: return v * (1.0 - f * f);
	case SIGMOID: return v * f * (1.0 - f);
	default: return mix(vec4(0.0), v, greaterThan(f, vec4(0.0)));
	}
}

void four(uint i) { dx4[i] = gradient(y4[i], dy4[i]); }
void one(uint i) { dx[i] = gradient(vec4(y[i]), vec4(dy[i])).x; }

#include "fours.glsl"
