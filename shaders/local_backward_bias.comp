#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer Dy { float dy[]; };
layout(std430, binding = 1) buffer Db { float db[]; };
layout(push_constant) uniform Push {
	uint n; // of an image's gradients
	uint images;
	uint add; // whether to add to what db holds
};

void main() {
	uint i = linear_id();
	if (i >= n) return;
	float sum = add != 0 ? db[i] : 0;
	for (uint image = 0; image < images; image++) sum += dy[image * n + i];
	db[i] = sum;
}
