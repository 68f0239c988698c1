#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Element e = element_of(id, out_h, out_w);
	ivec2 rows = inside(e.row * stride_h - pad_top, kernel_h, height);
	ivec2 columns = inside(e.column * stride_w - pad_left, kernel_w, width);
	float sum = 0;
	for (int r = rows.x; r < rows.y; r++) {
		int line = (e.map * height + r) * width;
		for (int c = columns.x; c < columns.y; c++) sum += x[line + c];
	}
	y[id] = sum / float((rows.y - rows.x) * (columns.y - columns.x));
}
