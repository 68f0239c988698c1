#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "common.glsl"
#include "local.glsl"

layout(std430, binding = 0) readonly buffer Dy { float dy[]; };
layout(std430, binding = 1) readonly buffer W { float w[]; };
layout(std430, binding = 2) buffer Dx { float dx[]; };

// An invocation makes one pixel of a channel of several images, from all
// positions that cover it; its neighbours, the next channels, read the same
// gradients.
void main() {
	uint id = linear_id();
	if (id >= n) return;
	int all = groups * channels, map = height * width, rest = int(id) / all;
	int c = int(id) - rest * all, group = c / channels;
	int pixel = rest % map, first = rest / map * several;
	int row = pixel / width, column = pixel - row * width;
	ivec2 rows = COVERING_ROWS(row), columns = COVERING_COLUMNS(column);

	int area = out_h * out_w, taps = channels * kernel_h * kernel_w;
	int base[several]; // where the images' groups begin; the last image stands in for those past it
	float sums[several];
	[[unroll]] for (int m = 0; m < several; m++) {
		base[m] = (min(first + m, images - 1) * groups + group) * filters * area;
		sums[m] = add != 0 && first + m < images ? dx[((first + m) * all + c) * map + pixel] : 0;
	}
	for (int i = rows.x; i < rows.y; i++) {
		for (int j = columns.x; j < columns.y; j++) {
			int at = i * out_w + j, place = at - position;
			if (place < 0 || place >= positions) continue;
			int tap = ((c - group * channels) * kernel_h + row + pad_top - i * stride_h) * kernel_w + column + pad_left - j * stride_w;
			int weights = (place * groups + group) * filters * taps + tap;
			for (int f = 0; f < filters; f++) {
				float weight = w[weights + f * taps];
				[[unroll]] for (int m = 0; m < several; m++) sums[m] += weight * dy[base[m] + f * area + at];
			}
		}
	}
	[[unroll]] for (int m = 0; m < several; m++) {
		if (first + m < images) dx[((first + m) * all + c) * map + pixel] = sums[m];
	}
}
