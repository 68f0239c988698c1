package shaders

import "slices"

// window is what window.glsl takes.
var window = push("height", "width", "kernel_h", "kernel_w", "stride_h", "stride_w", "pad_top", "pad_left", "out_h", "out_w",
	"by_stride_h", "by_stride_h_shift", "by_stride_w", "by_stride_w_shift")

// Pooling has an invocation for each of n elements of what it makes.
var (
	MaxPool         = pool("max_pool", reads("x"), writes("y"), writes("index"))
	MaxPoolBackward = pool("max_pool_backward", reads("index"), reads("dy"), writes("dx"))
	AvgPool         = pool("avg_pool", reads("x"), writes("y"))
	AvgPoolBackward = pool("avg_pool_backward", reads("dy"), writes("dx"))
)

func pool(name string, b ...Binding) *Kernel {
	return kernel(name, b, slices.Concat(push("n"), window, push("by_line", "by_line_shift", "by_map", "by_map_shift")))
}

// Local response normalization across maps has an invocation for each pixel of
// each block of channels. Size is the window's.
var (
	LRNMaps         = lrnMaps("lrn_maps", reads("x"), writes("y"))
	LRNMapsBackward = lrnMaps("lrn_maps_backward", reads("x"), reads("dy"), writes("dx"))
)

func lrnMaps(name string, b ...Binding) *Kernel {
	return kernel(name, b, push("n", "pixels", "channels", "blocks", "block", "k", "alpha", "beta"), "size")
}

// The passes of normalization by sums along one axis at a time. Near is what is
// summed, or its squares. LRNTerms makes the first summand of dx and the terms
// whose sums LRNGradient needs.
var (
	LRNSum      = lrnAxis("lrn_sum", writes("sums"))
	LRNScale    = lrnAxis("lrn_scale", reads("x"), writes("y"))
	LRNTerms    = lrnAxis("lrn_terms", reads("x"), reads("dy"), writes("dx"), writes("terms"))
	LRNGradient = lrnAxis("lrn_gradient", reads("x"), readsWrites("dx"))
)

func lrnAxis(name string, b ...Binding) *Kernel {
	return kernel(name, slices.Concat(buffers(reads("near")), b),
		push("n", "stride", "extent", "by_stride", "by_stride_shift", "by_extent", "by_extent_shift",
			"before", "size", "squares", "k", "alpha", "beta"))
}

// Locally connected layers. Several is how many images, of weights how many
// filters, an invocation makes.
var (
	LocalForward         = local("local_forward", reads("x"), reads("w"), reads("b"), writes("y"))
	LocalBackwardInput   = local("local_backward_input", reads("dy"), reads("w"), readsWrites("dx"))
	LocalBackwardWeights = local("local_backward_weights", reads("x"), reads("dy"), readsWrites("dw"))
	LocalBackwardBias    = kernel("local_backward_bias", buffers(reads("dy"), readsWrites("db")), push("n", "images", "add"))
)

func local(name string, b ...Binding) *Kernel {
	return kernel(name, b, slices.Concat(
		push("n", "images", "groups", "channels", "filters", "position", "positions", "add"), window), "several")
}
