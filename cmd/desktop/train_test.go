package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"tandem/engine/nn"
	"tandem/engine/train/metrics"
)

func TestTrainLeavesPicturesAndFigures(t *testing.T) {
	dir := trained(t)
	for _, name := range []string{"filters.png", "activations.png", "curves.png"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if img, err := png.Decode(f); err != nil || img.Bounds().Dx() < 50 {
			t.Errorf("%s: %v", name, err)
		}
	}
	points, err := metrics.ReadJSONL(filepath.Join(dir, metrics.FileName))
	if err != nil || len(points) < 40 {
		t.Errorf("%d points of metrics, %v", len(points), err)
	}
	if events, _ := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*")); len(events) != 1 {
		t.Errorf("event files: %v", events)
	}
}

func TestTrainPrintsPlainLines(t *testing.T) {
	out := succeed(t, "train", "--data", "fashion-mnist", "--net", write(t, "tiny.json", tinyNet), "--steps", "21")
	for _, want := range []string{"tiny: ", "epoch 1/2  train loss ", "test error ", "the folder runs/tiny-20", "best.safetensors, filters.png, activations.png, curves.png"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	if strings.ContainsAny(out, "\r\x1b") {
		t.Errorf("a bar where there is no terminal: %q", out)
	}
}

// jsonLines decodes a JSON object a line, and demands nothing else.
func jsonLines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(text) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, object)
	}
	return all
}

func TestTrainJSON(t *testing.T) {
	unraced(t)
	lines := jsonLines(t, succeed(t, "train", "--data", "fashion-mnist", "--net", write(t, "tiny.json", tinyNet), "--steps", "22", "--json"))
	events := map[string]int{}
	for _, l := range lines {
		events[l["event"].(string)]++
	}
	if events["start"] != 1 || events["step"] != 22 || events["epoch"] != 1 || events["end"] != 1 {
		t.Errorf("events %v", events)
	}
	end := lines[len(lines)-1]
	if end["step"] != 22.0 || end["interrupted"] != false || len(end["pictures"].([]any)) != 3 {
		t.Errorf("the end is %v", end)
	}
}

func TestRecipeFlags(t *testing.T) {
	unraced(t)
	lines := jsonLines(t, succeed(t, "train", "--data", "fashion-mnist", "--net", write(t, "tiny.json", tinyNet),
		"--batch", "100", "--epochs", "3", "--rate", "0.004", "--steps", "1", "--json"))
	if lines[0]["steps"] != 1.0 || lines[0]["batch"] != 100.0 || lines[0]["epochs"] != 3.0 || lines[1]["rate"] != 0.004 {
		t.Errorf("start %v, step %v", lines[0], lines[1])
	}
}

func TestRateScalesTheSchedule(t *testing.T) {
	f := &trainFlags{}
	f.define(&cobra.Command{})
	if err := f.set.Parse([]string{"--rate", "0.005"}); err != nil {
		t.Fatal(err)
	}
	given := []nn.Fall{{Epoch: 0, Rate: 0.01}, {Epoch: 9, Rate: 0.001}}
	r := nn.Recipe{Batch: 7, Rate: 0.01, Momentum: 0.9, Schedule: nn.Schedule{Kind: "epochs", Rates: given}}
	f.override(&r)
	if r.Rate != 0.005 || r.Schedule.Rates[0].Rate != 0.005 || r.Schedule.Rates[1].Rate != 0.0005 || r.Batch != 7 || r.Momentum != 0.9 {
		t.Errorf("got %+v", r)
	}
	if given[1].Rate != 0.001 {
		t.Error("the recipe's own schedule changed")
	}
}

func TestANewRunRefusesAnOldFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(trained(t))); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	bad{"train --data fashion-mnist --out " + dir, 1, dir}.try(t)
	if after := contents(t, dir); !maps.Equal(before, after) {
		t.Errorf("the refused run changed the folder's files from %d to %d, or their content", len(before), len(after))
	}
}

// contents returns what each file of a folder holds.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

func TestAResumedRunRefusesAnothersFolder(t *testing.T) {
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(trained(t))); err != nil {
		t.Fatal(err)
	}
	bad{"train --resume " + trained(t) + " --out " + other, 1, other}.try(t)
}

// slowNet is tinyNet with a smaller batch and an end that is far off.
func slowNet(t *testing.T) string {
	return write(t, "slow.json", strings.NewReplacer(`"batch": 500`, `"batch": 20`, `"epochs": 2`, `"epochs": 1000`).Replace(tinyNet))
}

// startTraining starts a run and returns once it has told of an event.
func startTraining(t *testing.T, event string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := command(t, append([]string{"train", "--json"}, args...)...)
	cmd.Stdout = nil
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if strings.Contains(lines.Text(), `"event":"`+event+`"`) {
			go io.Copy(io.Discard, pipe)
			return cmd
		}
	}
	cmd.Wait()
	t.Fatalf("no %s: %s", event, cmd.Stderr)
	return nil
}

func TestInterruptSavesAndSaysHowToGoOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a run")
	cmd := startTraining(t, "step", "--data", "fashion-mnist", "--net", slowNet(t), "--out", dir, "--workers", "2")
	cmd.Process.Signal(os.Interrupt)
	cmd.Process.Signal(os.Interrupt) // an echo, as timeout(1) makes it
	cmd.Wait()
	r := outcome(cmd)
	if want := "go on with: " + binary + " train --resume --out '" + dir + "' --workers 2 --json\n"; r.status != 130 || !strings.HasSuffix(r.stderr, want) {
		t.Fatalf("status %d, stderr %q", r.status, r.stderr)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(found) != 1 {
		t.Fatalf("checkpoints: %v", found)
	}
	cmd = startTraining(t, "step", "--resume", "--out", dir)
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if r := outcome(cmd); r.status != 143 {
		t.Errorf("after SIGTERM: status %d, stderr %q", r.status, r.stderr)
	}
}

func TestSecondInterruptQuitsAtOnce(t *testing.T) {
	unraced(t)
	// Its first step takes longer than an echo may.
	net := write(t, "wide.json", strings.Replace(tinyNet, `"filters": 4`, `"filters": 3000`, 1))
	dir := filepath.Join(t.TempDir(), "run")
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		cmd := startTraining(t, "start", "--data", "fashion-mnist", "--net", net, "--batch", "1000", "--out", dir)
		time.Sleep(pause)
		cmd.Process.Signal(os.Interrupt)
		time.Sleep(bounce + 100*time.Millisecond)
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		r := outcome(cmd)
		if r.status != 130 {
			t.Fatalf("status %d, stderr %q", r.status, r.stderr)
		}
		found, _ := filepath.Glob(filepath.Join(dir, "step-*"))
		if len(found) == 0 {
			return // it did not finish the step
		}
		if pause > 10*time.Second {
			t.Fatalf("saved %v, stderr %q", found, r.stderr)
		}
		os.RemoveAll(dir) // the first signal came before the first step began
	}
}

// A run killed again and again ends with the files of one that never was.
func TestKilledRunsEndAlike(t *testing.T) {
	unraced(t)
	net := write(t, "tiny.json", strings.Replace(tinyNet, `"batch": 500`, `"batch": 100`, 1))
	whole := filepath.Join(t.TempDir(), "whole")
	began := time.Now()
	succeed(t, "train", "--data", "fashion-mnist", "--net", net, "--out", whole)

	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for patience, kills := time.Since(began)/5, 0; kills < 10; patience /= 2 {
		killed := filepath.Join(t.TempDir(), "killed")
		kills = trainUnderFire(t, net, killed, func(kills int) time.Duration {
			// More and more of it: even a slow machine must get ahead.
			return time.Duration(random.Int64N(int64(patience))) + patience*time.Duration(kills)/20
		})
		t.Logf("%d kills", kills)
		sameFile(t, whole, killed, "step-00000200.safetensors")
		sameFile(t, whole, killed, "best.safetensors")
		sameMetrics(t, whole, killed)
	}
}

// trainUnderFire kills a run after some patience, takes it up again, and so on
// until it ends. It returns the number of kills.
func trainUnderFire(t *testing.T, net, out string, patience func(kills int) time.Duration) int {
	t.Helper()
	for kills := 0; ; kills++ {
		start := []string{"--data", "fashion-mnist", "--net", net}
		if found, _ := filepath.Glob(filepath.Join(out, "step-*.safetensors")); len(found) > 0 {
			start = []string{"--resume"}
		}
		cmd := command(t, append([]string{"train", "--out", out, "--save-every", "1"}, start...)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(patience(kills), func() { cmd.Process.Kill() })
		cmd.Wait()
		timer.Stop()
		switch r := outcome(cmd); r.status {
		case 0:
			return kills
		case -1: // killed
		default:
			t.Fatalf("after %d kills: status %d, %s", kills, r.status, r.stderr)
		}
	}
}

func sameFile(t *testing.T, a, b, name string) {
	t.Helper()
	one, err := os.ReadFile(filepath.Join(a, name))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(filepath.Join(b, name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, other) {
		t.Errorf("%s of %s and %s differ", name, a, b)
	}
}

// sameMetrics compares two records, all but the times.
func sameMetrics(t *testing.T, a, b string) {
	t.Helper()
	one, err := metrics.ReadJSONL(filepath.Join(a, metrics.FileName))
	if err != nil {
		t.Fatal(err)
	}
	other, err := metrics.ReadJSONL(filepath.Join(b, metrics.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != len(other) {
		t.Fatalf("%d and %d points", len(one), len(other))
	}
	for i, p := range one {
		for name, v := range p.Values {
			if w := other[i].Values[name]; w != v && name != "seconds" || p.Step != other[i].Step {
				t.Fatalf("step %d: %s is %g and %g", p.Step, name, v, w)
			}
		}
	}
}

func TestSameSeedSameRun(t *testing.T) {
	unraced(t)
	net := write(t, "tiny.json", tinyNet)
	var dirs [3]string
	for i, flags := range [][]string{{"--seed", "7"}, {"--seed", "7", "--device", "cpu:3", "--workers", "5"}, {"--seed", "8"}} {
		dirs[i] = filepath.Join(t.TempDir(), "run")
		succeed(t, append([]string{"train", "--data", "fashion-mnist", "--net", net, "--steps", "25", "--out", dirs[i]}, flags...)...)
	}
	sameFile(t, dirs[0], dirs[1], "step-00000025.safetensors")
	sameMetrics(t, dirs[0], dirs[1])
	one, _ := os.ReadFile(filepath.Join(dirs[0], "best.safetensors"))
	other, _ := os.ReadFile(filepath.Join(dirs[2], "best.safetensors"))
	if bytes.Equal(one, other) {
		t.Error("another seed gives the same weights")
	}
}
