#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer DY { float dy[]; };
layout(std430, binding = 1) writeonly buffer DB { float db[]; };
layout(push_constant) uniform Push {
	uint n; // maps * parts
	uint images;
	uint maps;
	uint plane; // elements of a map
	uint parts;
	uint part_first; // place of the first part's sums
};

// An invocation adds up every parts-th element of one map, image by image:
// neighbours read neighbours, and no sum has all the terms.
void main() {
	uint i = linear_id();
	if (i >= n) return;
	uint map = i / parts, part = i % parts;
	float sum = 0.0;
	for (uint image = 0; image < images; image++) {
		uint first = (image * maps + map) * plane;
		float line = 0.0;
		for (uint at = part; at < plane; at += parts) line += dy[first + at];
		sum += line;
	}
	db[part_first + part * maps + map] = sum;
}
