package main

import (
	encoding "encoding/binary"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"tandem/engine/weights"
)

// walk calls f for every command that users see.
func walk(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		walk(sub, f)
	}
}

func TestEveryCommandHasHelpAndAnExample(t *testing.T) {
	unraced(t)
	walk(rootCommand(), func(c *cobra.Command) {
		ours := c.Name() == "completion" || !strings.Contains(c.CommandPath(), "completion")
		if ours && (c.Short == "" || !strings.Contains(c.Example, "tandem")) {
			t.Errorf("%s has no description or no example", c.CommandPath())
		}
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		r := tandem(t, args...)
		if r.status != 0 || r.stderr != "" || !strings.Contains(r.stdout, "Usage:") || !strings.Contains(r.stdout, c.Example) {
			t.Errorf("%v: status %d, stderr %q, stdout %q", args, r.status, r.stderr, r.stdout)
		}
	})
}

// bad is a command line that must fail with one line that names the culprit.
type bad struct {
	args   string // split at spaces
	status int
	names  string
}

func (b bad) try(t *testing.T) {
	t.Helper()
	r := tandem(t, strings.Fields(b.args)...)
	if r.status != b.status {
		t.Errorf("tandem %s: status %d, want %d: %s", b.args, r.status, b.status, r.stderr)
	}
	if !strings.HasPrefix(r.stderr, "tandem: ") || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, b.names) {
		t.Errorf("tandem %s: want one line that names %q, got %q", b.args, b.names, r.stderr)
	}
	if strings.Contains(r.stdout, "Usage:") {
		t.Errorf("tandem %s prints its usage", b.args)
	}
}

func TestWrongUsage(t *testing.T) {
	unraced(t)
	for _, b := range []bad{
		{"trian", 2, "did you mean train"},
		{"--nix", 2, "--nix"},
		{"help nix", 2, "nix"},
		{"net", 2, "list, show"},
		{"net nix", 2, "nix"},
		{"net list more", 2, "more"},
		{"net show", 2, "a network's name or file"},
		{"net show vgg", 2, "vgg"},
		{"net show nix.json", 2, "nix.json"},
		{"net show alexnet --recipe nix", 2, "nix"},
		{"net show cifar-quick --recipe paper", 2, "paper"},
		{"data", 2, "get, list, prepare"},
		{"data get", 2, "cifar10"},
		{"data get nix", 2, "nix"},
		{"data prepare nix a b", 2, "nix"},
		{"data prepare imagenet a", 2, "imagenet"},
		{"data prepare imagenet a b --size 0", 2, "--size"},
		{"devices more", 2, "more"},
		{"version more", 2, "more"},
		{"completion nix", 2, "nix"},
		{"bench --device gpu", 2, "gpu"},
		{"bench --device vulkan", 2, "vulkan:N"},
		{"bench --device vulkan:-1", 2, "vulkan:-1"},
		{"bench --device vulkan:x", 2, "vulkan:x"},
		{"bench --device vulkan:0,auto", 2, "auto"},
		{"bench --device cpu,vulkan:0,cpu", 2, "one or two"},
		{"bench --device cpu,cpu,cpu", 2, "one or two"},
		{"bench --device auto,cpu", 2, "auto"},
		{"bench --device cpu:0", 2, "cpu:0"},
		{"bench --device cpu:many", 2, "cpu:many"},
		{"bench --steps 0", 2, "--steps"},
		{"bench --batch -1", 2, "--batch"},
		{"bench --sgemm 0", 2, "--sgemm"},
		{"bench --sgemm 100000", 2, "--sgemm"},
		{"bench --sgemm 8 --trace x", 2, "--trace"},
		{"bench --trace=", 2, "--trace"},
		{"bench --trace nix/x.json", 2, "nix"},
		{"bench --kernels fast", 2, "fast"},
		{"doctor --device gpu", 2, "gpu"},
		{"doctor --ops Nix", 2, "ConvForward"},
		{"doctor --kernels fast", 2, "fast"},
		{"doctor --seed -1", 2, "--seed"},
		{"doctor more", 2, "more"},
		{"bench --net nix", 2, "nix"},
		{"train", 2, "--data"},
		{"train --data", 2, "--data"},
		{"train --data nix", 2, "nix"},
		{"train --data images", 2, "images:DIR"},
		{"train --data images:", 2, "images:DIR"},
		{"train --data fashion-mnist --net nix", 2, "nix"},
		{"train --data fashion-mnist --recipe nix", 2, "nix"},
		{"train --data fashion-mnist --batch 0", 2, "--batch"},
		{"train --data fashion-mnist --batch many", 2, "many"},
		{"train --data fashion-mnist --epochs -3", 2, "--epochs"},
		{"train --data fashion-mnist --steps 0", 2, "--steps"},
		{"train --data fashion-mnist --rate 0", 2, "--rate"},
		{"train --data fashion-mnist --rate NaN", 2, "--rate"},
		{"train --data fashion-mnist --momentum 1", 2, "--momentum"},
		{"train --data fashion-mnist --seed -1", 2, "--seed"},
		{"train --data fashion-mnist --keep -1", 2, "--keep"},
		{"train --data fashion-mnist --save-minutes -1", 2, "--save-minutes"},
		{"train --data fashion-mnist --workers 100000", 2, "--workers"},
		{"train --data fashion-mnist --device nix", 2, "nix"},
		{"train --data fashion-mnist what", 2, "what"},
		{"train --resume", 2, "--out"},
		{"train --resume a b", 2, "b"},
		{"train --resume a --batch 4", 2, "--batch"},
		{"train --resume a --net alexnet", 2, "--net"},
		{"eval", 2, "a checkpoint"},
		{"eval a", 2, "--data"},
		{"eval a --data nix", 2, "nix"},
		{"eval a --data fashion-mnist --views 3", 2, "--views"},
		{"eval a --data fashion-mnist --views 10 --batch 4", 2, "--batch"},
		{"predict a", 2, "picture"},
		{"predict a b --top 0", 2, "--top"},
		{"predict a b --views 7", 2, "--views"},
	} {
		b.try(t)
	}
}

