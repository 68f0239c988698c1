// What the pooling kernels share. An invocation makes one of n elements; maps
// of all channels and images stand one after the other.
#include "window.glsl"

layout(push_constant) uniform Push {
	uint n;
	WINDOW;
};

// Clipped is a window: the image rows and columns that it begins at and ends
// before, clipped to the image, and where it would begin without clipping.
struct Clipped {
	int map;
	ivec2 rows, columns;
	int top, left;
};

// window_of returns the window of an output element.
Clipped window_of(int element) {
	int row = element / out_w, map = row / out_h;
	int top = (row - map * out_h) * stride_h - pad_top;
	int left = (element - row * out_w) * stride_w - pad_left;
	return Clipped(map, inside(top, kernel_h, height), inside(left, kernel_w, width), top, left);
}

// Place is an input element and the output rows and columns that cover it.
struct Place {
	int map, row, column;
	ivec2 rows, columns;
};

Place place_of(int element) {
	int line = element / width, map = line / height;
	int row = line - map * height, column = element - line * width;
	return Place(map, row, column,
		covering(row, kernel_h, stride_h, pad_top, out_h), covering(column, kernel_w, stride_w, pad_left, out_w));
}
