// What the locally connected layer's kernels share: convolution with weights of
// its own at every output position, positions x filters x channels of a group x
// kernel_h x kernel_w. A call sees some of the images, and the weights of some
// positions.
#include "window.glsl"

layout(constant_id = 1) const int several = 1; // how much an invocation makes with what it loads once

layout(push_constant) uniform Push {
	uint n; // invocations
	int images;
	int groups;
	int channels; // of a group
	int filters;  // of a group
	int position; // the first
	int positions;
	uint add; // whether to add the bias, or to what the output holds
	WINDOW;
};