func TestMissingAndWrongFiles(t *testing.T) {
	unraced(t)
	empty, file := t.TempDir(), write(t, "file", "text")
	barren := t.TempDir()
	for _, class := range []string{"train/cat", "test/cat"} {
		if err := os.MkdirAll(filepath.Join(barren, class), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []bad{
		{"train --data images:/nix", 1, "/nix"},
		{"train --data images:" + file, 1, file},
		{"train --data images:" + empty, 1, empty},
		{"train --data images:" + barren, 1, "cat"},
		{"train --data cifar10:" + empty, 1, empty},
		{"train --data fashion-mnist:" + empty, 1, empty},
		{"train --data imagenet:" + empty, 1, empty},
		{"train --data fashion-mnist --steps 1 --out " + file, 1, file},
		{"train --data fashion-mnist --steps 1 --out " + file + "/below", 1, file},
		{"train --data fashion-mnist --steps 1 --out /proc/nix", 1, "/proc/nix"},
		{"train --resume --out /nix", 1, "/nix"},
		{"train --resume --out " + empty, 1, empty},
		{"train --resume " + file, 1, file},
		{"train --data fashion-mnist --net " + empty, 1, empty},
		{"eval /nix --data fashion-mnist", 1, "/nix"},
		{"eval " + file + " --data fashion-mnist", 1, file},
		{"predict /nix a.jpg", 1, "/nix"},
		{"data prepare imagenet /nix " + empty, 1, "/nix"},
		{"data prepare imagenet " + empty + " out", 1, empty},
		{"net show " + file, 1, file},
	} {
		b.try(t)
	}
}

func TestBadNetworkFiles(t *testing.T) {
	unraced(t)
	change := func(old, new string) string { return strings.Replace(tinyNet, old, new, 1) }
	for _, c := range []struct{ text, names string }{
		{"", "not a network file"},
		{tinyNet[:200], "not a network file"},
		{"[]", "not a network file"},
		{change(`"type": "relu"`, `"type": "rely"`), "rely"},
		{change(`"stride": 2`, `"strode": 2`), "strode"},
		{change(`"filters": 4`, `"filters": -4`), "-4"},
		{change(`"kernel": 5`, `"kernel": 50`), "conv1"},
		{change(`"name": "relu1", "type": "relu"`, `"name": "relu1", "type": "relu", "inputs": ["nix"]`), "nix"},
		{change(`"name": "relu1", "type": "relu"`, `"name": "relu1", "type": "relu", "inputs": ["pool1"]`), "cycle"},
		{change(`"input": [1, 28, 28]`, `"input": [1, 28]`), "input"},
		{change(`"batch": 500`, `"batch": 0`), "batch"},
	} {
		path := write(t, "net.json", c.text)
		bad{"net show " + path, 1, path}.try(t)
		bad{"net show " + path, 1, c.names}.try(t)
	}
}

// Networks and data that are sound by themselves but do not go together.
func TestWhatDoesNotFit(t *testing.T) {
	unraced(t)
	change := func(old, new string) string {
		return write(t, "net.json", strings.Replace(tinyNet, old, new, 1))
	}
	for _, b := range []bad{
		{"--net " + change(`[1, 28, 28]`, `[1, 32, 32]`), 1, "32x32"},
		{"--net " + change(`[1, 28, 28]`, `[1, 28, 24]`), 1, "squares"},
		{"--net " + change(`"outputs": 10`, `"outputs": 3`), 1, "3 classes"},
		{"--net " + change(`"drop1"`, `"drop1"`) + " --recipe paper", 2, "--recipe"},
		{"--net " + change(`"drop1"`, `"drop1"`) + " --device cpu,cpu", 1, "tiny"},
	} {
		b.args = "train --data fashion-mnist --steps 1 " + b.args
		b.try(t)
	}
}

func TestDamagedCheckpoints(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(trained(t), "best.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte(nil), whole...)
	flipped[len(flipped)-5] ^= 1
	long := append([]byte(nil), whole...)
	encoding.LittleEndian.PutUint64(long, 1<<40)
	for _, text := range [][]byte{nil, whole[:4], whole[:len(whole)/2], whole[:len(whole)-1], flipped, long} {
		path := write(t, "some.safetensors", string(text))
		for _, command := range []string{"eval " + path + " --data fashion-mnist", "predict " + path + " a.png", "train --resume " + path} {
			bad{command, 1, path}.try(t)
		}
	}
}

func TestCheckpointsWithNaN(t *testing.T) {
	f, err := weights.Read(filepath.Join(trained(t), "best.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	f.Tensors["fc2.weight"].Data[7] = float32(math.NaN())
	path := filepath.Join(t.TempDir(), "nan.safetensors")
	if err := weights.Write(path, f); err != nil {
		t.Fatal(err)
	}
	bad{"eval " + path + " --data fashion-mnist", 1, "fc2.weight"}.try(t)
	bad{"train --resume " + path, 1, path}.try(t)
}

// The newest checkpoint of a folder is damaged: it is named, and the one before
// it offered.
func TestDamagedNewestCheckpoint(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(trained(t))); err != nil {
		t.Fatal(err)
	}
	newest := filepath.Join(dir, "step-00000040.safetensors")
	if err := os.Truncate(newest, 1000); err != nil {
		t.Fatal(err)
	}
	bad{"train --resume --out " + dir, 1, newest}.try(t)
	bad{"train --resume --out " + dir, 1, filepath.Join(dir, "step-00000020.safetensors")}.try(t)
}

func TestBadPictures(t *testing.T) {
	text := write(t, "text.jpg", "no picture")
	bad{"predict " + trained(t) + " " + text, 1, text}.try(t)
	bad{"predict " + trained(t) + " nix.png", 1, "nix.png"}.try(t)
	bad{"predict " + trained(t) + " " + text + " nix.png", 1, "nix.png"}.try(t)
	bad{"predict " + trained(t) + " .", 1, "."}.try(t)
}

func TestDownloadThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	bad{"data get fashion-mnist sets --mirror " + server.URL, 1, server.URL}.try(t)
}
