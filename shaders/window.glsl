#include "divide.glsl"

// A window sliding over an image, as device.Window has it. Kernels with one take
// these push constants; by_ are divisors, see divide.
#define WINDOW \
	int height; \
	int width; \
	int kernel_h; \
	int kernel_w; \
	int stride_h; \
	int stride_w; \
	int pad_top; \
	int pad_left; \
	int out_h; \
	int out_w; \
	uint by_stride_h; \
	uint by_stride_h_shift; \
	uint by_stride_w; \
	uint by_stride_w_shift

// inside returns where the places first to first+n-1 begin and end inside an
// image of that extent.
ivec2 inside(int first, int n, int extent) { return ivec2(max(first, 0), min(first + n, extent)); }

// covering returns where the output positions whose windows cover a place begin
// and end.
ivec2 covering(int place, int kernel, uvec2 by_stride, int pad, int positions) {
	int last = place + pad;
	int first = last < kernel ? 0 : int(divide(uint(last - kernel), by_stride)) + 1;
	return ivec2(first, min(int(divide(uint(last), by_stride)) + 1, positions));
}

#define COVERING_ROWS(row) covering(row, kernel_h, uvec2(by_stride_h, by_stride_h_shift), pad_top, out_h)
#define COVERING_COLUMNS(column) covering(column, kernel_w, uvec2(by_stride_w, by_stride_w_shift), pad_left, out_w)
