// Package saliency shows what in an image made a network answer as it did:
// deconvolution, guided backpropagation, gradients of any unit and of classes,
// and occlusion maps. Results are plain tensors; Picture colours them.
//
// Backward views look at the last pass forwards of a model that was made with
// nn.Options.InputGradient, so one pass serves many views. A model for inference
// will do, on any device.
package saliency
