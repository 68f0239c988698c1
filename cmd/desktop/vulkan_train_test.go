//go:build cgo

package main

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tandem/engine/train"
	"tandem/vk"
)

// pairNet is a network of two towers that even SwiftShader trains in no time.
const pairNet = `{
  "name": "pair", "input": [1, 28, 28], "towers": 2,
  "nodes": [
    {"name": "conv1", "type": "conv", "filters": 8, "kernel": 5, "stride": 2, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "relu1", "type": "relu"},
    {"name": "norm1", "type": "lrn", "size": 3, "alpha": 0.1, "beta": 0.75, "k": 1, "groups": 2},
    {"name": "pool1", "type": "pool", "kind": "max", "kernel": 3, "stride": 2},
    {"name": "conv2", "type": "conv", "filters": 8, "kernel": 3, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "relu2", "type": "relu"},
    {"name": "fc3", "type": "fc", "outputs": 16, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "relu3", "type": "relu"},
    {"name": "drop3", "type": "dropout", "keep": 0.8},
    {"name": "fc4", "type": "fc", "tower": "a", "outputs": 10, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "softmax", "type": "softmax", "tower": "a"}
  ],
  "recipe": {"batch": 8, "epochs": 100, "rate": 0.02, "momentum": 0.9, "schedule": {"kind": "constant"},
    "images": {"flip": true, "subtract": "mean-image", "scale": 0.02}}
}`

// fewPictures returns a folder with two classes of noise, dark and bright.
func fewPictures(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for bright, class := range map[int]string{0: "dark", 60: "bright"} {
		r := rand.New(rand.NewPCG(1, uint64(bright)))
		for i := range 20 {
			split := "train"
			if i >= 16 {
				split = "test"
			}
			img := image.NewGray(image.Rect(0, 0, 28, 28))
			for j := range img.Pix {
				img.Pix[j] = uint8(bright + r.IntN(190))
			}
			folder := filepath.Join(dir, split, class)
			if err := os.MkdirAll(folder, 0o777); err != nil {
				t.Fatal(err)
			}
			f, err := os.Create(filepath.Join(folder, strconv.Itoa(i)+".png"))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, img); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// begun starts a run of few steps.
func begun(t *testing.T, net, out, device string, steps int, more ...string) []string {
	t.Helper()
	return append([]string{"train", "--data", "images:" + fewPictures(t), "--net", net, "--device", device,
		"--steps", strconv.Itoa(steps), "--out", out, "--json"}, more...)
}

func resumed(out, device string, steps int) []string {
	return []string{"train", "--resume", "--out", out, "--device", device, "--steps", strconv.Itoa(steps), "--json"}
}

// losses returns the loss of each step in the output of a run.
func losses(t *testing.T, text string) []float64 {
	t.Helper()
	var all []float64
	for _, l := range jsonLines(t, text) {
		if l["event"] == "step" {
			all = append(all, l["loss"].(float64))
		}
	}
	return all
}

// A run that begins on two Vulkan devices goes on on the CPU, and then on a pair
// of both, as if nothing had changed.
func TestTrainingMovesFromDeviceToDevice(t *testing.T) {
	unraced(t)
	devices := []string{gpuPair(t), "cpu", gpuNames(t)[0] + ",cpu"}
	for _, net := range []string{write(t, "pair.json", pairNet), "alexnet-mini"} {
		whole, moved := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "moved")
		want := losses(t, succeed(t, begun(t, net, whole, "cpu", 6, "--batch", "2")...))
		got := losses(t, succeed(t, begun(t, net, moved, devices[0], 2, "--batch", "2")...))
		for i, device := range devices[1:] {
			got = append(got, losses(t, succeed(t, resumed(moved, device, 2*(i+2))...))...)
		}
		if len(got) != len(want) {
			t.Fatalf("%d and %d steps", len(got), len(want))
		}
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= 1e-3*want[i]) {
				t.Errorf("%s, step %d: loss %g, on the CPU alone %g", net, i+1, got[i], want[i])
			}
		}
	}
}

// Bytes that cross are in a step's line, and the same as on paper.
func TestTrainingTellsWhatCrosses(t *testing.T) {
	net := write(t, "pair.json", pairNet)
	lines := jsonLines(t, succeed(t, begun(t, net, filepath.Join(t.TempDir(), "run"), gpuPair(t), 1)...))
	var r benchResult
	decode(t, succeed(t, "bench", "--net", net, "--batch", "8", "--steps", "1", "--device", "cpu:1,cpu:1", "--json"), &r)
	if moved := lines[1]["moved_bytes"]; moved != float64(r.Exchange[0].OnPaper+r.Exchange[1].OnPaper) {
		t.Errorf("%v bytes moved, on paper %+v", moved, r.Exchange)
	}
}

