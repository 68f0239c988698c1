package nn

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"tandem/engine/tensor"
)

func mustBuild(t testing.TB, name string, o BuildOptions) *Network {
	t.Helper()
	net, err := Build(name, o)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// The counts are those of the paper's network, of torchvision's documentation,
// and arithmetic by hand for the released code's CIFAR-10 layers.
func TestCatalogCounts(t *testing.T) {
	for _, c := range []struct {
		name, recipe string
		params       int64
		madds        float64 // millions
	}{
		{"alexnet", "paper", 60_965_224, 724.4},
		{"alexnet", "krizhevsky", 60_965_224, 724.4},
		{"alexnet", "caffe", 60_965_224, 724.4},
		{"alexnet-torchvision", "", 61_100_840, 714.2},
		{"cifar-quick", "", 2432 + 25632 + 51264 + 65600 + 650, 12.3},
		{"cifar-18pct", "", 2432 + 25632 + 51264 + 10250, 12.3},
		{"cifar-13pct", "", 4864 + 102464 + 36*32*(64*9+1) + 36*32*(32*9+1) + 11530, 18.5},
		{"cifar-11pct", "", 4864 + 102464 + 36*64*(64*9+1) + 36*32*(64*9+1) + 11530, 19.5},
	} {
		s, err := mustBuild(t, c.name, BuildOptions{Recipe: c.recipe}).Summarize()
		if err != nil {
			t.Fatal(err)
		}
		if s.Parameters != c.params || math.Abs(float64(s.MultiplyAdds)/1e6-c.madds) > 0.06 {
			t.Errorf("%s %s: %d parameters, %.2f M multiply-adds, want %d and %.1f", c.name, c.recipe, s.Parameters, float64(s.MultiplyAdds)/1e6, c.params, c.madds)
		}
	}
}

// Shapes per layer as in the paper's figure 2; receptive fields by hand from
// r + (F-1)j.
func TestAlexNetShapesAndReceptiveFields(t *testing.T) {
	s, err := mustBuild(t, "alexnet", BuildOptions{}).Summarize()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		out   tensor.Shape
		field int
	}{
		"conv1": {tensor.Shape{96, 55, 55}, 11}, "pool1": {tensor.Shape{96, 27, 27}, 19},
		"conv2": {tensor.Shape{256, 27, 27}, 51}, "pool2": {tensor.Shape{256, 13, 13}, 67},
		"conv3": {tensor.Shape{384, 13, 13}, 99}, "conv4": {tensor.Shape{384, 13, 13}, 131},
		"conv5": {tensor.Shape{256, 13, 13}, 163}, "pool5": {tensor.Shape{256, 6, 6}, 195},
		"fc6": {tensor.Shape{4096}, 224}, "fc8": {tensor.Shape{1000}, 224},
	}
	seen := 0
	for _, l := range s.Layers {
		if w, ok := want[l.Name]; ok {
			seen++
			if !l.Output.Equal(w.out) || l.ReceptiveField != w.field {
				t.Errorf("%s: %s seeing %d pixels, want %s and %d", l.Name, l.Output, l.ReceptiveField, w.out, w.field)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("found %d of %d layers", seen, len(want))
	}
}

func TestEveryNetworkSurvivesItsFile(t *testing.T) {
	for _, e := range Catalog() {
		for _, recipe := range append([]string{""}, e.Recipes...) {
			net := mustBuild(t, e.Name, BuildOptions{Recipe: recipe})
			if err := net.Recipe.Check(); err != nil {
				t.Errorf("%s %s: %v", e.Name, recipe, err)
			}
			data, err := json.Marshal(net)
			if err != nil {
				t.Fatal(err)
			}
			back, err := ParseNetwork(data, "file.json")
			if err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
			if !reflect.DeepEqual(net, back) {
				t.Errorf("%s %s changed on its way through a file", e.Name, recipe)
			}
		}
	}
}

func TestTwoTowerNetworksSplit(t *testing.T) {
	net := mustBuild(t, "alexnet", BuildOptions{})
	split, err := Split(net)
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := split.Infer()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]tensor.Shape{
		"conv1.a": {48, 55, 55}, "conv2.b": {128, 27, 27}, "conv3.a": {192, 13, 13}, "conv4.b": {192, 13, 13},
		"pool5.b": {128, 6, 6}, "fc6.a": {2048}, "fc7.b": {2048}, "pool2.ab@a": {256, 13, 13}, "fc8": {1000},
	} {
		if !shapes[name].Equal(want) {
			t.Errorf("%s is %s, want %s", name, shapes[name], want)
		}
	}
	s, _ := split.Summarize()
	if s.Parameters != 60_965_224 {
		t.Errorf("the halves have %d parameters together", s.Parameters)
	}
	if _, err := Split(mustBuild(t, "cifar-quick", BuildOptions{})); err == nil {
		t.Error("a one-tower network was split")
	}
	if _, err := Split(mustBuild(t, "alexnet", BuildOptions{Recipe: "caffe"})); err == nil {
		t.Error("an LRN across both towers was split")
	}
}

func TestBuildErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		o    BuildOptions
		want string
	}{
		{"vgg", BuildOptions{}, `no network is called "vgg"; there are alexnet, alexnet-torchvision, alexnet-mini, cifar-quick, cifar-18pct, cifar-13pct, cifar-11pct, or name a JSON file`},
		{"alexnet", BuildOptions{Recipe: "x"}, `network alexnet has no recipe "x"; there are paper, krizhevsky, caffe`},
		{"cifar-quick", BuildOptions{Recipe: "x"}, `network cifar-quick has one recipe only; leave out recipe "x"`},
		{"alexnet-mini", BuildOptions{Classes: 1}, `network alexnet-mini: layer softmax: needs at least 2 classes, got 1`},
	} {
		if _, err := Build(c.name, c.o); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
}
