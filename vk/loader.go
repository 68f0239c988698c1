//go:build cgo

package vk

// #cgo linux LDFLAGS: -ldl
// #include <stdlib.h>
// #include "shim_instance.h"
import "C"

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// ErrNoLoader means that the machine has no Vulkan.
var ErrNoLoader = errors.New("Vulkan is not installed")

// ErrNoDriver means that it has Vulkan's loader, and nothing to load.
var ErrNoDriver = errors.New("Vulkan is installed, but no driver for it")

// LoaderVariable names a loader that is not where the system looks, such as one
// carried along to a bare machine.
const LoaderVariable = "TANDEM_VULKAN_LOADER"

// vulkan-go has one table of functions in the process, so the first loader
// serves every instance.
var (
	loaderLock sync.Mutex
	loaderProc unsafe.Pointer
)

// openLoader returns the vkGetInstanceProcAddr in use, after making vulkan-go
// use it as well.
func openLoader(o InstanceOptions) (unsafe.Pointer, error) {
	proc := o.ProcAddr
	if proc == nil {
		var err error
		if proc, err = openLibrary(o.Loader); err != nil {
			return nil, err
		}
	}
	loaderLock.Lock()
	defer loaderLock.Unlock()
	if loaderProc != nil {
		return loaderProc, nil
	}
	if instanceProc(proc, "vkCreateInstance") == nil {
		return nil, fmt.Errorf("%w: its loader does not know vkCreateInstance", ErrNoLoader)
	}
	vulkan.SetGetInstanceProcAddr(proc)
	if err := vulkan.Init(); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoLoader, err)
	}
	loaderProc = proc
	return proc, nil
}

// openLibrary opens the named loader, else the environment's, else the system's.
func openLibrary(name string) (unsafe.Pointer, error) {
	if name == "" {
		name = os.Getenv(LoaderVariable)
	}
	var cName *C.char
	if name != "" {
		cName = C.CString(name)
		defer C.free(unsafe.Pointer(cName))
	}
	var why [512]C.char
	proc := C.shimOpen(cName, &why[0], C.size_t(len(why)))
	if proc == nil {
		return nil, fmt.Errorf("%w (%s): %s", ErrNoLoader, C.GoString(&why[0]), installHint())
	}
	return proc, nil
}

func installHint() string {
	switch runtime.GOOS {
	case "windows":
		return "install the graphics driver of your GPU's maker"
	case "darwin":
		return "install MoltenVK: brew install molten-vk vulkan-loader"
	}
	return "install your GPU's driver and the package libvulkan1 (Fedora, Arch: vulkan-loader), or name a loader in " + LoaderVariable
}

// instanceProc finds a function that needs no instance.
func instanceProc(proc unsafe.Pointer, name string) C.PFN_vkVoidFunction {
	cName := C.CString(name)
	defer C.free(unsafe.Pointer(cName))
	return C.shimInstanceProc(proc, nil, cName)
}

// initInstance fills vulkan-go's table. The loader gives every instance the same
// functions, so this changes nothing under instances that are in use.
func initInstance(handle vulkan.Instance) error {
	loaderLock.Lock()
	defer loaderLock.Unlock()
	return vulkan.InitInstance(handle)
}