// runHere runs a command line in this process, where faults can be injected.
func runHere(t *testing.T, args ...string) result {
	t.Helper()
	var files [2]*os.File
	for i := range files {
		f, err := os.Create(filepath.Join(t.TempDir(), strconv.Itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	status := run(args, files[0], files[1])
	var texts [2]string
	for i, f := range files {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return result{texts[0], texts[1], status}
}

// failedRun is what a run leaves that a fault has ended.
type failedRun struct {
	result
	dir         string
	checkpoints []string
}

// failUnder has a call fail later and later, until that is in the middle of a
// run, with a checkpoint on disk.
func failUnder(t *testing.T, call string, device string) failedRun {
	t.Helper()
	net := write(t, "pair.json", pairNet)
	for after := 40; ; after *= 2 {
		dir := filepath.Join(t.TempDir(), fmt.Sprintf("run-%d", after))
		args := begun(t, net, dir, device, 1000, "--save-every", "1")
		restore := vk.InjectFault(call, after, int32(vk.DeviceLost))
		r := runHere(t, args...)
		restore()
		if r.status == 0 {
			t.Fatalf("%s: %s never failed", device, call)
		}
		if found, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(found) > 0 {
			return failedRun{r, dir, found}
		}
	}
}

// A device that is lost in the middle of a run costs the steps since the last
// checkpoint and one line, which says how to go on; another device does.
func TestADeviceLostInTheMiddleOfARun(t *testing.T) {
	unraced(t)
	name, pair := gpuNames(t)[0], gpuPair(t)
	for _, c := range []struct{ call, device string }{
		{"vkQueueSubmit", name}, {"vkWaitSemaphores", name}, {"vkQueueSubmit", pair}, {"vkWaitSemaphores", name + ",cpu"}, {"vkQueueSubmit", "cpu," + name},
	} {
		t.Run(c.call+" "+c.device, func(t *testing.T) {
			r := failUnder(t, c.call, c.device)
			if r.status != 1 || strings.Count(r.stderr, "\n") != 1 {
				t.Fatalf("status %d, stderr %q", r.status, r.stderr)
			}
			last := r.checkpoints[len(r.checkpoints)-1]
			for _, want := range []string{"step ", "vulkan:", "VK_ERROR_DEVICE_LOST", last, "--resume --out " + r.dir, "--device"} {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("no %q in %q", want, r.stderr)
				}
			}
			ckpt, err := train.LoadCheckpoint(last)
			if err != nil {
				t.Fatal(err)
			}
			if got := losses(t, succeed(t, resumed(r.dir, "cpu", ckpt.State.Step+2)...)); len(got) != 2 {
				t.Errorf("went on for %d steps", len(got))
			}
		})
	}
}

// Memory that the driver does not have, though the budget says so.
func TestADriverWithoutMemory(t *testing.T) {
	name := gpuNames(t)[0]
	args := begun(t, write(t, "pair.json", pairNet), filepath.Join(t.TempDir(), "run"), name, 5)
	for after := 1; ; after++ {
		restore := vk.InjectFault("vkAllocateMemory", after, int32(vk.OutOfDeviceMemory))
		r := runHere(t, append(args, "--out", filepath.Join(t.TempDir(), "run"))...)
		restore()
		if r.status == 0 && after > 1 {
			return // it takes no more allocations than that
		}
		if r.status != 1 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, name) || !strings.Contains(r.stderr, "out of memory") {
			t.Fatalf("allocation %d: status %d, stderr %q", after, r.status, r.stderr)
		}
		t.Log(strings.TrimSpace(r.stderr))
	}
}

// A batch that no memory holds is refused before anything is allocated.
func TestABatchTooLargeForADevice(t *testing.T) {
	name := gpuNames(t)[0]
	for _, args := range []string{
		"bench --net alexnet --batch 1000000 --device " + name,
		"bench --net alexnet --batch 1000000 --device cpu," + name,
		"train --data fashion-mnist --net alexnet-mini --batch 1000000 --device " + name,
	} {
		bad{args, 1, name + " ("}.try(t)
		bad{args, 1, "try --batch "}.try(t)
	}
}
