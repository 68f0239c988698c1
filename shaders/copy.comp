#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// 1 where rows, strides and offsets are whole fours; all are then counted in
// fours.
layout(constant_id = 1) const uint by_four = 0;

layout(std430, binding = 0) readonly buffer Src { float src[]; };
layout(std430, binding = 0) readonly buffer Src4 { vec4 src4[]; };
layout(std430, binding = 1) buffer Dst { float dst[]; };
layout(std430, binding = 1) buffer Dst4 { vec4 dst4[]; };
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
	uint from = src_offset + row * src_stride + col;
	uint to = dst_offset + row * dst_stride + col;
	if (by_four != 0u) {
		dst4[to] = accumulate != 0u ? dst4[to] + src4[from] : src4[from];
	} else {
		dst[to] = accumulate != 0u ? dst[to] + src[from] : src[from];
	}
}
