// What the three passes of a convolution have in common: the push constants, and
// patches, the matrix of an image's elements by position and tap. Which positions
// and taps there are depends on the pass.
#include "divide.glsl"

layout(push_constant) uniform Push {
	uint rows; // of the product, see gemm.glsl
	uint cols;
	uint depth;
	uint parts;
	uint part_length;
	uint part_size;
	uint part_first;
	uint plane; // positions of an image
	uint plane_multiplier;
	uint line; // positions of a row of them
	uint line_multiplier;
	uint taps; // of a channel
	uint taps_multiplier;
	uint tap_line; // of a row of them
	uint tap_line_multiplier;
	uint channels; // of the input
	uint height;
	uint width;
	uint filters;
	uint out_height;
	uint out_width;
	uint group_channels;
	uint group_filters;
	uint kernel; // elements of a filter in one channel
	uint kernel_w;
	uint stride_h;
	uint stride_w;
	uint pad_top;
	uint pad_left;
	uint phase_h; // see conv_backward_input.comp
	uint phase_w;
	uint has_bias;
};

uvec2 by_plane, by_line, by_taps, by_tap_line; // see divide

// divisor returns what divide takes. The shift follows from the number, and
// there is no push constant to spare.
uvec2 divisor(uint by, uint multiplier) { return uvec2(multiplier, findMSB(by - 1u) + 1); }

void prepare() {
	by_plane = divisor(plane, plane_multiplier);
	by_line = divisor(line, line_multiplier);
	by_taps = divisor(taps, taps_multiplier);
	by_tap_line = divisor(tap_line, tap_line_multiplier);
}

// split returns which plane, line and element the n-th is.
uvec3 split(uint n, uint plane, uvec2 by_plane, uint line, uvec2 by_line) {
	uint outer = divide(n, by_plane);
	uint rest = n - outer * plane;
	uint row = divide(rest, by_line);
	return uvec3(outer, row, rest - row * line);
}
uvec3 split_position(uint n) { return split(n, plane, by_plane, line, by_line); }
uvec3 split_tap(uint n) { return split(n, taps, by_taps, tap_line, by_tap_line); }

// A position and a tap together are an element of the image.
struct Position {
	int place; // in the buffer, of the element at the tap 0, inside the image or not
	int row;
	int col;
};
struct Tap {
	int place; // relative to the position's
	int row;
	int col;
};

// OUTSIDE is so many rows that no image has them.
const int OUTSIDE = 1 << 29;

bool inside(Position p, Tap t, uint height, uint width) {
	return uint(p.row + t.row) < height && uint(p.col + t.col) < width;
}
