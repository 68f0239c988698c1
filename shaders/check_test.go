package shaders

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tandem/shaders/internal/manifest"
	"tandem/shaders/internal/spirv"
)

// check compares the files of a folder with each other and with a table of
// kernels, and returns a line for each disagreement.
func check(dir fs.FS, kernels []*Kernel) []string {
	entries, err := manifest.Read(dir)
	if err != nil {
		return []string{fmt.Sprintf("%v; run make shaders", err)}
	}
	problems := slices.Concat(checkSources(dir, entries, kernels), checkBinaries(dir, entries))
	for _, k := range kernels {
		problems = append(problems, checkKernel(dir, k)...)
	}
	return problems
}

// checkSources looks for sources that nobody knows or that have changed.
func checkSources(dir fs.FS, entries map[string]manifest.Entry, kernels []*Kernel) []string {
	var problems []string
	for _, name := range stems(dir, ".comp") {
		hash, err := manifest.HashSource(dir, name+".comp")
		entry, listed := entries[name]
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case !listed:
			problems = append(problems, fmt.Sprintf("%s.comp is not in %s; run make shaders", name, manifest.File))
		case hash != entry.Source:
			problems = append(problems, fmt.Sprintf("%s.comp, or a file that it includes, has changed; run make shaders", name))
		}
		if !slices.ContainsFunc(kernels, func(k *Kernel) bool { return k.Name == name }) {
			problems = append(problems, fmt.Sprintf("%s.comp is in no table_*.go", name))
		}
	}
	return problems
}

// checkBinaries looks for compiled kernels that are missing, left over, or not
// what was compiled.
func checkBinaries(dir fs.FS, entries map[string]manifest.Entry) []string {
	var problems []string
	for _, name := range stems(dir, ".spv") {
		code, err := fs.ReadFile(dir, name+".spv")
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case !exists(dir, name+".comp"):
			problems = append(problems, fmt.Sprintf("%s.spv has no %s.comp; run make shaders", name, name))
		case manifest.HashSPIRV(code) != entries[name].SPIRV:
			problems = append(problems, fmt.Sprintf("%s.spv is not what was compiled; run make shaders", name))
		}
	}
	for name := range entries {
		for _, file := range []string{name + ".comp", name + ".spv"} {
			if !exists(dir, file) {
				problems = append(problems, fmt.Sprintf("%s is missing, but %s has %s; run make shaders", file, manifest.File, name))
			}
		}
	}
	return problems
}

// checkKernel compares an entry of the table with what the SPIR-V declares.
func checkKernel(dir fs.FS, k *Kernel) []string {
	if !exists(dir, k.Name+".comp") {
		return []string{fmt.Sprintf("%s.comp is missing, but a table_*.go has %s", k.Name, k.Name)}
	}
	code, err := fs.ReadFile(dir, k.Name+".spv")
	if err != nil {
		return []string{fmt.Sprintf("%v; run make shaders", err)}
	}
	m, err := spirv.Read(code)
	if err != nil {
		return []string{fmt.Sprintf("%s.spv: %v", k.Name, err)}
	}
	problems := slices.Concat(checkBindings(k, m), checkPush(k, m), checkSpec(k, m))
	for i, p := range problems {
		problems[i] = fmt.Sprintf("%s.comp %s", k.Name, p)
	}
	return problems
}

func checkBindings(k *Kernel, m *spirv.Module) []string {
	buffers, problems := withoutFours(m.Buffers)
	if len(buffers) != len(k.Bindings) {
		return append(problems, fmt.Sprintf("binds %d buffers, the table %d", len(buffers), len(k.Bindings)))
	}
	for i, b := range buffers {
		want := k.Bindings[i]
		switch {
		case !b.Storage:
			problems = append(problems, fmt.Sprintf("binds %s, which is no storage buffer", b.Name))
		case b.Set != 0 || b.Binding != i:
			problems = append(problems, fmt.Sprintf("binds %s at %d of set %d, the table at %d of set 0", b.Name, b.Binding, b.Set, i))
		case b.Name != want.Name:
			problems = append(problems, fmt.Sprintf("binds %s at %d, the table %s", b.Name, i, want.Name))
		case access(b) != want.Access:
			problems = append(problems, fmt.Sprintf("says that %s is %v, the table %v", b.Name, access(b), want.Access))
		}
	}
	return problems
}

// withoutFours leaves out buffers that are bound as numbers, x, and as fours,
// x4, for the second time. Both must be used alike.
func withoutFours(buffers []spirv.Buffer) (kept []spirv.Buffer, problems []string) {
	for _, b := range buffers {
		i := slices.IndexFunc(kept, func(o spirv.Buffer) bool { return o.Set == b.Set && o.Binding == b.Binding })
		if i < 0 {
			kept = append(kept, b)
			continue
		}
		twin := kept[i]
		twin.Name += "4"
		if b != twin {
			problems = append(problems, fmt.Sprintf("binds both %s, %v, and %s, %v, at %d", kept[i].Name, access(kept[i]), b.Name, access(b), b.Binding))
		}
	}
	return kept, problems
}

func access(b spirv.Buffer) Access {
	var a Access
	if b.Readable {
		a |= Read
	}
	if b.Writable {
		a |= Write
	}
	return a
}

func checkPush(k *Kernel, m *spirv.Module) []string {
	if len(m.Push) != len(k.Push) {
		return []string{fmt.Sprintf("takes %d push constants, the table has %d", len(m.Push), len(k.Push))}
	}
	var problems []string
	for i, p := range m.Push {
		switch {
		case p.Name != k.Push[i]:
			problems = append(problems, fmt.Sprintf("takes push constant %d as %s, the table as %s", i, p.Name, k.Push[i]))
		case p.Bits != 32:
			problems = append(problems, fmt.Sprintf("takes push constant %s, which is no 32-bit number", p.Name))
		case p.Offset != 4*i:
			problems = append(problems, fmt.Sprintf("takes push constant %s at byte %d, the table at %d", p.Name, p.Offset, 4*i))
		}
	}
	return problems
}

// checkSpec expects the workgroup's size as constant 0.
func checkSpec(k *Kernel, m *spirv.Module) []string {
	if m.LocalSizeSpec != 0 || k.Spec[0] != "threads" {
		return []string{"must have constant_id 0, threads in the table, as its workgroup's size"}
	}
	if len(m.Spec) != len(k.Spec) {
		return []string{fmt.Sprintf("has %d specialization constants, the table %d", len(m.Spec), len(k.Spec))}
	}
	var problems []string
	for i, c := range m.Spec {
		if c.ID != i || i > 0 && c.Name != k.Spec[i] {
			problems = append(problems, fmt.Sprintf("has specialization constant %s as %d, the table %s as %d", c.Name, c.ID, k.Spec[i], i))
		}
	}
	return problems
}

// stems returns the names of the files with this ending, without it.
func stems(dir fs.FS, ending string) []string {
	files, err := fs.Glob(dir, "*"+ending)
	if err != nil {
		panic(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ending)
	}
	return files
}

func exists(dir fs.FS, name string) bool {
	_, err := fs.Stat(dir, name)
	return err == nil
}
