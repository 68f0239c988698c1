#version 450
// z = z + sign * x * y in place; sign is a specialization constant.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int sign = 0;
layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(std430, binding = 1) readonly buffer Y { float y[]; };
layout(std430, binding = 2) buffer Z { float z[]; };
layout(push_constant) uniform Push { uint n; };
void main() {
	uint i = gl_GlobalInvocationID.x;
	if (i < n)
		z[i] = z[i] + float(sign) * x[i] * y[i];
}
