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
	Place p = place_of(int(id));
	float sum = 0;
	for (int i = p.rows.x; i < p.rows.y; i++) {
		int line = (p.map * out_h + i) * out_w;
		int place = (p.row + pad_top - i * stride_h) * kernel_w + p.column + pad_left;
		for (int j = p.columns.x; j < p.columns.y; j++) {
			if (index[line + j] == float(place - j * stride_w)) sum += dy[line + j];
		}
	}
	dx[id] = sum;
}
