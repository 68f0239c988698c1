//go:build cgo

package vk

import "fmt"

// Result is a VkResult: negative ones are errors, positive ones tell of states.
type Result int32

// The results that this program asks for by name.
const (
	Success               Result = 0
	NotReady              Result = 1
	Timeout               Result = 2
	Incomplete            Result = 5
	OutOfHostMemory       Result = -1
	OutOfDeviceMemory     Result = -2
	InitializationFailed  Result = -3
	DeviceLost            Result = -4
	MemoryMapFailed       Result = -5
	LayerNotPresent       Result = -6
	ExtensionNotPresent   Result = -7
	FeatureNotPresent     Result = -8
	IncompatibleDriver    Result = -9
	TooManyObjects        Result = -10
	FragmentedPool        Result = -12
	OutOfPoolMemory       Result = -1000069000
	InvalidExternalHandle Result = -1000072003
)

// resultNames holds every VkResult of Vulkan 1.4 and its extensions.
var resultNames = map[Result]string{
	0:           "VK_SUCCESS",
	1:           "VK_NOT_READY",
	2:           "VK_TIMEOUT",
	3:           "VK_EVENT_SET",
	4:           "VK_EVENT_RESET",
	5:           "VK_INCOMPLETE",
	-1:          "VK_ERROR_OUT_OF_HOST_MEMORY",
	-2:          "VK_ERROR_OUT_OF_DEVICE_MEMORY",
	-3:          "VK_ERROR_INITIALIZATION_FAILED",
	-4:          "VK_ERROR_DEVICE_LOST",
	-5:          "VK_ERROR_MEMORY_MAP_FAILED",
	-6:          "VK_ERROR_LAYER_NOT_PRESENT",
	-7:          "VK_ERROR_EXTENSION_NOT_PRESENT",
	-8:          "VK_ERROR_FEATURE_NOT_PRESENT",
	-9:          "VK_ERROR_INCOMPATIBLE_DRIVER",
	-10:         "VK_ERROR_TOO_MANY_OBJECTS",
	-11:         "VK_ERROR_FORMAT_NOT_SUPPORTED",
	-12:         "VK_ERROR_FRAGMENTED_POOL",
	-13:         "VK_ERROR_UNKNOWN",
	-1000000000: "VK_ERROR_SURFACE_LOST_KHR",
	-1000000001: "VK_ERROR_NATIVE_WINDOW_IN_USE_KHR",
	1000001003:  "VK_SUBOPTIMAL_KHR",
	-1000001004: "VK_ERROR_OUT_OF_DATE_KHR",
	-1000003001: "VK_ERROR_INCOMPATIBLE_DISPLAY_KHR",
	-1000011001: "VK_ERROR_VALIDATION_FAILED_EXT",
	-1000012000: "VK_ERROR_INVALID_SHADER_NV",
	-1000023000: "VK_ERROR_IMAGE_USAGE_NOT_SUPPORTED_KHR",
	-1000023001: "VK_ERROR_VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR",
	-1000023002: "VK_ERROR_VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR",
	-1000023003: "VK_ERROR_VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR",
	-1000023004: "VK_ERROR_VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR",
	-1000023005: "VK_ERROR_VIDEO_STD_VERSION_NOT_SUPPORTED_KHR",
	-1000069000: "VK_ERROR_OUT_OF_POOL_MEMORY",
	-1000072003: "VK_ERROR_INVALID_EXTERNAL_HANDLE",
	-1000158000: "VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT",
	-1000161000: "VK_ERROR_FRAGMENTATION",
	-1000174001: "VK_ERROR_NOT_PERMITTED",
	-1000255000: "VK_ERROR_FULL_SCREEN_EXCLUSIVE_MODE_LOST_EXT",
	-1000257000: "VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS",
	1000268000:  "VK_THREAD_IDLE_KHR",
	1000268001:  "VK_THREAD_DONE_KHR",
	1000268002:  "VK_OPERATION_DEFERRED_KHR",
	1000268003:  "VK_OPERATION_NOT_DEFERRED_KHR",
	1000297000:  "VK_PIPELINE_COMPILE_REQUIRED",
	-1000299000: "VK_ERROR_INVALID_VIDEO_STD_PARAMETERS_KHR",
	-1000338000: "VK_ERROR_COMPRESSION_EXHAUSTED_EXT",
	1000482000:  "VK_INCOMPATIBLE_SHADER_BINARY_EXT",
	1000483000:  "VK_PIPELINE_BINARY_MISSING_KHR",
	-1000483000: "VK_ERROR_NOT_ENOUGH_SPACE_KHR",
}

func (r Result) String() string {
	if name, known := resultNames[r]; known {
		return name
	}
	return fmt.Sprintf("VkResult %d", int32(r))
}

// Error is a call that Vulkan refused.
type Error struct {
	Call   string // "vkQueueSubmit"
	Result Result
}

func (e *Error) Error() string { return e.Call + ": " + e.Result.String() }

// check returns an *Error for the results that are errors, nil for the others.
func check(call string, r Result) error {
	if r >= 0 {
		return nil
	}
	return &Error{call, r}
}
