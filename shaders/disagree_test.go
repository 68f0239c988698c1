package shaders

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tandem/shaders/internal/manifest"
)

// copyOfFolder returns this folder's files, to be altered.
func copyOfFolder(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"*.comp", "*.glsl", "*.spv", manifest.File} {
		names, err := fs.Glob(os.DirFS("."), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	if problems := check(files, All()); problems != nil {
		t.Fatal("the folder itself has problems; see TestKernelsAreUpToDate")
	}
	return files
}

// cloned returns a copy whose contents can be altered.
func cloned(files fstest.MapFS) fstest.MapFS {
	c := fstest.MapFS{}
	for name, f := range files {
		c[name] = &fstest.MapFile{Data: slices.Clone(f.Data)}
	}
	return c
}

// mustFind expects each of these texts in a problem that check has.
func mustFind(t *testing.T, files fs.FS, kernels []*Kernel, want ...string) {
	t.Helper()
	problems := check(files, kernels)
	for _, w := range want {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, w) }) {
			t.Errorf("want %q among the problems, got %q", w, problems)
		}
	}
}

func TestChangedFilesAreNoticed(t *testing.T) {
	folder := copyOfFolder(t)
	for _, c := range []struct {
		name  string
		alter func(files fstest.MapFS)
		want  []string
	}{
		{"a source", func(f fstest.MapFS) { appendTo(f, "sgd.comp") }, []string{"sgd.comp, or a file"}},
		{"an include", func(f fstest.MapFS) { appendTo(f, "philox.glsl") }, []string{"dropout.comp, or a file"}},
		{"an include of all", func(f fstest.MapFS) { appendTo(f, "common.glsl") }, []string{"fill.comp, or", "rank.comp, or"}},
		{"a missing include", func(f fstest.MapFS) { delete(f, "philox.glsl") }, []string{"dropout.comp: open philox.glsl"}},
		{"a binary", func(f fstest.MapFS) { f["sgd.spv"].Data[40] ^= 1 }, []string{"sgd.spv is not what"}},
		{"a missing binary", func(f fstest.MapFS) { delete(f, "sgd.spv") }, []string{"sgd.spv is missing, but manifest.txt"}},
		{"a missing source", func(f fstest.MapFS) { delete(f, "sgd.comp") },
			[]string{"sgd.comp is missing, but manifest.txt", "sgd.comp is missing, but a table", "sgd.spv has no sgd.comp"}},
		{"an orphan", func(f fstest.MapFS) { f["old.spv"] = f["sgd.spv"] }, []string{"old.spv has no old.comp"}},
		{"a new source", func(f fstest.MapFS) { f["new.comp"] = f["sgd.comp"] },
			[]string{"new.comp is not in manifest.txt", "new.comp is in no table"}},
		{"no manifest", func(f fstest.MapFS) { delete(f, manifest.File) }, []string{"manifest.txt", "make shaders"}},
		{"a missing line", func(f fstest.MapFS) { dropLine(f, "sgd") }, []string{"sgd.comp is not in manifest.txt"}},
		{"a line too many", func(f fstest.MapFS) { appendLine(f, "old 00 00\n") }, []string{"old.comp is missing, but manifest.txt"}},
		{"a bad line", func(f fstest.MapFS) { appendLine(f, "old 00\n") }, []string{"want a kernel and two hashes"}},
		{"a line twice", func(f fstest.MapFS) { appendLine(f, "sgd 00 00\n") }, []string{"sgd stands there twice"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := cloned(folder)
			c.alter(files)
			mustFind(t, files, All(), c.want...)
		})
	}
}

func appendTo(files fstest.MapFS, name string)   { files[name].Data = append(files[name].Data, '\n') }
func appendLine(files fstest.MapFS, line string) { appendText(files[manifest.File], line) }
func appendText(f *fstest.MapFile, line string)  { f.Data = append(f.Data, line...) }

func dropLine(files fstest.MapFS, kernel string) {
	var kept [][]byte
	for _, line := range bytes.SplitAfter(files[manifest.File].Data, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte(kernel+" ")) {
			kept = append(kept, line)
		}
	}
	files[manifest.File].Data = bytes.Join(kept, nil)
}

// Each entry of the table that is not as in the shader is noticed. The kernel
// is sgd: w, g, v, state; n, rate_factor, decay.
func TestWrongTableIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(k *Kernel)
		want  string
	}{
		{"an unknown kernel", func(k *Kernel) { k.Name = "sdg" }, "sdg.comp is missing"},
		{"a buffer less", func(k *Kernel) { k.Bindings = k.Bindings[:3] }, "sgd.comp binds 4 buffers, the table 3"},
		{"another name", func(k *Kernel) { k.Bindings[1].Name = "h" }, "sgd.comp binds g at 1, the table h"},
		{"another order", func(k *Kernel) { k.Bindings[0], k.Bindings[2] = k.Bindings[2], k.Bindings[0] }, "sgd.comp binds w at 0, the table v"},
		{"read for both", func(k *Kernel) { k.Bindings[0].Access = Read }, "sgd.comp says that w is read and written, the table read"},
		{"both for read", func(k *Kernel) { k.Bindings[1].Access = ReadWrite }, "sgd.comp says that g is read, the table read and written"},
		{"written for read", func(k *Kernel) { k.Bindings[1].Access = Write }, "sgd.comp says that g is read, the table written"},
		{"a word less", func(k *Kernel) { k.Push = k.Push[:2] }, "sgd.comp takes 3 push constants, the table has 2"},
		{"words swapped", func(k *Kernel) { k.Push[1], k.Push[2] = k.Push[2], k.Push[1] }, "sgd.comp takes push constant 1 as rate_factor, the table as decay"},
		{"a constant more", func(k *Kernel) { k.Spec = append(k.Spec, "tile") }, "sgd.comp has 1 specialization constants, the table 2"},
		{"no threads", func(k *Kernel) { k.Spec[0] = "tile" }, "sgd.comp must have constant_id 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &Kernel{SGD.Name, slices.Clone(SGD.Bindings), slices.Clone(SGD.Push), slices.Clone(SGD.Spec)}
			c.alter(k)
			mustFind(t, os.DirFS("."), []*Kernel{k}, c.want)
		})
	}
	k := &Kernel{Activate.Name, Activate.Bindings, Activate.Push, []string{"threads", "mode"}}
	mustFind(t, os.DirFS("."), []*Kernel{k}, "activate.comp has specialization constant function as 1, the table mode as 1")
}

