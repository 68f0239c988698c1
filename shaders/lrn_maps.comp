#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "common.glsl"
#include "lrn_maps.glsl"

layout(std430, binding = 1) writeonly buffer Y { float y[]; };

void main() {
	uint id = linear_id();
	if (id >= n) return;
	Task t = task_of(int(id));
	for (int c = t.lo - behind; c < t.lo + ahead; c++) enter(t.base, c);
	for (int c = t.lo; c < t.hi; c++) {
		enter(t.base, c + ahead);
		y[t.base + c * pixels] = near[behind] * power(k + alpha * sum_of_squares(), beta);
	}
}
