#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "common.glsl"
#include "local.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) readonly buffer W { float w[]; };
layout(std430, binding = 2) readonly buffer B { float b[]; };
layout(std430, binding = 3) writeonly buffer Y { float y[]; };

// An invocation makes a filter's output at one position of several images; its
// neighbours, the next filters, read the same pixels.
void main() {
	uint id = linear_id();
	if (id >= n) return;
	int all = groups * filters, rest = int(id) / all;
	int k = int(id) - rest * all, group = k / filters;
	int place = rest % positions, first = rest / positions * several;
	int at = position + place, row = at / out_w;
	int top = row * stride_h - pad_top, left = (at - row * out_w) * stride_w - pad_left;
	ivec2 rows = inside(top, kernel_h, height), columns = inside(left, kernel_w, width);

	int base[several]; // where the images' groups begin; the last image stands in for those past it
	float sums[several];
	[[unroll]] for (int m = 0; m < several; m++) {
		base[m] = (min(first + m, images - 1) * groups + group) * channels * height * width;
		sums[m] = 0;
	}
	for (int c = 0; c < channels; c++) {
		for (int r = rows.x; r < rows.y; r++) {
			int tap = (((place * all + k) * channels + c) * kernel_h + r - top) * kernel_w - left;
			int pixel = (c * height + r) * width;
			for (int s = columns.x; s < columns.y; s++) {
				float weight = w[tap + s];
				[[unroll]] for (int m = 0; m < several; m++) sums[m] += weight * x[base[m] + pixel + s];
			}
		}
	}
	int area = out_h * out_w;
	float bias = add != 0 ? b[k * area + at] : 0;
	[[unroll]] for (int m = 0; m < several; m++) {
		if (first + m < images) y[((first + m) * all + k) * area + at] = sums[m] + bias;
	}
}
