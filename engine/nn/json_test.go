package nn

import (
	"strings"
	"testing"
)

const goodFile = `{"name":"tiny","input":[1,8,8],"nodes":[
 {"name":"conv1","type":"conv","filters":4,"kernel":3,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
 {"name":"relu1","type":"relu"},
 {"name":"fc2","type":"fc","outputs":3,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
 {"name":"softmax","type":"softmax"}],
 "recipe":{"batch":4,"epochs":1,"rate":0.1,"momentum":0.9,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

func TestParseNetworkReadsADefaultChain(t *testing.T) {
	net, err := ParseNetwork([]byte(goodFile), "tiny.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := net.Node("fc2").Inputs; len(got) != 1 || got[0] != "relu1" {
		t.Errorf("fc2 reads %v", got)
	}
}

// Each case edits the good file in one place and names what the message must
// say.
func TestParseNetworkErrors(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"cycle", `"type":"relu"`, `"type":"relu","inputs":["fc2"]`, "layer relu1 is part of a cycle"},
		{"missing input", `"type":"relu"`, `"type":"relu","inputs":["conv9"]`, `layer relu1 reads "conv9", which does not exist`},
		{"negative size", `"filters":4`, `"filters":-4`, "layer conv1: filters must be at least 1, got -4"},
		{"negative kernel", `"kernel":3`, `"kernel":-3`, "layer conv1: kernel must be at least 1, got -3"},
		{"negative stride", `"kernel":3`, `"kernel":3,"stride":-1`, "stride must be at least 1"},
		{"kernel too large", `"kernel":3`, `"kernel":9`, "layer conv1: a 9x9 kernel with padding [0 0 0 0] does not fit an image of 8x8"},
		{"padding too large", `"kernel":3`, `"kernel":3,"pad":3`, "must be below the kernel size"},
		{"three pads", `"kernel":3`, `"kernel":3,"pads":[1,1,1]`, "pads must be top, left, bottom, right"},
		{"groups", `"filters":4`, `"filters":4,"groups":3`, "do not divide into 3 groups"},
		{"huge", `"outputs":3`, `"outputs":99999999999`, "elements"},
		{"unknown type", `"type":"relu"`, `"type":"gelu"`, `no layer has the type "gelu"; there are concat, conv,`},
		{"unknown field", `"filters":4`, `"filters":4,"dilation":2`, `layer "conv1": unknown field "dilation"`},
		{"unknown top field", `"name":"tiny"`, `"name":"tiny","author":"me"`, `unknown field "author"`},
		{"twice", `"name":"fc2"`, `"name":"conv1"`, "two layers are called conv1"},
		{"no name", `"name":"relu1"`, `"name":""`, "layer 2 has no name"},
		{"no softmax", `"type":"softmax"`, `"type":"relu"`, "the output of layer softmax is not used"},
		{"two inputs", `"type":"relu"`, `"type":"relu","inputs":["conv1","data"]`, "layer relu1: takes 1 input, got 2"},
		{"dropout", `"type":"relu"`, `"type":"dropout","keep":0`, "keep must be above 0"},
		{"tower", `"type":"relu"`, `"type":"relu","tower":"a"`, "tower must be a or b, in a network of 2 towers"},
		{"towers", `"input"`, `"towers":3,"input"`, "towers must be 1 or 2"},
		{"input", `[1,8,8]`, `[8,8]`, "input must have channels, height and width"},
		{"zero input", `[1,8,8]`, `[0,8,8]`, "has an extent below 1"},
		{"overflow", `[1,8,8]`, `[4294967296,4294967296,2]`, "elements"},
		{"batch", `"batch":4`, `"batch":0`, "recipe: batch must be at least 1"},
		{"schedule", `"constant"`, `"cosine"`, "kind must be constant, step, plateau or epochs"},
		{"scale", `"scale":1`, `"scale":0`, "scale must be above 0"},
		{"text", goodFile, "hello", "tiny.json: not a network file"},
		{"empty", goodFile, "", "tiny.json: not a network file: it is empty"},
		{"truncated", goodFile, goodFile[:200], "tiny.json: not a network file: it ends too soon"},
		{"null node", `{"name":"relu1","type":"relu"}`, `null`, `no layer has the type ""`},
		{"trailing", goodFile, goodFile + "{}", "more after the end"},
	} {
		if !strings.Contains(goodFile, c.old) {
			t.Fatalf("%s: the file has no %s", c.name, c.old)
		}
		_, err := ParseNetwork([]byte(strings.Replace(goodFile, c.old, c.new, 1)), "tiny.json")
		switch {
		case err == nil:
			t.Errorf("%s: no error", c.name)
		case !strings.Contains(err.Error(), c.want), !strings.HasPrefix(err.Error(), "tiny.json: "), strings.Contains(err.Error(), "\n"):
			t.Errorf("%s: got %v\nwant one line with %s", c.name, err, c.want)
		}
	}
}

func FuzzParseNetwork(f *testing.F) {
	f.Add([]byte(goodFile))
	for _, e := range Catalog() {
		net := mustBuild(f, e.Name, BuildOptions{})
		data, err := net.MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		net, err := ParseNetwork(data, "fuzz.json")
		if err != nil {
			return
		}
		if _, err := net.Summarize(); err != nil {
			t.Errorf("parsed, but: %v", err)
		}
		if net.Towers == 2 {
			Split(net) // may refuse, must not panic
		}
	})
}
