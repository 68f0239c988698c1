#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(std430, binding = 0) readonly buffer Src { float src[]; };
layout(std430, binding = 1) buffer Dst { float dst[]; };
layout(push_constant) uniform Push {
	uint n; // rows * cols
	uint cols;
	uint src_offset;
	uint src_stride;
	uint dst_offset;
	uint dst_stride;
	uint accumulate;
};

void main() {
	uint i = linear_id();
	if (i >= n) return;
	uint row = i / cols;
	uint col = i - row * cols;
	float v = src[src_offset + row * src_stride + col];
	uint to = dst_offset + row * dst_stride + col;
	dst[to] = accumulate != 0u ? dst[to] + v : v;
}
