// What the pooling kernels share. An invocation makes one of n elements; the
// maps of all channels and images stand one after the other.
#include "window.glsl"

layout(push_constant) uniform Push {
	uint n;
	WINDOW;
	uint by_line; // divides by the length of a line of what is made
	uint by_line_shift;
	uint by_map; // divides by the lines of a map
	uint by_map_shift;
};

struct Element {
	int map, row, column;
};

// element_of finds an element in maps of that size.
Element element_of(uint id, int rows, int columns) {
	int line = int(divide(id, uvec2(by_line, by_line_shift)));
	int map = int(divide(uint(line), uvec2(by_map, by_map_shift)));
	return Element(map, line - map * rows, int(id) - line * columns);
}
