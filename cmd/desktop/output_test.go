package main

import (
	"encoding/json"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/engine/nn"
)

// decode parses the whole of text as one JSON value.
func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}

func TestNetShowCountsThePapersNetwork(t *testing.T) {
	out := succeed(t, "net", "show", "alexnet")
	for _, want := range []string{"60,965,224 parameters, 724.4 M multiply-adds", "conv 11x11/4", "96x55x55", "105.4 M", "37,752,832", "2 groups"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestNetShowWritesAFileThatTrains(t *testing.T) {
	unraced(t)
	for _, e := range nn.Catalog() {
		text := succeed(t, "net", "show", e.Name, "--json")
		path := write(t, "net.json", text)
		if shown := succeed(t, "net", "show", path); shown != succeed(t, "net", "show", e.Name) {
			t.Errorf("%s: its file shows something else:\n%s", e.Name, shown)
		}
	}
}

func TestLists(t *testing.T) {
	if out := succeed(t, "net", "list"); !strings.Contains(out, "alexnet-mini") || !strings.Contains(out, "krizhevsky") {
		t.Errorf("networks: %s", out)
	}
	if out := succeed(t, "data", "list"); !strings.Contains(out, "images:DIR") || !strings.Contains(out, "https://www.cs.toronto.edu") {
		t.Errorf("data: %s", out)
	}
	if out := succeed(t, "devices"); !strings.Contains(out, "cpu") || !strings.Contains(out, "auto") {
		t.Errorf("devices: %s", out)
	}
	if out := succeed(t, "version"); !strings.Contains(out, "tandem ") || !strings.Contains(out, "go1.") {
		t.Errorf("version: %s", out)
	}
	if out := succeed(t, "completion", "bash"); !strings.Contains(out, "__start_tandem") {
		t.Error("no completion for bash")
	}
	if out := succeed(t, "__complete", "net", "show", "alex"); !strings.Contains(out, "alexnet-mini") {
		t.Errorf("completion offers %s", out)
	}
}

func TestDevicesJSON(t *testing.T) {
	var lines []deviceLine
	decode(t, tandemWith(t, withoutDrivers, "devices", "--json").stdout, &lines)
	if len(lines) != 1 || lines[0].ID != "cpu" || !lines[0].Auto || lines[0].Cores < 1 || lines[0].Name == "" {
		t.Errorf("got %+v", lines)
	}
}

func TestEval(t *testing.T) {
	unraced(t)
	for _, views := range []string{"1", "10"} {
		var e map[string]any
		decode(t, succeed(t, "eval", trained(t), "--data", "fashion-mnist", "--views", views, "--json"), &e)
		top1, top5 := e["top1_error"].(float64), e["top5_error"].(float64)
		if e["images"] != 2000.0 || top1 <= 0 || top1 > 0.6 || top5 >= top1 {
			t.Errorf("%s views: %v", views, e)
		}
	}
	if out := succeed(t, "eval", filepath.Join(trained(t), "best.safetensors"), "--data", "fashion-mnist"); !strings.Contains(out, "2,000 images, 1 view each: top-1 error ") {
		t.Errorf("got %q", out)
	}
}

// pictures writes one image in three formats.
func pictures(t *testing.T) []string {
	img := image.NewPaletted(image.Rect(0, 0, 90, 60), palette.Plan9)
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	var paths []string
	for name, encode := range map[string]func(io.Writer) error{
		"a.jpg": func(w io.Writer) error { return jpeg.Encode(w, img, nil) },
		"a.png": func(w io.Writer) error { return png.Encode(w, img) },
		"a.gif": func(w io.Writer) error { return gif.Encode(w, img, nil) },
	} {
		path := filepath.Join(t.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := encode(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func TestPredict(t *testing.T) {
	paths := pictures(t)
	lines := jsonLines(t, succeed(t, append([]string{"predict", trained(t), "--top", "3", "--json"}, paths...)...))
	if len(lines) != len(paths) {
		t.Fatalf("%d predictions", len(lines))
	}
	for i, l := range lines {
		guesses := l["guesses"].([]any)
		first, last := guesses[0].(map[string]any), guesses[2].(map[string]any)
		if l["image"] != paths[i] || len(guesses) != 3 || first["class"] == "" || first["probability"].(float64) < last["probability"].(float64) {
			t.Errorf("%s: %v", paths[i], l)
		}
	}
	if out := succeed(t, append([]string{"predict", trained(t)}, paths...)...); strings.Count(out, " %  ") != 15 {
		t.Errorf("got %q", out)
	}
}

// A broken picture does not keep the others from being looked at.
func TestPredictGoesOnAfterABrokenPicture(t *testing.T) {
	r := tandem(t, append([]string{"predict", trained(t), "--json", write(t, "broken.jpg", "x")}, pictures(t)...)...)
	if r.status != 1 || len(jsonLines(t, r.stdout)) != 3 || !strings.Contains(r.stderr, "broken.jpg") {
		t.Errorf("%+v", r)
	}
}

func TestBench(t *testing.T) {
	net := write(t, "tiny.json", tinyNet)
	var r benchResult
	decode(t, succeed(t, "bench", "--net", net, "--batch", "3", "--steps", "2", "--json"), &r)
	if r.Network != "tiny" || r.Batch != 3 || r.Trained <= 0 || r.Forward <= 0 || len(r.StepMS) != 2 || r.Peak < r.ModelSize {
		t.Errorf("got %+v", r)
	}
	if len(r.Layers) != 6 || r.Layers[0].Name != "conv1" || r.Layers[0].ForwardGFLOPS <= 0 || r.Layers[0].BackwardGFLOPS <= 0 || r.Layers[1].ForwardGFLOPS != 0 {
		t.Errorf("layers %+v", r.Layers)
	}
	if out := succeed(t, "bench", "--net", net, "--batch", "2", "--steps", "1"); !strings.Contains(out, "images/s") || !strings.Contains(out, "conv1") {
		t.Errorf("got %q", out)
	}
}

func TestLostOutputIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	cmd := command(t, "net", "list")
	cmd.Stdout = full
	if r := finish(t, cmd); r.status != 1 || r.stderr != "tandem: standard output: no space left on device\n" {
		t.Errorf("status %d, stderr %q", r.status, r.stderr)
	}
}
