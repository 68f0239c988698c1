#version 450
// z = z / 2 + x y / 4 in place: what starts within [-2, 2] stays there.
layout(local_size_x_id = 0) in;
layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) readonly buffer Y { float y[]; };
layout(std430, binding = 2) buffer Z { float z[]; };
layout(push_constant) uniform Push { uint n; };
void main() {
	uint i = gl_GlobalInvocationID.x;
	if (i < n)
		z[i] = 0.5 * z[i] + 0.25 * x[i] * y[i];
}
