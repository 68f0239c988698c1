package weights

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// assemble makes a file from a header as other programs write it.
func assemble(header string, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

// redigest gives a changed file of ours the checksum it should have.
func redigest(t testing.TB, raw []byte) []byte {
	field := regexp.MustCompile(`"tandem.sha256":"([0-9a-f]{64})"`).FindSubmatchIndex(raw)
	if field == nil {
		t.Fatal("no checksum field")
	}
	digits := raw[field[2]:field[3]]
	copy(digits, strings.Repeat("0", 64))
	sum := sha256.Sum256(raw)
	hex.Encode(digits, sum[:])
	return raw
}

func TestForeignFilesAreRead(t *testing.T) {
	for header, data := range map[string]string{
		`{}`: "",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`:                                                          "\x00\x00\x80\x3f",
		`{ "__metadata__" : {"format": "pt"}, "a" : { "shape": [ ], "data_offsets": [0, 4], "dtype": "F32" } }   ` + "\n": "\x00\x00\x80\x3f",
		`{"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}`:   "\x00\x00\x80\x3f",
	} {
		f, err := readBytes(assemble(header, data))
		if err != nil {
			t.Errorf("%s: %v", header, err)
		} else if data != "" && (len(f.Tensors["a"].Data) != 1 || f.Tensors["a"].Data[0] != 1) {
			t.Errorf("%s: a is %v", header, f.Tensors["a"])
		}
	}
}

func TestWrongHeadersAreRefused(t *testing.T) {
	one := `{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	for header, why := range map[string]string{
		`[]`:                                "JSON",
		` {}`:                               "JSON",
		`{"a":` + one + `}}`:                "follows",
		`{"a":` + one:                       "",
		`{"a":` + one + `,}`:                "",
		`{"a":` + one + `,"a":` + one + `}`: "twice",
		`{"a":3}`:                           "object",
		`{"a":null}`:                        "object",
		`{"\xff":` + one + `}`:              "",
		"{\"\xff\":" + one + `}`:            "JSON",
		`{"a":{"dtype":"F32","shape":[1]}}`: "data_offsets",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`:                            "nothing else",
		`{"a":{"Dtype":"F32","shape":[1],"data_offsets":[0,4]}}`:                                  "dtype",
		`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`:                    "twice",
		`{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,4]}}`:                                  "I64",
		`{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}`:                                   "type",
		`{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`:                                 "null",
		`{"a":{"dtype":"F32","shape":[null],"data_offsets":[0,4]}}`:                               "null",
		`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`:                                 "shape",
		`{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}`:                                "shape",
		`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`:                                  "do not hold",
		`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}`:                                  "do not hold",
		`{"a":{"dtype":"F32","shape":[4294967296],"data_offsets":[0,4]}}`:                         "too large",
		`{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,4],"data_offsets":[0,4]}}`: "too large",
		`{"a":{"dtype":"F64","shape":[1073741824,1073741824,2],"data_offsets":[0,0]}}`:            "do not hold",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`:                                  "range",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`:                                "range",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`:                                    "range",
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,0]}}`:               "range",
		`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`:                                  "4 bytes follow",
		`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`:                                  "cut short",
		`{"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}`:                                  "begins at byte 2",
		`{"a":` + one + `,"b":` + one + `}`:                                                       "begins at byte 0",
		`{"__metadata__":{"a":1},"a":` + one + `}`:                                                "string",
		`{"__metadata__":{"a":null},"a":` + one + `}`:                                             "string",
		`{"__metadata__":{"a":"1","a":"2"},"a":` + one + `}`:                                      "twice",
		`{"__metadata__":[],"a":` + one + `}`:                                                     "object",
		`{"__metadata__":{"tandem.file":"1"},"a":` + one + `}`:                                    "damaged",
		`{"__metadata__":{"tandem.sha256":""},"a":` + one + `}`:                                   "damaged",
	} {
		b := assemble(header, "\x00\x00\x80\x3f")
		wantRefused(t, b, header)
		if _, err := readBytes(b); err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%s: error %q does not say %q", header, err, why)
		}
	}
}

func TestHeaderLengthIsCheckedBeforeAllocation(t *testing.T) {
	for _, n := range []uint64{0, 1, 3, 200_000_000, 1 << 40, 1 << 63, math.MaxUint64} {
		wantRefused(t, append(binary.LittleEndian.AppendUint64(nil, n), "{}"...), fmt.Sprintf("header length %d", n))
	}
}

// python is a reader and writer of the format that shares no code with this
// package: json and struct of the standard library.
const python = `
import json, struct, sys
raw = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", raw[:8])[0]
assert n % 8 == 0
header = json.loads(raw[8:8 + n])
out = {"meta": header.pop("__metadata__"), "tensors": {}}
for name, t in header.items():
    begin, end = t["data_offsets"]
    assert t["dtype"] == "F32"
    words = struct.unpack("<%dI" % ((end - begin) // 4), raw[8 + n + begin:8 + n + end])
    out["tensors"][name] = {"shape": t["shape"], "words": words}
json.dump(out, sys.stdout)

header = {"__metadata__": {"format": "pt"}}
data = b""
for name, dtype, code in (("double", "F64", "d"), ("half", "F16", "e"), ("single", "F32", "f")):
    piece = struct.pack("<3" + code, -1.5, 0.25, 3072)
    header[name] = {"dtype": dtype, "shape": [3, 1], "data_offsets": [len(data), len(data) + len(piece)]}
    data += piece
text = json.dumps(header).encode()
open(sys.argv[2], "wb").write(struct.pack("<Q", len(text)) + text + data)
`

func TestPythonAgrees(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	f := sampleFile(newRand(t))
	path, foreign := write(t, f), filepath.Join(t.TempDir(), "foreign.safetensors")
	cmd := exec.Command("python3", "-c", python, path, foreign)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	wantPythonSaw(t, out, f)
	got, err := Read(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"double", "half", "single"} {
		if v := got.Tensors[name]; fmt.Sprint(v.Shape, v.Data) != "3x1 [-1.5 0.25 3072]" {
			t.Errorf("%s: %v %v", name, v.Shape, v.Data)
		}
	}
}

func wantPythonSaw(t *testing.T, out []byte, f *File) {
	var saw struct {
		Meta    map[string]string
		Tensors map[string]struct {
			Shape []int
			Words []uint32
		}
	}
	if err := json.Unmarshal(out, &saw); err != nil {
		t.Fatal(err)
	}
	for key, value := range f.Meta {
		if saw.Meta[key] != value {
			t.Errorf("python saw metadata %q = %q, want %q", key, saw.Meta[key], value)
		}
	}
	if len(saw.Tensors) != len(f.Tensors) {
		t.Errorf("python saw %d tensors, want %d", len(saw.Tensors), len(f.Tensors))
	}
	for name, want := range f.Tensors {
		got := saw.Tensors[name]
		if !want.Shape.Equal(got.Shape) || len(got.Words) != len(want.Data) {
			t.Fatalf("python saw %q with shape %v and %d elements, want %v", name, got.Shape, len(got.Words), want.Shape)
		}
		for i, w := range got.Words {
			if w != math.Float32bits(want.Data[i]) {
				t.Fatalf("python saw %q[%d] = %x, want %x", name, i, w, math.Float32bits(want.Data[i]))
			}
		}
	}
}
