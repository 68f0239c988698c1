#version 450
// Writes at an index that it is told, where its buffer may have no element.
layout(local_size_x_id = 0) in;
layout(std430, binding = 0) writeonly buffer X { float x[]; };
layout(push_constant) uniform Push { uint at; };
void main() {
	if (gl_GlobalInvocationID.x == 0)
		x[at] = 1;
}
