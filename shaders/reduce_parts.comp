#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) readonly buffer B { float b[]; };
layout(std430, binding = 2) writeonly buffer Y { float y[]; };
layout(push_constant) uniform Push {
	uint n; // elements of a part
	uint parts;
	uint maps; // that have a bias each, 0 without
	uint plane; // elements of a map
};

// y[i] is the sum of the i-th elements of all parts, and the bias of its map.
void main() {
	uint i = linear_id();
	if (i >= n) return;
	float sum = 0.0;
	for (uint p = 0; p < parts; p++) sum += x[p * n + i];
	if (maps > 0u) sum += b[i / plane % maps];
	y[i] = sum;
}
