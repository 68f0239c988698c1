//go:build cgo

#include "shim_instance.h"

#include <stdio.h>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

typedef PFN_vkVoidFunction(VKAPI_CALL *getInstanceProc)(VkInstance, const char *);
typedef PFN_vkVoidFunction(VKAPI_CALL *getDeviceProc)(VkDevice, const char *);

#if defined(_WIN32)
static const char *const usual[] = {"vulkan-1.dll"};
#elif defined(__APPLE__)
// Homebrew's folder is not among those that dlopen searches.
static const char *const usual[] = {"libvulkan.1.dylib", "/usr/local/lib/libvulkan.1.dylib",
	"/opt/homebrew/lib/libvulkan.1.dylib", "libMoltenVK.dylib", "/opt/homebrew/lib/libMoltenVK.dylib"};
#else
static const char *const usual[] = {"libvulkan.so.1"};
#endif

// openOne returns vkGetInstanceProcAddr of one library. A loader stays loaded
// for as long as the process runs: drivers do not like to be unloaded.
static void *openOne(const char *name, char *why, size_t whySize) {
#if defined(_WIN32)
	HMODULE library = LoadLibraryA(name);
	void *proc = library ? (void *)GetProcAddress(library, "vkGetInstanceProcAddr") : NULL;
	if (!proc)
		snprintf(why, whySize, "%s: error %lu", name, (unsigned long)GetLastError());
#else
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	void *proc = library ? dlsym(library, "vkGetInstanceProcAddr") : NULL;
	if (!proc)
		snprintf(why, whySize, "%s", dlerror());
#endif
	return proc;
}

void *shimOpen(const char *name, char *why, size_t whySize) {
	if (name)
		return openOne(name, why, whySize);
	void *proc = NULL;
	for (size_t i = 0; !proc && i < sizeof usual / sizeof usual[0]; i++)
		proc = openOne(usual[i], why, whySize);
	return proc;
}

PFN_vkVoidFunction shimInstanceProc(void *getInstanceProcAddr, VkInstance instance, const char *name) {
	return ((getInstanceProc)getInstanceProcAddr)(instance, name);
}

PFN_vkVoidFunction shimDeviceProc(void *getInstanceProcAddr, VkInstance instance, VkDevice device, const char *name) {
	getDeviceProc get = (getDeviceProc)shimInstanceProc(getInstanceProcAddr, instance, "vkGetDeviceProcAddr");
	return get ? get(device, name) : NULL;
}
