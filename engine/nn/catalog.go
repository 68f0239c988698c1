package nn

import (
	"fmt"
	"slices"
	"strings"

	"tandem/engine/tensor"
)

// Entry is a network that comes with the program.
type Entry struct {
	Name    string
	Summary string
	Recipes []string // the first is the default; empty if there is only one way

	build   func(spec) *Network
	input   tensor.Shape // of the images, unless the data's own size serves
	adapts  bool         // takes the size and channels of the data's images
	classes int
}

// spec is what a builder needs to know.
type spec struct {
	recipe  string
	input   tensor.Shape
	classes int
}

// Catalog lists the networks by name.
func Catalog() []Entry {
	imagenet, cifar, fashion := tensor.Shape{3, 256, 256}, tensor.Shape{3, 32, 32}, tensor.Shape{1, 28, 28}
	return []Entry{
		{"alexnet", "the paper's network: two towers, 60,965,224 parameters", []string{"paper", "krizhevsky", "caffe"}, alexnet, imagenet, false, 1000},
		{"alexnet-torchvision", "torchvision's one-tower variant: no LRN, 61,100,840 parameters", nil, alexnetTorchvision, imagenet, false, 1000},
		{"alexnet-mini", "the same eight layers and two towers for 28-32 pixel images", nil, alexnetMini, fashion, true, 10},
		{"cifar-quick", "cuda-convnet's layers-80sec: 26 % on CIFAR-10 in a few epochs", nil, cifarQuick, cifar, true, 10},
		{"cifar-18pct", "cuda-convnet's layers-18pct: 18 % after about 120 epochs", nil, cifar18, cifar, true, 10},
		{"cifar-13pct", "the paper's four-layer net without LRN: 13 %, locally connected", nil, cifar13, cifar, true, 10},
		{"cifar-11pct", "the paper's four-layer net with LRN: 11 %, locally connected", nil, cifar11, cifar, true, 10},
	}
}

// BuildOptions adapts a network to its data.
type BuildOptions struct {
	Recipe  string       // "" for the default
	Image   tensor.Shape // C, H, W of the data's images, nil for the default
	Classes int          // 0 for the default
}

// Build returns the named network. Errors name the network or the recipe and
// list what there is.
func Build(name string, o BuildOptions) (*Network, error) {
	i := slices.IndexFunc(Catalog(), func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("no network is called %q; there are %s, or name a JSON file", name, strings.Join(names(), ", "))
	}
	e := Catalog()[i]
	s := spec{recipe: o.Recipe, input: e.input, classes: e.classes}
	switch {
	case len(e.Recipes) == 0 && o.Recipe != "":
		return nil, fmt.Errorf("network %s has one recipe only; leave out recipe %q", name, o.Recipe)
	case len(e.Recipes) > 0 && o.Recipe == "":
		s.recipe = e.Recipes[0]
	case o.Recipe != "" && !slices.Contains(e.Recipes, o.Recipe):
		return nil, fmt.Errorf("network %s has no recipe %q; there are %s", name, o.Recipe, strings.Join(e.Recipes, ", "))
	}
	if e.adapts && o.Image != nil {
		s.input = o.Image
	}
	if o.Classes != 0 {
		s.classes = o.Classes
	}
	net := e.build(s)
	if _, err := net.Infer(); err != nil {
		return nil, err
	}
	return net, nil
}

func names() []string {
	var out []string
	for _, e := range Catalog() {
		out = append(out, e.Name)
	}
	return out
}
