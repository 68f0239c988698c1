//go:build cgo

package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tandem/engine/train"
	"tandem/vk"
)

// mini starts a run of few steps of alexnet-mini.
func mini(out, device string, steps int, more ...string) []string {
	return append([]string{"train", "--data", "fashion-mnist", "--net", "alexnet-mini", "--batch", "8", "--device", device,
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

// A run that begins on two Vulkan devices goes on on the CPU, and then beside
// it, as if nothing had changed.
func TestTrainingMovesFromDeviceToDevice(t *testing.T) {
	unraced(t)
	pair := gpuPair(t)
	whole, moved := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "moved")
	want := losses(t, succeed(t, mini(whole, "cpu", 9)...))
	got := losses(t, succeed(t, mini(moved, pair, 3)...))
	for i, device := range []string{"cpu", gpuNames(t)[0] + ",cpu"} {
		got = append(got, losses(t, succeed(t, resumed(moved, device, 3*(i+2))...))...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d and %d steps", len(got), len(want))
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-3*want[i] {
			t.Errorf("step %d: loss %g, on the CPU alone %g", i+1, got[i], want[i])
		}
	}
}

// Bytes that cross are in a step's line, and the same as on paper.
func TestTrainingTellsWhatCrosses(t *testing.T) {
	unraced(t)
	lines := jsonLines(t, succeed(t, mini(filepath.Join(t.TempDir(), "run"), gpuPair(t), 1)...))
	var r benchResult
	decode(t, succeed(t, "bench", "--net", "alexnet-mini", "--batch", "8", "--steps", "1", "--device", "cpu:1,cpu:1", "--json"), &r)
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

// failUnder runs until a fault that comes after some calls strikes in the middle
// of training, with a checkpoint on disk.
func failUnder(t *testing.T, call string, result vk.Result, device string) (dir string, r failedRun) {
	t.Helper()
	for after := 30; ; after *= 2 {
		dir = filepath.Join(t.TempDir(), fmt.Sprintf("run-%d", after))
		restore := vk.InjectFault(call, after, int32(result))
		got := runHere(t, mini(dir, device, 200, "--save-every", "1")...)
		restore()
		if got.status == 0 {
			t.Fatalf("%s: never failed", device)
		}
		if found, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(found) > 0 {
			return dir, failedRun{got, found}
		}
	}
}

// failedRun is what a failed run leaves.
type failedRun struct {
	result
	checkpoints []string
}

// A device that is lost in the middle of a run costs the steps since the last
// checkpoint and one line, which says how to go on; another device does.
func TestADeviceLostInTheMiddleOfARun(t *testing.T) {
	unraced(t)
	name, pair := gpuNames(t)[0], gpuPair(t)
	for _, c := range []struct{ call, device string }{
		{"vkQueueSubmit", name}, {"vkWaitSemaphores", name}, {"vkQueueSubmit", pair}, {"vkWaitSemaphores", name + ",cpu"},
	} {
		t.Run(c.call+" "+c.device, func(t *testing.T) {
			dir, r := failUnder(t, c.call, vk.DeviceLost, c.device)
			if r.status != 1 || strings.Count(r.stderr, "\n") != 1 {
				t.Fatalf("status %d, stderr %q", r.status, r.stderr)
			}
			last := r.checkpoints[len(r.checkpoints)-1]
			for _, want := range []string{"step ", "vulkan:", "VK_ERROR_DEVICE_LOST", last, "--resume --out " + dir, "--device"} {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("no %q in %q", want, r.stderr)
				}
			}
			ckpt, err := train.LoadCheckpoint(last)
			if err != nil {
				t.Fatal(err)
			}
			next := ckpt.State.Step + 2
			if got := losses(t, succeed(t, resumed(dir, "cpu", next)...)); len(got) != 2 {
				t.Errorf("went on for %d steps", len(got))
			}
		})
	}
}

// Memory that the driver does not have, though the budget says so.
func TestADriverWithoutMemory(t *testing.T) {
	unraced(t)
	name := gpuNames(t)[0]
	restore := vk.InjectFault("vkAllocateMemory", 1, int32(vk.OutOfDeviceMemory))
	defer restore()
	r := runHere(t, mini(filepath.Join(t.TempDir(), "run"), name, 5)...)
	if r.status != 1 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, name) || !strings.Contains(r.stderr, "out of memory") {
		t.Errorf("status %d, stderr %q", r.status, r.stderr)
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
