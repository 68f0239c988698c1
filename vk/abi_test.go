//go:build cgo

package vk_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const vulkanHeader = "/usr/include/vulkan/vulkan_core.h"

// shortened structures end before Vulkan's do, so their sizes differ.
var shortened = map[string]bool{"VkDebugUtilsMessengerCallbackDataEXT": true}

var (
	structPattern   = regexp.MustCompile(`(?s)typedef struct \{\n(.*?)\n\} (\w+);`)
	fieldPattern    = regexp.MustCompile(`(?m)^\t[\w\s*]*?(\w+)(?:\[\d+\])?;`)
	constantPattern = regexp.MustCompile(`(?m)^\t(VK_\w+) = |^#define (VK_(?:WHOLE_SIZE|QUEUE_FAMILY_IGNORED)) `)
)

// Layouts and numbers that were written down by hand are those of Vulkan's own
// header: a program prints them all, compiled once with each.
func TestDeclarationsAgreeWithVulkansHeader(t *testing.T) {
	if _, err := os.Stat(vulkanHeader); err != nil {
		skipUnlessRequired(t, "no "+vulkanHeader+" (Debian: libvulkan-dev)")
	}
	ours, err := filepath.Glob("abi*.h")
	if err != nil || len(ours) == 0 {
		t.Fatal("no abi*.h here", err)
	}
	body := printer(t, ours)
	got, want := runC(t, ours, body), runC(t, []string{vulkanHeader}, body)
	if len(got) != len(want) || len(got) < 300 {
		t.Fatalf("%d lines from our declarations, %d from Vulkan's", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("ours: %s, Vulkan's: %s", got[i], want[i])
		}
	}
}

// printer makes the statements that print every size, offset and constant.
func printer(t *testing.T, headers []string) string {
	t.Helper()
	var b strings.Builder
	for _, h := range headers {
		text, err := os.ReadFile(h)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range structPattern.FindAllStringSubmatch(string(text), -1) {
			printStruct(&b, s[2], s[1])
		}
		for _, c := range constantPattern.FindAllStringSubmatch(string(text), -1) {
			name := c[1] + c[2]
			fmt.Fprintf(&b, "printf(\"%s %%lld\\n\", (long long)%s);\n", name, name)
		}
	}
	return b.String()
}

func printStruct(b *strings.Builder, name, fields string) {
	if !shortened[name] {
		fmt.Fprintf(b, "printf(\"%s %%zu\\n\", sizeof(%s));\n", name, name)
	}
	for _, f := range fieldPattern.FindAllStringSubmatch(fields, -1) {
		fmt.Fprintf(b, "printf(\"%[1]s.%[2]s at %%zu, %%zu bytes\\n\", offsetof(%[1]s, %[2]s), sizeof(((%[1]s *)0)->%[2]s));\n", name, f[1])
	}
}

// runC compiles the statements after the headers and returns the lines printed.
func runC(t *testing.T, headers []string, body string) []string {
	t.Helper()
	dir := t.TempDir()
	var source strings.Builder
	source.WriteString("#include <stddef.h>\n#include <stdio.h>\n")
	for _, h := range headers {
		path, err := filepath.Abs(h)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&source, "#include \"%s\"\n", path)
	}
	source.WriteString("int main(void) {\n" + body + "return 0;\n}\n")
	file, program := filepath.Join(dir, "print.c"), filepath.Join(dir, "print")
	if err := os.WriteFile(file, []byte(source.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cc", "-I/usr/include", "-o", program, file).CombinedOutput(); err != nil {
		t.Fatalf("cc: %v\n%s", err, out)
	}
	out, err := exec.Command(program).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func skipUnlessRequired(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("TANDEM_VULKAN_TESTS") == "required" {
		t.Fatal(why + "; TANDEM_VULKAN_TESTS=required wants it")
	}
	t.Skip(why)
}
