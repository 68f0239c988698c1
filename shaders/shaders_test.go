package shaders

import (
	"bytes"
	"os"
	"testing"
)

// Sources, compiled code, manifest and table agree. No shader compiler runs.
func TestKernelsAreUpToDate(t *testing.T) {
	for _, problem := range check(os.DirFS("."), All()) {
		t.Error(problem)
	}
}

func TestAllIsSorted(t *testing.T) {
	list := All()
	if len(list) == 0 {
		t.Fatal("no kernels")
	}
	for i := 1; i < len(list); i++ {
		if list[i-1].Name >= list[i].Name {
			t.Errorf("%s stands before %s", list[i-1].Name, list[i].Name)
		}
	}
}

// What is embedded is what lies in the folder.
func TestSPIRV(t *testing.T) {
	for _, k := range All() {
		want, err := os.ReadFile(k.Name + ".spv")
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(k.SPIRV(), want) {
			t.Errorf("%s.spv differs from what is embedded", k.Name)
		}
	}
}
