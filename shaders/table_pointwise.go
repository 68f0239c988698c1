package shaders

// Kernels that treat elements alike.
var (
	Fill = kernel("fill", buffers(writes("y")), push("n", "value"))
)
