package shaders

import "slices"

// Products of matrices, see gemm.glsl: what they push first, and the constants
// that say how they are computed.
var (
	productWords = push("rows", "cols", "depth", "parts", "part_length", "part_size", "part_first")
	productSpec  = []string{"TILED", "BM", "BN", "BK", "TM", "TN"}
)

// The passes of a convolution.
var (
	ConvForward         = conv("conv_forward", reads("x"), reads("w"), reads("b"), writes("y"))
	ConvBackwardInput   = conv("conv_backward_input", reads("dy"), reads("w"), writes("dx"))
	ConvBackwardWeights = conv("conv_backward_weights", reads("x"), reads("dy"), writes("dw"))
)

func conv(name string, b ...Binding) *Kernel {
	return kernel(name, b, slices.Concat(productWords, push(
		"plane", "plane_multiplier", "line", "line_multiplier", "taps", "taps_multiplier", "tap_line", "tap_line_multiplier",
		"channels", "height", "width", "filters", "out_height", "out_width", "group_channels", "group_filters",
		"kernel", "kernel_w", "stride_h", "stride_w", "pad_top", "pad_left", "phase_h", "phase_w", "has_bias")), productSpec...)
}

var (
	// GemmMatrix multiplies two matrices in memory, which are all that a fully
	// connected layer needs.
	GemmMatrix = kernel("gemm_matrix",
		buffers(reads("left_factor"), reads("right_factor"), reads("bias"), writes("product")),
		slices.Concat(productWords, push("left_first", "left_row_step", "left_depth_step", "right_col_step", "right_depth_step",
			"product_row_step", "has_bias")),
		slices.Concat(productSpec, []string{"LEFT_ALONG_DEPTH", "RIGHT_ALONG_DEPTH"})...)

	// ReduceParts adds up the parts of a product, for each of n elements.
	ReduceParts = kernel("reduce_parts", buffers(reads("x"), reads("b"), writes("y")), push("n", "parts", "maps", "plane"))

	// BiasGradient sums each map over its elements and the images, in parts.
	BiasGradient = kernel("bias_gradient", buffers(reads("dy"), writes("db")),
		push("n", "images", "maps", "plane", "parts", "part_first"))
)
