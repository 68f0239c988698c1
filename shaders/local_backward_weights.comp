#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "common.glsl"
#include "local.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) readonly buffer Dy { float dy[]; };
layout(std430, binding = 2) buffer Dw { float dw[]; };

// An invocation makes one weight of several filters at a position; its
// neighbours, the next weights, read the same gradients.
void main() {
	uint id = linear_id();
	if (id >= n) return;
	int taps = channels * kernel_h * kernel_w, rest = int(id) / taps;
	int tap = int(id) - rest * taps, line = tap / kernel_w, c = line / kernel_h;
	int blocks = (filters + several - 1) / several, piece = rest / blocks;
	int first = (rest - piece * blocks) * several;
	int place = piece / groups, group = piece - place * groups;
	int at = position + place, i = at / out_w;
	int row = i * stride_h - pad_top + line - c * kernel_h;
	int column = (at - i * out_w) * stride_w - pad_left + tap - line * kernel_w;

	int area = out_h * out_w;
	int base[several]; // of the filters' gradients; the last filter stands in for those past it
	int target[several];
	float sums[several];
	[[unroll]] for (int m = 0; m < several; m++) {
		base[m] = (group * filters + min(first + m, filters - 1)) * area + at;
		target[m] = (piece * filters + first + m) * taps + tap;
		sums[m] = add != 0 && first + m < filters ? dw[target[m]] : 0;
	}
	if (row >= 0 && row < height && column >= 0 && column < width) {
		for (int image = 0; image < images; image++) {
			float v = x[(((image * groups + group) * channels + c) * height + row) * width + column];
			[[unroll]] for (int m = 0; m < several; m++) sums[m] += v * dy[image * groups * filters * area + base[m]];
		}
	}
	[[unroll]] for (int m = 0; m < several; m++) {
		if (first + m < filters) dw[target[m]] = sums[m];
	}
}
