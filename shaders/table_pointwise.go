package shaders

// Kernels with an invocation for each four of n elements, and one for the rest.
// They bind each buffer a second time under its name and a 4.
var (
	Fill  = kernel("fill", buffers(writes("y")), push("n", "value"))
	Scale = kernel("scale", buffers(reads("x"), writes("y")), push("n", "factor"))

	// The function is a device.Function.
	Activate         = kernel("activate", buffers(reads("x"), writes("y")), push("n"), "function")
	ActivateBackward = kernel("activate_backward", buffers(reads("y"), reads("dy"), writes("dx")), push("n"), "function")

	SGD = kernel("sgd", buffers(readsWrites("w"), reads("g"), readsWrites("v"), reads("state")),
		push("n", "rate_factor", "decay"))
)

// Kernels with an invocation for each of n parts.
var (
	// Copy moves rows between two strided blocks, by elements or by fours.
	Copy = kernel("copy", buffers(reads("src"), readsWrites("dst")),
		push("n", "cols", "src_offset", "src_stride", "dst_offset", "dst_stride", "accumulate"), "by_four")

	// Dropout has an invocation for each block of four random words.
	Dropout = kernel("dropout", buffers(reads("x"), writes("y"), reads("state")),
		push("n", "cols", "blocks", "first_lo", "first_hi", "total_lo", "total_hi", "threshold", "keep_all", "scale", "purpose"))

	SoftmaxBackward = kernel("softmax_backward", buffers(reads("probs"), reads("labels"), writes("dx")),
		push("n", "classes", "scale"))
)

// Kernels with a workgroup for each row.
var (
	Softmax      = kernel("softmax", buffers(reads("x"), writes("y")), push("rows", "classes"))
	CrossEntropy = kernel("cross_entropy", buffers(reads("x"), reads("labels"), writes("loss")), push("rows", "classes"))
	Rank         = kernel("rank", buffers(reads("scores"), reads("labels"), writes("rank")), push("rows", "classes"))
)
