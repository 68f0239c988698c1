#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "pool.glsl"

layout(std430, binding = 0) readonly buffer Index { float index[]; };
layout(std430, binding = 1) readonly buffer Dy { float dy[]; };
layout(std430, binding = 2) writeonly buffer Dx { float dx[]; };

// Each input element looks through the windows that cover it for those that
// took it.
void main() {
	uint id = linear_id();
	if (id >= n) return;
	Element e = element_of(id, height, width);
	ivec2 rows = COVERING_ROWS(e.row), columns = COVERING_COLUMNS(e.column);
	float sum = 0;
	for (int i = rows.x; i < rows.y; i++) {
		int line = (e.map * out_h + i) * out_w;
		int place = (e.row + pad_top - i * stride_h) * kernel_w + e.column + pad_left;
		for (int j = columns.x; j < columns.y; j++) {
			float gradient = dy[line + j]; // loaded in any case, which is cheaper than a branch
			sum += index[line + j] == float(place - j * stride_w) ? gradient : 0;
		}
	}
	dx[id] = sum;
}
