package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tandem/shaders/internal/manifest"
)

const kernelSource = `#version 450
#extension GL_GOOGLE_include_directive : require
#include "value.glsl"
layout(std430, binding = 0) writeonly buffer Y { float y[]; };
void main() { y[0] = VALUE; }
`

// newFolder returns a folder with the kernels a and b, which include a file.
func newFolder(t *testing.T) string {
	t.Helper()
	for _, tool := range tools {
		_, err := exec.LookPath(tool)
		if err != nil && os.Getenv("TANDEM_VULKAN_TESTS") == "required" {
			t.Fatalf("%s is not installed; TANDEM_VULKAN_TESTS=required wants it", tool)
		}
		if err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	put(t, dir, "value.glsl", "#define VALUE 1.0\n")
	put(t, dir, "a.comp", kernelSource)
	put(t, dir, "b.comp", kernelSource)
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func mustBuild(t *testing.T, dir string, compiled, removed int) {
	t.Helper()
	f := folder{path: dir}
	if err := f.build(); err != nil {
		t.Fatal(err)
	}
	if f.compiled != compiled || f.removed != removed {
		t.Fatalf("%d compiled and %d removed, want %d and %d", f.compiled, f.removed, compiled, removed)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); left != nil {
		t.Errorf("left behind: %q", left)
	}
}

// Only what has changed is compiled: a source, an include, a binary, a line.
func TestBuildCompilesWhatChanged(t *testing.T) {
	dir := newFolder(t)
	mustBuild(t, dir, 2, 0)
	first := get(t, dir, "a.spv")
	mustBuild(t, dir, 0, 0)
	put(t, dir, "a.comp", kernelSource+"\n")
	mustBuild(t, dir, 1, 0)
	put(t, dir, "value.glsl", "#define VALUE 2.0\n")
	mustBuild(t, dir, 2, 0)
	if bytes.Equal(first, get(t, dir, "a.spv")) {
		t.Error("the include changed, but not the result")
	}
	put(t, dir, "b.spv", "damaged")
	mustBuild(t, dir, 1, 0)
	os.Remove(filepath.Join(dir, manifest.File))
	mustBuild(t, dir, 2, 0)
}

func TestBuildRemovesOrphans(t *testing.T) {
	dir := newFolder(t)
	mustBuild(t, dir, 2, 0)
	os.Remove(filepath.Join(dir, "b.comp"))
	mustBuild(t, dir, 0, 1)
	entries, err := manifest.Read(os.DirFS(dir))
	if err != nil || len(entries) != 1 || entries["a"] == (manifest.Entry{}) {
		t.Errorf("the manifest has %v, %v", entries, err)
	}
}

// A kernel that does not compile is named, keeps its old result and line, and
// does not keep the others from being built. Warnings count.
func TestBuildGoesOnAfterAFailure(t *testing.T) {
	dir := newFolder(t)
	mustBuild(t, dir, 2, 0)
	old := get(t, dir, "a.spv")
	before, err := manifest.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a.comp", "#version 450\nvoid main() { nonsense; }\n")
	put(t, dir, "b.comp", kernelSource+"\n")
	f := folder{path: dir}
	if err := f.build(); err == nil || !strings.Contains(err.Error(), "a.comp") || strings.Contains(err.Error(), "b.comp") {
		t.Errorf("got error %v", err)
	}
	after, err := manifest.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old, get(t, dir, "a.spv")) || after["a"] != before["a"] {
		t.Error("the kernel that failed was touched")
	}
	if after["b"] == before["b"] {
		t.Error("the other kernel was not built")
	}
}