// The instructions that the next test alters.
const (
	opTypeInt, opVariable        = 21, 59
	opDecorate, opMemberDecorate = 71, 72
	decorationSpecID             = 1
	decorationBuiltIn            = 11
	decorationNonWritable        = 24
	decorationNonReadable        = 25
	decorationBinding            = 33
	decorationDescriptorSet      = 34
	decorationOffset             = 35
	classUniform, classStorage   = 2, 12
)

// An output that the shader has as read, or as read and written, or as one thing
// by elements and another by fours.
func TestWrongAccessIsNoticed(t *testing.T) {
	folder := copyOfFolder(t)
	for _, c := range []struct {
		kernel *Kernel
		alter  func(w []uint32) bool
		want   string
	}{
		{Dropout, func(w []uint32) bool { return set(&w[2], decorationNonWritable) }, "says that y is read, the table written"},
		{Dropout, func(w []uint32) bool { return set(&w[0], 0) }, "says that y is read and written, the table written"},
		{Scale, func(w []uint32) bool { return set(&w[2], decorationNonWritable) }, "binds both y, written, and y4, read, at 1"},
	} {
		files := cloned(folder)
		if !alter(files[c.kernel.Name+".spv"].Data, func(op uint32, w []uint32) bool {
			return op == opMemberDecorate && w[2] == decorationNonReadable && c.alter(w)
		}) {
			t.Fatal("the instruction to alter is not there")
		}
		mustFind(t, files, []*Kernel{c.kernel}, c.want)
	}
}

// Each declaration in the SPIR-V that is not as in the table is noticed.
func TestWrongShaderIsNoticed(t *testing.T) {
	folder := copyOfFolder(t)
	for _, c := range []struct {
		name  string
		alter func(op uint32, w []uint32) bool // reports whether this was the instruction
		want  string
	}{
		{"set 1", func(op uint32, w []uint32) bool {
			return op == opDecorate && w[1] == decorationDescriptorSet && set(&w[2], 1)
		}, "of set 1, the table at"},
		{"binding 7", func(op uint32, w []uint32) bool {
			return op == opDecorate && w[1] == decorationBinding && set(&w[2], 7)
		}, "at 7 of set 0, the table at"},
		{"a uniform", func(op uint32, w []uint32) bool {
			return op == opVariable && w[2] == classStorage && set(&w[2], classUniform)
		}, "which is no storage buffer"},
		{"a hole between words", func(op uint32, w []uint32) bool {
			return op == opMemberDecorate && w[2] == decorationOffset && w[3] == 4 && set(&w[3], 8)
		}, "takes push constant cols at byte 8, the table at 4"},
		{"64-bit words", func(op uint32, w []uint32) bool {
			return op == opTypeInt && w[1] == 32 && set(&w[1], 64)
		}, "push constant n, which is no 32-bit number"},
		{"threads as constant 1", func(op uint32, w []uint32) bool {
			return op == opDecorate && w[1] == decorationSpecID && set(&w[2], 1)
		}, "must have constant_id 0"},
		{"a fixed workgroup", func(op uint32, w []uint32) bool {
			return op == opDecorate && w[1] == decorationBuiltIn && w[2] == 25 && set(&w[2], 26)
		}, "must have constant_id 0"},
		{"not SPIR-V", nil, "dropout.spv: begins with"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := cloned(folder)
			if c.alter == nil {
				files["dropout.spv"].Data[0] = 0
			} else if !alter(files["dropout.spv"].Data, c.alter) {
				t.Fatal("the instruction to alter is not there")
			}
			mustFind(t, files, []*Kernel{Dropout}, c.want)
		})
	}
}

func set(word *uint32, value uint32) bool {
	*word = value
	return true
}

// alter gives f the operands of each instruction, until it has found its own.
func alter(code []byte, f func(op uint32, operands []uint32) bool) bool {
	for at := 20; at < len(code); {
		head := binary.LittleEndian.Uint32(code[at:])
		words := make([]uint32, head>>16-1)
		operands := code[at+4 : at+4*int(head>>16)]
		if _, err := binary.Decode(operands, binary.LittleEndian, words); err != nil {
			panic(err)
		}
		if f(head&0xffff, words) {
			_, err := binary.Encode(operands, binary.LittleEndian, words)
			return err == nil
		}
		at += 4 * int(head>>16)
	}
	return false
}
