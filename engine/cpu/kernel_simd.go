//go:build goexperiment.simd && go1.27

package cpu

import (
	"fmt"
	"simd"
)

func kernelName() string { return fmt.Sprintf("simd, %d lanes", simd.BroadcastFloat32s(0).Len()) }
