package nn

import (
	"math"

	"tandem/engine/tensor"
)

// alexnetRecipe holds what the paper, the released code and Caffe do
// differently. Sources: section 3 to 5 of the paper;
// layers-imagenet-2gpu-model.cfg of cuda-convnet2; bvlc_alexnet of Caffe.
type alexnetRecipe struct {
	crop                int
	lrnAlpha, lrnK      float32
	lrnGroups           int  // 2: each tower normalizes its own maps
	reluAfterPool       bool // layer 1: conv, LRN, pool, ReLU
	extraNorm           bool // same-map normalization after the second LRN
	std, std35, stdFC   float32
	bias                float32 // of conv2, conv4, conv5, fc6 and fc7
	biasRate, biasDecay float32
	train               Recipe
}

const weightDecay = 0.0005 // section 5

func alexnetRecipes() map[string]alexnetRecipe {
	images := Images{Resize: 256, Flip: true, ColourNoise: 0.1, Subtract: "mean-image", Scale: 1}
	codeImages, caffeImages := images, images
	codeImages.Subtract = "mean-image-centre"
	caffeImages.ColourNoise = 0
	train := func(batch int, s Schedule, im Images) Recipe {
		return Recipe{Batch: batch, Epochs: 90, Rate: 0.01, Momentum: 0.9, Schedule: s, Images: im}
	}
	return map[string]alexnetRecipe{
		"paper": {
			crop: 224, lrnAlpha: 1e-4, lrnK: 2, lrnGroups: 2, std: 0.01, std35: 0.01, stdFC: 0.01,
			bias: 1, biasRate: 1, biasDecay: weightDecay,
			train: train(128, Schedule{Kind: "plateau", Factor: 0.1, Times: 3, Wait: 5}, images),
		},
		"krizhevsky": {
			crop: 224, lrnAlpha: 1e-4 / 5, lrnK: 2, lrnGroups: 2, reluAfterPool: true, extraNorm: true,
			std: 0.01, std35: 0.03, stdFC: 0.01, bias: 1, biasRate: 2,
			train: train(128, Schedule{Kind: "epochs", Rates: []Fall{{0, 0.01}, {23, 0.001}, {51, 0.0001}, {76, 1e-5}}}, codeImages),
		},
		"caffe": {
			crop: 227, lrnAlpha: 1e-4 / 5, lrnK: 1, lrnGroups: 1, std: 0.01, std35: 0.01, stdFC: 0.005,
			bias: 0.1, biasRate: 2,
			train: train(256, Schedule{Kind: "step", Factor: 0.1, Every: 100_000}, caffeImages),
		},
	}
}

func alexnet(s spec) *Network {
	r := alexnetRecipes()[s.recipe]
	w := func(std float32) ParamSpec { return ParamSpec{Std: std, RateFactor: 1, Decay: weightDecay} }
	b := func(v float32) ParamSpec { return ParamSpec{Value: v, RateFactor: r.biasRate, Decay: r.biasDecay} }
	c := newChain("alexnet", tensor.Shape{3, r.crop, r.crop}, 2)
	lrn := &LRN{Size: 5, Alpha: r.lrnAlpha, Beta: 0.75, K: r.lrnK, Groups: r.lrnGroups}

	c.conv("conv1", 96, Window{Kernel: 11, Stride: 4, Ceil: true}, 1, w(r.std), b(0))
	if r.reluAfterPool {
		c.add("norm1", lrn)
		c.pool("pool1", "max", overlapping())
		c.relu("relu1")
	} else {
		c.relu("relu1")
		c.add("norm1", lrn)
		c.pool("pool1", "max", overlapping())
	}
	c.conv("conv2", 256, Window{Kernel: 5, Pad: 2}, 2, w(r.std), b(r.bias))
	c.relu("relu2")
	c.add("norm2", lrn)
	if r.extraNorm {
		c.add("mapnorm2", &LRN{Size: 5, Alpha: 0.001 / 25, Beta: 0.75, K: 1, SameMap: true})
	}
	c.pool("pool2", "max", overlapping())
	c.conv("conv3", 384, Window{Kernel: 3, Pad: 1}, 1, w(r.std35), b(0))
	c.relu("relu3")
	c.conv("conv4", 384, Window{Kernel: 3, Pad: 1}, 2, w(r.std35), b(r.bias))
	c.relu("relu4")
	c.conv("conv5", 256, Window{Kernel: 3, Pad: 1}, 2, w(r.std35), b(r.bias))
	c.relu("relu5")
	c.pool("pool5", "max", overlapping())
	for _, layer := range []string{"6", "7"} {
		c.add("fc"+layer, &FC{Outputs: 4096, Weight: w(r.stdFC), Bias: b(r.bias)})
		c.relu("relu" + layer)
		c.add("drop"+layer, &Dropout{Keep: 0.5})
	}
	return c.end(s.classes, w(0.01), b(0), "fc8", r.train)
}

// alexnetTorchvision is the one-tower variant of Krizhevsky's "One weird trick"
// (arXiv:1404.5997) as torchvision has it, with PyTorch's initial values:
// uniform within 1/sqrt(inputs).
func alexnetTorchvision(s spec) *Network {
	c := newChain("alexnet-torchvision", tensor.Shape{3, 224, 224}, 1)
	param := func(inputs int) ParamSpec {
		return ParamSpec{Uniform: float32(1 / math.Sqrt(float64(inputs))), RateFactor: 1, Decay: 1e-4}
	}
	conv := func(n string, in, filters int, w Window) {
		p := param(in * w.Kernel * w.Kernel)
		c.conv("conv"+n, filters, w, 1, p, p)
		c.relu("relu" + n)
	}
	pool := Window{Kernel: 3, Stride: 2}
	conv("1", 3, 64, Window{Kernel: 11, Stride: 4, Pad: 2})
	c.pool("pool1", "max", pool)
	conv("2", 64, 192, Window{Kernel: 5, Pad: 2})
	c.pool("pool2", "max", pool)
	conv("3", 192, 384, Window{Kernel: 3, Pad: 1})
	conv("4", 384, 256, Window{Kernel: 3, Pad: 1})
	conv("5", 256, 256, Window{Kernel: 3, Pad: 1})
	c.pool("pool5", "max", pool)
	for i, in := range []int{256 * 6 * 6, 4096} {
		n := string(rune('6' + i))
		c.add("drop"+n, &Dropout{Keep: 0.5, Inverted: true})
		c.add("fc"+n, &FC{Outputs: 4096, Weight: param(in), Bias: param(in)})
		c.relu("relu" + n)
	}
	return c.end(s.classes, param(4096), param(4096), "fc8", Recipe{
		Batch: 256, Epochs: 90, Rate: 0.01, Momentum: 0.9,
		Schedule: Schedule{Kind: "epochs", Rates: []Fall{{0, 0.01}, {30, 0.001}, {60, 0.0001}}},
		Images:   Images{Resize: 256, Flip: true, Subtract: "mean-rgb", Scale: 1.0 / 58},
	})
}
