package weights

import (
	"strings"
	"testing"

	"tandem/engine/tensor"
)

// Whatever the bytes, ReadFrom returns a file or an error, and a file that it
// accepts survives being written and read again.
func FuzzRead(f *testing.F) {
	own := mustReadFile(f, write(f, &File{
		Tensors: map[string]*tensor.Tensor{"w": tensor.New(2, 3), "b": tensor.New(2)},
		Meta:    map[string]string{"step": "1"},
	}))
	f.Add(own)
	f.Add(own[:len(own)/2])
	f.Add([]byte{})
	f.Add(assemble(`{}`, ""))
	f.Add(assemble(`{"a":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}`, "\x00\x3c"))
	f.Add(assemble(`{"a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]},"e":{"dtype":"F64","shape":[0],"data_offsets":[4,4]}}`, "\x80\x3f\x80\x3f"))
	f.Add(assemble(`{"__metadata__":{"format":"pt","tandem.file":"1"}}`, ""))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := readBytes(b)
		if err != nil {
			if msg := err.Error(); strings.ContainsAny(msg, "\r\n") || !strings.HasPrefix(msg, "here.safetensors: ") {
				t.Fatalf("unclear error %q", msg)
			}
			return
		}
		again, err := Read(write(t, file))
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, again, file)
	})
}
