#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "conv.glsl"

// filters x taps times taps x positions
#define RightCol Position
#define RightDepth Tap
#define LEFT_ALONG_DEPTH true
#define RIGHT_ALONG_DEPTH false
#include "gemm.glsl"
#include "conv_patches.glsl"

layout(std430, binding = 1) readonly buffer W { float w[]; };
layout(std430, binding = 2) readonly buffer B { float b[]; };
layout(std430, binding = 3) writeonly buffer Y { float y[]; };

uint left_row(uint row) { return (group * group_filters + row) * depth; }
uint left_depth(uint k) { return k; }
float left(uint place) { return w[place]; }

Position right_col(uint col) { return position(col); }
Tap right_depth(uint k, bool valid) {
	Tap t = tap(k);
	t.row += valid ? 0 : OUTSIDE;
	return t;
}
float right(Position col, Tap k) { return patch_element(col, k); }

uint product_row(uint row) { return (group * group_filters + row) * plane; }
uint product_col(uint col) {
	uint image = divide(col, by_plane);
	return image * filters * plane + col - image * plane;
}
void store(uint place, float sum) { y[part_first + part * part_size + place] = sum; }

float row_start(uint row) { return has_bias != 0u ? b[group * group_filters + row] : 0.0; }
float col_start(uint col) { return 0.0; }
