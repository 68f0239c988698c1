package cpu

import (
	"bytes"
	"math/bits"
	"os"
	"runtime"
	"strconv"
	"strings"

	"tandem/engine/device"
)

// Info says what this device is.
func (d *Device) Info() device.Info {
	return device.Info{
		ID:       "cpu",
		Name:     processorName(),
		Kind:     "cpu",
		Driver:   runtime.Version() + ", " + kernelName(),
		MemoryMB: physicalBytes() >> 20,
	}
}

func processorName() string {
	if name := procField("/proc/cpuinfo", "model name"); name != "" {
		return name
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}

// physicalBytes returns the machine's memory, 0 where the system does not tell.
func physicalBytes() int64 {
	kb, _ := strconv.ParseInt(strings.TrimSuffix(procField("/proc/meminfo", "MemTotal"), " kB"), 10, 64)
	return kb << 10
}

// memoryBytes returns what Alloc may hand out: the machine's memory, and with
// 32-bit addresses no more than half of what they reach.
func memoryBytes() int64 {
	limit := int64(1) << 40
	if bits.UintSize == 32 || runtime.GOARCH == "wasm" {
		limit = 2 << 30
	}
	if n := physicalBytes(); n > 0 {
		return min(n, limit)
	}
	return limit
}

// procField returns the value of the first "name : value" line of a file under
// /proc, empty where there is none.
func procField(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		key, value, _ := strings.Cut(string(line), ":")
		if strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
