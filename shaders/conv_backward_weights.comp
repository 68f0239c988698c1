#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "conv.glsl"

// filters x positions times positions x taps
#define RightCol Tap
#define RightDepth Position
#define LEFT_ALONG_DEPTH true
#define RIGHT_ALONG_DEPTH true
#include "gemm.glsl"
#include "conv_patches.glsl"

layout(std430, binding = 1) readonly buffer DY { float dy[]; };
layout(std430, binding = 2) writeonly buffer DW { float dw[]; };

uint left_row(uint row) { return (group * group_filters + row) * plane; }
uint left_depth(uint k) {
	uint image = divide(k, by_plane);
	return image * filters * plane + k - image * plane;
}
float left(uint place) { return dy[place]; }

Tap right_col(uint col) { return tap(col); }
Position right_depth(uint k, bool valid) {
	Position p = position(k);
	p.row += valid ? 0 : OUTSIDE;
	return p;
}
float right(Tap col, Position k) { return patch_element(k, col); }

uint product_row(uint row) { return (group * group_filters + row) * cols; }
uint product_col(uint col) { return col; }
void store(uint place, float sum) { dw[part_first + part * part_size + place] = sum; }

float row_start(uint row) { return 0.0; }
float col_start(uint col) { return 0.0; }
