// Package shaders holds the GPU kernels: one NAME.comp in GLSL each, the SPIR-V
// that glslc made of it (NAME.spv, committed, so that `go build` needs no shader
// compiler), and a table in Go of what each kernel binds and takes.
//
// `make shaders` compiles what has changed and rewrites manifest.txt. The tests
// compare sources, SPIR-V and table, and name the file that disagrees.
package shaders
