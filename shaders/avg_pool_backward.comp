#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer Dy { float dy[]; };
layout(std430, binding = 1) writeonly buffer Dx { float dx[]; };

// extent is how much of a window lies inside the image.
int extent(int first, int n, int limit) {
	ivec2 part = inside(first, n, limit);
	return part.y - part.x;
}

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Place p = place_of(int(id));
	float sum = 0;
	for (int i = p.rows.x; i < p.rows.y; i++) {
		int line = (p.map * out_h + i) * out_w;
		int rows = extent(i * stride_h - pad_top, kernel_h, height);
		for (int j = p.columns.x; j < p.columns.y; j++) {
			sum += dy[line + j] / float(rows * extent(j * stride_w - pad_left, kernel_w, width));
		}
	}
	dx[id] = sum;
}
