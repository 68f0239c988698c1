// Package manifest knows which SPIR-V was made from which source: the lines of
// shaders/manifest.txt, and the hashes in them.
package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// File is the manifest's name in the folder of kernels.
const File = "manifest.txt"

// Entry is what the manifest says of one kernel: SHA-256 sums in hexadecimal.
type Entry struct {
	Source string // of the .comp with its includes
	SPIRV  string // of the .spv
}

const header = "# kernel, SHA-256 of its .comp with includes, SHA-256 of its .spv; written by `make shaders`\n"

// Format returns the manifest's text: a line for each kernel, sorted.
func Format(entries map[string]Entry) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		fmt.Fprintf(&b, "%s %s %s\n", name, entries[name].Source, entries[name].SPIRV)
	}
	return b.Bytes()
}

// Parse reads what Format wrote.
func Parse(text []byte) (map[string]Entry, error) {
	entries := map[string]Entry{}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fmt.Errorf("%s:%d: want a kernel and two hashes, got %q", File, i+1, line)
		}
		if _, twice := entries[f[0]]; twice {
			return nil, fmt.Errorf("%s:%d: %s stands there twice", File, i+1, f[0])
		}
		entries[f[0]] = Entry{f[1], f[2]}
	}
	return entries, nil
}

// Read parses the manifest of a folder.
func Read(dir fs.FS) (map[string]Entry, error) {
	text, err := fs.ReadFile(dir, File)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

// HashSPIRV returns the hash of compiled code.
func HashSPIRV(code []byte) string {
	sum := sha256.Sum256(code)
	return hex.EncodeToString(sum[:])
}

var include = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]+"([^"]+)"`)

// HashSource returns the hash of a source file together with everything that it
// includes, directly or not, each file once.
func HashSource(dir fs.FS, file string) (string, error) {
	sum := sha256.New()
	queue := []string{file}
	for i := 0; i < len(queue); i++ {
		text, err := fs.ReadFile(dir, queue[i])
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", queue[i], len(text), text)
		for _, m := range include.FindAllSubmatch(text, -1) {
			if name := string(m[1]); !slices.Contains(queue, name) {
				queue = append(queue, name)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
