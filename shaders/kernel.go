package shaders

import (
	"cmp"
	"fmt"
	"slices"
)

// Access says what a kernel does with a buffer. In GLSL it is the qualifier:
// readonly, writeonly, or none.
type Access uint8

// The ways to use a buffer.
const (
	Read Access = 1 << iota
	Write
	ReadWrite = Read | Write
)

func (a Access) String() string {
	return [...]string{"unused", "read", "written", "read and written"}[a&ReadWrite]
}

// Binding is one storage buffer in set 0; its place in the kernel's list is its
// binding number.
type Binding struct {
	Name   string // of the variable or array in GLSL
	Access Access
}

// Kernel describes one compute shader.
type Kernel struct {
	Name     string
	Bindings []Binding
	Push     []string // the push constants, 32-bit words in order
	Spec     []string // specialization constants by constant_id; 0 is "threads", the workgroup's size
}

// SPIRV returns the compiled kernel. The tests make sure that it is there.
func (k *Kernel) SPIRV() []byte {
	code, err := compiled.ReadFile(k.Name + ".spv")
	if err != nil {
		panic(fmt.Sprintf("shaders: %v; run `make shaders`", err))
	}
	return code
}

var all []*Kernel

// All returns every kernel, in the order of their names.
func All() []*Kernel {
	return slices.SortedFunc(slices.Values(all), func(a, b *Kernel) int { return cmp.Compare(a.Name, b.Name) })
}

// kernel enters a kernel into the table. Beyond "threads", spec names the
// specialization constants from constant_id 1 on.
func kernel(name string, bindings []Binding, push []string, spec ...string) *Kernel {
	k := &Kernel{Name: name, Bindings: bindings, Push: push, Spec: append([]string{"threads"}, spec...)}
	all = append(all, k)
	return k
}

// buffers and push make a kernel's entry read as a sentence.
func buffers(b ...Binding) []Binding  { return b }
func push(words ...string) []string   { return words }
func reads(name string) Binding       { return Binding{name, Read} }
func writes(name string) Binding      { return Binding{name, Write} }
func readsWrites(name string) Binding { return Binding{name, ReadWrite} }
