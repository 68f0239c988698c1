#version 450
// Each workgroup writes its place in the grid to an element of its own.
layout(local_size_x_id = 0) in;
layout(std430, binding = 0) writeonly buffer X { float x[]; };
void main() {
	uvec3 g = gl_WorkGroupID, n = gl_NumWorkGroups;
	if (gl_LocalInvocationID.x == 0)
		x[(g.z * n.y + g.y) * n.x + g.x] = float(g.x + 10 * g.y + 100 * g.z);
}
