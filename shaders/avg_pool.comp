#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Clipped v = window_of(int(id));
	float sum = 0;
	for (int r = v.rows.x; r < v.rows.y; r++) {
		int line = (v.map * height + r) * width;
		for (int c = v.columns.x; c < v.columns.y; c++) sum += x[line + c];
	}
	y[id] = sum / float((v.rows.y - v.rows.x) * (v.columns.y - v.columns.x));
}
