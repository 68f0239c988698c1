//go:build cgo

package vk

import "fmt"

// vendors holds PCI's numbers for makers of GPUs, and Khronos' for those who
// have none.
var vendors = map[uint32]string{
	0x1002:  "AMD",
	0x1010:  "Imagination",
	0x106B:  "Apple",
	0x10DE:  "NVIDIA",
	0x13B5:  "ARM",
	0x1414:  "Microsoft",
	0x144D:  "Samsung",
	0x14E4:  "Broadcom",
	0x15AD:  "VMware",
	0x19E5:  "Huawei",
	0x1AE0:  "Google",
	0x1AF4:  "Red Hat",
	0x1ED5:  "Moore Threads",
	0x5143:  "Qualcomm",
	0x8086:  "Intel",
	0x10001: "Vivante",
	0x10002: "VeriSilicon",
	0x10003: "Kazan",
	0x10004: "Codeplay",
	0x10005: "Mesa",
	0x10006: "PoCL",
	0x10007: "Mobileye",
}

func vendorName(id uint32) string {
	if name, known := vendors[id]; known {
		return name
	}
	return fmt.Sprintf("vendor 0x%04x", id)
}

// kindName names a VkPhysicalDeviceType. Drivers that compute on the processor
// say so.
func kindName(t uint32) string {
	kinds := [...]string{"other", "integrated", "discrete", "virtual", "software"}
	if int(t) < len(kinds) {
		return kinds[t]
	}
	return kinds[0]
}

// driverVersion unpacks the version of a driver too old to put it in words.
// NVIDIA has a packing of its own: 10, 8, 8 and 6 bits.
func driverVersion(vendor, v uint32) string {
	if vendors[vendor] == "NVIDIA" {
		return fmt.Sprintf("%d.%d.%d", v>>22, v>>14&0xff, v>>6&0xff)
	}
	return Version(v).String()
}
