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
	Clipped v = window_of(int(id));
	int line = (v.map * height + v.rows.x) * width;
	int place = (v.rows.x - v.top) * kernel_w - v.left; // of column 0
	float best = x[line + v.columns.x];
	int found = place + v.columns.x;
	for (int r = v.rows.x; r < v.rows.y; r++) {
		for (int c = v.columns.x; c < v.columns.y; c++) {
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
