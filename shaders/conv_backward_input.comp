#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "conv.glsl"

// channels x taps times taps x positions, where the positions are those of the
// input and the taps those of all filters.
//
// An input row is covered by the taps whose rows leave the same remainder,
// divided by the stride. So a call computes one phase, every stride_h-th row and
// stride_w-th column from (phase_h, phase_w) on, with every stride-th tap: then
// an output row is a position's less the tap's, and no product is in vain.
#define RightCol Position
#define RightDepth Tap
#define LEFT_ALONG_DEPTH true
#define RIGHT_ALONG_DEPTH false
#include "gemm.glsl"

layout(std430, binding = 0) readonly buffer DY { float dy[]; };
layout(std430, binding = 1) readonly buffer W { float w[]; };
layout(std430, binding = 2) writeonly buffer DX { float dx[]; };

// first_tap is a row or column of the filter, the first that covers the phase.
uint first_tap(uint phase, uint pad, uint stride) { return (phase + pad) % stride; }

uint left_row(uint row) { return group * group_filters * group_channels * kernel + row * kernel; }
uint left_depth(uint k) {
	uvec3 at = split_tap(k);
	uint row = first_tap(phase_h, pad_top, stride_h) + at.y * stride_h;
	uint col = first_tap(phase_w, pad_left, stride_w) + at.z * stride_w;
	return at.x * group_channels * kernel + row * kernel_w + col;
}
float left(uint place) { return w[place]; }

Position right_col(uint col) {
	uvec3 at = split_position(col);
	uint row = at.y + (phase_h + pad_top) / stride_h;
	uint column = at.z + (phase_w + pad_left) / stride_w;
	uint image = (at.x * filters + group * group_filters) * out_height * out_width;
	return Position(int(image + row * out_width + column), int(row), int(column));
}
Tap right_depth(uint k, bool valid) {
	uvec3 at = split_tap(k);
	int place = int(at.x * out_height * out_width) - int(at.y * out_width + at.z);
	return Tap(place, valid ? -int(at.y) : OUTSIDE, -int(at.z));
}
float right(Position col, Tap k) {
	bool valid = inside(col, k, out_height, out_width);
	float v = dy[valid ? col.place + k.place : 0];
	return valid ? v : 0.0;
}

uint product_row(uint row) { return (group * group_channels + row) * height * width; }
uint product_col(uint col) {
	uvec3 at = split_position(col);
	uint row = phase_h + at.y * stride_h, column = phase_w + at.z * stride_w;
	return at.x * channels * height * width + row * width + column;
}
void store(uint place, float sum) { dx[part_first + part * part_size + place] = sum; }

float row_start(uint row) { return 0.0; }
float col_start(uint col) { return 0.0; }
