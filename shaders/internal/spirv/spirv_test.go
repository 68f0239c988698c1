package spirv

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func kernels(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../*.spv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no kernels to read: %v", err)
	}
	return files
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// A kernel with each kind of buffer, a block of several members, and a constant
// of its own, as its source declares them.
func TestRead(t *testing.T) {
	for file, want := range map[string]*Module{
		"../../dropout.spv": {
			Buffers: []Buffer{
				{Binding: 0, Name: "x", Readable: true, Storage: true},
				{Binding: 1, Name: "y", Writable: true, Storage: true},
				{Binding: 2, Name: "state", Readable: true, Storage: true},
			},
			Push: []Member{{"n", 0, 32}, {"cols", 4, 32}, {"blocks", 8, 32}, {"first_lo", 12, 32}, {"first_hi", 16, 32}, {"total_lo", 20, 32},
				{"total_hi", 24, 32}, {"threshold", 28, 32}, {"keep_all", 32, 32}, {"scale", 36, 32}, {"purpose", 40, 32}},
			Spec: []Constant{{0, ""}},
		},
		"../../copy.spv": {
			Buffers: []Buffer{
				{Binding: 0, Name: "src", Readable: true, Storage: true},
				{Binding: 0, Name: "src4", Readable: true, Storage: true},
				{Binding: 1, Name: "dst", Readable: true, Writable: true, Storage: true},
				{Binding: 1, Name: "dst4", Readable: true, Writable: true, Storage: true},
			},
			Push: []Member{{"n", 0, 32}, {"cols", 4, 32}, {"src_offset", 8, 32}, {"src_stride", 12, 32}, {"dst_offset", 16, 32},
				{"dst_stride", 20, 32}, {"accumulate", 24, 32}},
			Spec: []Constant{{0, ""}, {1, "by_four"}},
		},
	} {
		m, err := Read(read(t, file))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m, want) {
			t.Errorf("%s declares %+v, want %+v", file, m, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := read(t, "../../sgd.spv")
	change := func(at int, word uint32) []byte {
		code := append([]byte(nil), good...)
		binary.LittleEndian.PutUint32(code[at:], word)
		return code
	}
	for _, c := range []struct {
		name string
		code []byte
		want string
	}{
		{"nothing", nil, "0 bytes are no SPIR-V"},
		{"half a word", good[:len(good)-1], "are no SPIR-V"},
		{"half a header", good[:16], "16 bytes are no SPIR-V"},
		{"other words first", change(0, 0x01020304), "begins with 0x01020304"},
		{"an instruction of no length", change(20, 17), "goes past the end"},
		{"an instruction too long", change(20, 0xffff0011), "goes past the end"},
		{"a decoration of nothing", change(20, 1<<16|uint32(opDecorate)), "instruction 71 has 0 operands"},
	} {
		if _, err := Read(c.code); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// Two blocks of push constants cannot both be at offset 0.
func TestReadRefusesTwoPushBlocks(t *testing.T) {
	code := read(t, "../../sgd.spv")
	for i := 0; i < 2; i++ {
		for _, w := range []uint32{4<<16 | uint32(opVariable), 1, uint32(1000 + i), classPushConstant} {
			code = binary.LittleEndian.AppendUint32(code, w)
		}
	}
	if _, err := Read(code); err == nil || !strings.Contains(err.Error(), "two blocks") {
		t.Errorf("got error %v", err)
	}
}

// Any bytes are read or refused, in bounded time and without a panic, and what
// is read is no larger than what it was read from.
func FuzzRead(f *testing.F) {
	for _, file := range kernels(f) {
		f.Add(read(f, file))
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		m, err := Read(code)
		if (m == nil) == (err == nil) {
			t.Fatalf("got module %v and error %v", m, err)
		}
		if err == nil && len(m.Buffers)+len(m.Push)+len(m.Spec) > len(code)/4 {
			t.Fatalf("%d words declare %+v", len(code)/4, m)
		}
	})
}
