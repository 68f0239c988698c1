package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tandem/shaders/internal/manifest"
)

// folder is where the kernels are, and what was done to them.
type folder struct {
	path                     string
	compiled, removed, total int
}

// build brings every .spv and the manifest up to date. A kernel that does not
// compile keeps its old line, and the others are built nevertheless.
func (f *folder) build() error {
	old, err := f.manifest()
	if err != nil {
		return err
	}
	sources, err := filepath.Glob(filepath.Join(f.path, "*.comp"))
	if err != nil {
		return err
	}
	fresh := map[string]manifest.Entry{}
	var failures []error
	for _, s := range sources {
		name := strings.TrimSuffix(filepath.Base(s), ".comp")
		e, err := f.kernel(name, old[name])
		if err != nil {
			failures = append(failures, err)
			continue
		}
		fresh[name] = e
	}
	f.total = len(sources)
	return errors.Join(append(failures, f.removeOrphans(), f.writeManifest(fresh))...)
}

// manifest reads the manifest; none yet is an empty one.
func (f *folder) manifest() (map[string]manifest.Entry, error) {
	entries, err := manifest.Read(os.DirFS(f.path))
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]manifest.Entry{}, nil
	}
	return entries, err
}

// kernel compiles NAME.comp unless the manifest's line shows that source and
// result are the ones at hand, and returns the line.
func (f *folder) kernel(name string, old manifest.Entry) (manifest.Entry, error) {
	source, err := manifest.HashSource(os.DirFS(f.path), name+".comp")
	if err != nil {
		return old, err
	}
	code, err := os.ReadFile(filepath.Join(f.path, name+".spv"))
	if err == nil && old == (manifest.Entry{Source: source, SPIRV: manifest.HashSPIRV(code)}) {
		return old, nil
	}
	code, err = f.compile(name)
	if err != nil {
		return old, err
	}
	f.compiled++
	return manifest.Entry{Source: source, SPIRV: manifest.HashSPIRV(code)}, nil
}

// compile makes NAME.spv. The file is replaced only by a valid one, at once, for
// several people may be building.
func (f *folder) compile(name string) ([]byte, error) {
	tmp, err := os.CreateTemp(f.path, name+".spv-*.tmp")
	if err != nil {
		return nil, err
	}
	tmp.Close()
	defer os.Remove(tmp.Name())
	if err := run("glslc", "--target-env=vulkan1.2", "-Werror", "-o", tmp.Name(), filepath.Join(f.path, name+".comp")); err != nil {
		return nil, err
	}
	if err := run("spirv-val", "--target-env", "vulkan1.2", tmp.Name()); err != nil {
		return nil, fmt.Errorf("%s.comp: %w", name, err)
	}
	code, err := os.ReadFile(tmp.Name())
	if err != nil {
		return nil, err
	}
	return code, f.replace(tmp.Name(), name+".spv")
}

// run returns what the tool has to say where it fails.
func run(tool string, args ...string) error {
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", tool, err, out)
	}
	return nil
}

// replace renames a temporary file, whose permissions are its owner's alone, to
// one that everybody may read.
func (f *folder) replace(tmp, name string) error {
	if err := os.Chmod(tmp, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(f.path, name))
}

// removeOrphans deletes the .spv files whose sources are gone.
func (f *folder) removeOrphans() error {
	binaries, err := filepath.Glob(filepath.Join(f.path, "*.spv"))
	for _, b := range binaries {
		if f.hasSource(b) {
			continue
		}
		if err := os.Remove(b); err != nil {
			return err
		}
		f.removed++
	}
	return err
}

func (f *folder) hasSource(binary string) bool {
	_, err := os.Stat(strings.TrimSuffix(binary, ".spv") + ".comp")
	return err == nil
}

// writeManifest writes the lines of this run, and those of kernels that it did
// not build: somebody else's, added meanwhile, and those that failed.
func (f *folder) writeManifest(fresh map[string]manifest.Entry) error {
	entries, err := f.manifest()
	if err != nil {
		return err
	}
	for name := range entries {
		if !f.hasSource(filepath.Join(f.path, name+".spv")) {
			delete(entries, name)
		}
	}
	for name, e := range fresh {
		entries[name] = e
	}
	tmp, err := os.CreateTemp(f.path, manifest.File+"-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(manifest.Format(entries)); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return f.replace(tmp.Name(), manifest.File)
}
