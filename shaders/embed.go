package shaders

import "embed"

// A pattern, not a list: with one file missing the package still compiles, and
// the tests can say which.
//
//go:embed *.spv
var compiled embed.FS
