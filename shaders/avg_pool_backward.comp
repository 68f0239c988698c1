#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer Dy { float dy[]; };
layout(std430, binding = 1) writeonly buffer Dx { float dx[]; };

// within is how much of a window lies inside the image.
int within(int first, int n, int extent) {
	ivec2 part = inside(first, n, extent);
	return part.y - part.x;
}

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Element e = element_of(id, height, width);
	ivec2 rows = COVERING_ROWS(e.row), columns = COVERING_COLUMNS(e.column);
	float sum = 0;
	for (int i = rows.x; i < rows.y; i++) {
		int line = (e.map * out_h + i) * out_w;
		int down = within(i * stride_h - pad_top, kernel_h, height);
		for (int j = columns.x; j < columns.y; j++) {
			sum += dy[line + j] / float(down * within(j * stride_w - pad_left, kernel_w, width));
		}
	}
	dx[id] = sum;
}
