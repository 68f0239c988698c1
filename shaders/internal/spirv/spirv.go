// Package spirv reads what a compute shader declares: its buffers, push
// constants and specialization constants. The tests hold that against the table
// of kernels. Numbers and layouts are the SPIR-V specification's, version 1.5.
package spirv

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Module is what a compute shader declares.
type Module struct {
	Buffers       []Buffer // by set, binding and name
	Push          []Member // by offset
	Spec          []Constant
	LocalSizeSpec int // the constant_id that is the workgroup's size in x; -1 where it is fixed
}

// Buffer is a variable with a descriptor.
type Buffer struct {
	Set, Binding int
	// Name is the variable's, or that of its only member, or its block's.
	Name               string
	Readable, Writable bool
	Storage            bool // a storage buffer, not an image or a uniform
}

// Member is one push constant.
type Member struct {
	Name   string
	Offset int // in bytes
	Bits   int // 0 for anything but a number
}

// Constant is one specialization constant.
type Constant struct {
	ID   int
	Name string // "" for the workgroup's size
}

const magic = 0x07230203

// Read decodes a module.
func Read(code []byte) (*Module, error) {
	if len(code)%4 != 0 || len(code) < 20 {
		return nil, fmt.Errorf("%d bytes are no SPIR-V", len(code))
	}
	words := make([]uint32, len(code)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(code[4*i:])
	}
	if words[0] != magic {
		return nil, fmt.Errorf("begins with %#08x, not with SPIR-V's %#08x", words[0], magic)
	}
	d := newDeclarations()
	if err := d.scan(words[5:]); err != nil {
		return nil, err
	}
	return d.module()
}

// scan takes in one instruction after the other. Its first word holds its
// length in words and its opcode.
func (d *declarations) scan(words []uint32) error {
	for len(words) > 0 {
		n := int(words[0] >> 16)
		if n == 0 || n > len(words) {
			return errors.New("an instruction goes past the end")
		}
		if err := d.instruction(opcode(words[0]&0xffff), words[1:n]); err != nil {
			return err
		}
		words = words[n:]
	}
	return nil
}

// text decodes a string: UTF-8, four bytes a word, up to a zero.
func text(words []uint32) string {
	var b []byte
	for _, w := range words {
		for range 4 {
			if w&0xff == 0 {
				return string(b)
			}
			b = append(b, byte(w))
			w >>= 8
		}
	}
	return string(b)
}
