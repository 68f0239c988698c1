// A window sliding over an image, as device.Window has it. Kernels with one take
// these push constants.
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
	int out_w

// inside returns where the places first to first+n-1 begin and end inside an
// image of that extent.
ivec2 inside(int first, int n, int extent) { return ivec2(max(first, 0), min(first + n, extent)); }

// covering returns where the output positions whose windows cover a place begin
// and end.
ivec2 covering(int place, int kernel, int stride, int pad, int positions) {
	int last = place + pad;
	return ivec2(last < kernel ? 0 : (last - kernel) / stride + 1, min(last / stride + 1, positions));
}
