#version 450
// y = a * x + b, by words of push constants.
layout(local_size_x_id = 0) in;
layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) writeonly buffer Y { float y[]; };
layout(push_constant) uniform Push { uint n; float a; float b; };
void main() {
	uint i = gl_GlobalInvocationID.x;
	if (i < n)
		y[i] = a * x[i] + b;
}
