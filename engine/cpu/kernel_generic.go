//go:build !(goexperiment.simd && go1.27)

package cpu

func kernelName() string { return "scalar" }
