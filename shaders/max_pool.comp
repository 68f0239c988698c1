#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
layout(std430, binding = 2) writeonly buffer Index { float index[]; };

bool beats(float a, float b) { return a > b || is_nan(a) && !is_nan(b); }

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Element e = element_of(id, out_h, out_w);
	int top = e.row * stride_h - pad_top, left = e.column * stride_w - pad_left;
	ivec2 rows = inside(top, kernel_h, height), columns = inside(left, kernel_w, width);
	int line = (e.map * height + rows.x) * width;
	int place = (rows.x - top) * kernel_w - left; // of column 0
	float best = x[line + columns.x];
	int found = place + columns.x;
	for (int r = rows.x; r < rows.y; r++) {
		for (int c = columns.x; c < columns.y; c++) {
			float candidate = x[line + c];
			if (beats(candidate, best)) {
				best = candidate;
				found = place + c;
			}
		}
		line += width;
		place += kernel_w;
	}
	y[id] = best;
	index[id] = float(found);
}
