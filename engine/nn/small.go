package nn

import "math"

// alexnetMini has AlexNet's eight layers, two towers, normalization and
// overlapping pooling, sized for images of 28 to 32 pixels. Initial weights are
// He's, sqrt(2/inputs), since no pre-training brings a net this deep off the
// ground from 0.01 in the time of a demonstration. The first layer's are smaller,
// so that what its kernels learn stands out of what they were drawn as.
func alexnetMini(s spec) *Network {
	w := func(inputs int) ParamSpec {
		return ParamSpec{Std: float32(math.Sqrt(2 / float64(inputs))), RateFactor: 1, Decay: weightDecay}
	}
	b := ParamSpec{RateFactor: 2}
	lrn := &LRN{Size: 5, Alpha: 1e-4, Beta: 0.75, K: 2, Groups: 2}
	c := newChain("alexnet-mini", s.input, 2)
	c.conv("conv1", 32, five(), 1, ParamSpec{Std: 0.07, RateFactor: 1, Decay: weightDecay}, b)
	c.relu("relu1")
	c.add("norm1", lrn)
	c.pool("pool1", "max", overlapping())
	c.conv("conv2", 64, five(), 2, w(16*25), b)
	c.relu("relu2")
	c.add("norm2", lrn)
	c.pool("pool2", "max", overlapping())
	c.conv("conv3", 96, Window{Kernel: 3, Pad: 1}, 1, w(64*9), b)
	c.relu("relu3")
	c.conv("conv4", 96, Window{Kernel: 3, Pad: 1}, 2, w(48*9), b)
	c.relu("relu4")
	c.conv("conv5", 64, Window{Kernel: 3, Pad: 1}, 2, w(48*9), b)
	c.relu("relu5")
	c.pool("pool5", "max", overlapping())
	side := s.input[1]
	for range 3 {
		side = positions(side, 0, 0, 3, 2, true)
	}
	inputs := 64 * side * side
	for _, layer := range []string{"6", "7"} {
		c.add("fc"+layer, &FC{Outputs: 256, Weight: w(inputs), Bias: b})
		c.relu("relu" + layer)
		c.add("drop"+layer, &Dropout{Keep: 0.5})
		inputs = 256
	}
	return c.end(s.classes, ParamSpec{Std: 0.01, RateFactor: 1, Decay: weightDecay}, b, "fc8", Recipe{
		Batch: 64, Epochs: 14, Rate: 0.02, Momentum: 0.9,
		Schedule: Schedule{Kind: "epochs", Rates: []Fall{{0, 0.02}, {9, 0.005}, {12, 0.001}}},
		Images:   Images{Flip: true, Subtract: "mean-image", Scale: 1.0 / 64},
	})
}

// The four small networks below are cuda-convnet's example layers for CIFAR-10
// (layers-80sec, layers-18pct, layers-conv-local-13pct and
// layers-cifar10-11pct), with their published errors in the catalog.

const cifarRate = 0.001 // of weights; biases learn twice as fast

func cifarWeight(std, decay float32) ParamSpec {
	return ParamSpec{Std: std, RateFactor: 1, Decay: decay}
}

func cifarBias() ParamSpec { return ParamSpec{RateFactor: 2} }

func cifarRecipe(epochs int, falls ...Fall) Recipe {
	return Recipe{
		Batch: 128, Epochs: epochs, Rate: cifarRate, Momentum: 0.9,
		Schedule: Schedule{Kind: "epochs", Rates: append([]Fall{{0, cifarRate}}, falls...)},
		Images:   Images{Subtract: "mean-image", Scale: 1},
	}
}

func five() Window { return Window{Kernel: 5, Pad: 2} }

func cifarQuick(s spec) *Network {
	c := newChain("cifar-quick", s.input, 1)
	c.conv("conv1", 32, five(), 1, cifarWeight(1e-4, 0.004), cifarBias())
	c.pool("pool1", "max", overlapping())
	c.relu("relu1")
	c.conv("conv2", 32, five(), 1, cifarWeight(0.01, 0.004), cifarBias())
	c.relu("relu2")
	c.pool("pool2", "average", overlapping())
	c.conv("conv3", 64, five(), 1, cifarWeight(0.01, 0.004), cifarBias())
	c.relu("relu3")
	c.pool("pool3", "average", overlapping())
	c.add("fc64", &FC{Outputs: 64, Weight: cifarWeight(0.1, 0.03), Bias: cifarBias()})
	c.relu("relu4")
	return c.end(s.classes, cifarWeight(0.1, 0.03), cifarBias(), "fc10", cifarRecipe(12, Fall{10, cifarRate / 10}, Fall{11, cifarRate / 100}))
}

func cifar18(s spec) *Network {
	c := newChain("cifar-18pct", s.input, 1)
	norm := &LRN{Size: 3, Alpha: 5e-5 / 9, Beta: 0.75, K: 1, SameMap: true}
	c.conv("conv1", 32, five(), 1, cifarWeight(1e-4, 0.004), cifarBias())
	c.pool("pool1", "max", overlapping())
	c.relu("relu1")
	c.add("norm1", norm)
	c.conv("conv2", 32, five(), 1, cifarWeight(0.01, 0.004), cifarBias())
	c.relu("relu2")
	c.pool("pool2", "average", overlapping())
	c.add("norm2", norm)
	c.conv("conv3", 64, five(), 1, cifarWeight(0.01, 0.004), cifarBias())
	c.relu("relu3")
	c.pool("pool3", "average", overlapping())
	return c.end(s.classes, cifarWeight(0.01, 1), cifarBias(), "fc10", cifarRecipe(140, Fall{120, cifarRate / 10}, Fall{130, cifarRate / 100}))
}

func cifar13(s spec) *Network { return cifarLocal(s, "cifar-13pct", nil, 32, 0.004, 0.004) }

func cifar11(s spec) *Network {
	norm := &LRN{Size: 9, Alpha: 0.001 / 9, Beta: 0.75, K: 1}
	return cifarLocal(s, "cifar-11pct", norm, 64, 0.004, 0.01)
}

// cifarLocal is the paper's four-layer CNN, with or without normalization. It
// sees 24x24 crops.
func cifarLocal(s spec, name string, norm *LRN, local3 int, decayLocal, decayFC float32) *Network {
	input := s.input.Clone()
	input[1], input[2] = input[1]*3/4, input[2]*3/4
	c := newChain(name, input, 1)
	c.conv("conv1", 64, five(), 1, cifarWeight(1e-4, 0), cifarBias())
	c.relu("relu1")
	c.pool("pool1", "max", overlapping())
	if norm != nil {
		c.add("norm1", norm)
	}
	c.conv("conv2", 64, five(), 1, cifarWeight(0.01, 0), cifarBias())
	c.relu("relu2")
	if norm != nil {
		c.add("norm2", norm)
	}
	c.pool("pool2", "max", overlapping())
	three := Window{Kernel: 3, Pad: 1}
	c.local("local3", local3, three, cifarWeight(0.04, decayLocal), cifarBias())
	c.relu("relu3")
	c.local("local4", 32, three, cifarWeight(0.04, decayLocal), cifarBias())
	c.relu("relu4")
	r := cifarRecipe(520, Fall{500, cifarRate / 10}, Fall{510, cifarRate / 100})
	r.Images.Flip = true
	return c.end(s.classes, cifarWeight(0.01, decayFC), cifarBias(), "fc10", r)
}
