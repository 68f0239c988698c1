// Package survey finds out what a network does over a whole set of images: the
// patches that excite each unit most, statistics of each layer and units that
// never fire, which images are taken for what, the nearest images by a layer's
// vectors, a map of all images, what a class looks like to the network, and how
// coloured each tower's kernels are.
//
// A Survey is fed with each batch after a pass forwards, so it costs no pass of
// its own where one is made anyway, as in validation. Everything works on
// nn.Model, whichever devices it runs on, and knows no window system.
package survey
