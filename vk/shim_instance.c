//go:build cgo

#include "shim_instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

typedef VkResult(VKAPI_CALL *enumerateVersion)(uint32_t *);
typedef VkResult(VKAPI_CALL *enumerateLayers)(uint32_t *, VkLayerProperties *);
typedef VkResult(VKAPI_CALL *enumerateExtensions)(const char *, uint32_t *, VkExtensionProperties *);

uint32_t shimLoaderVersion(void *getInstanceProcAddr) {
	enumerateVersion enumerate = (enumerateVersion)shimInstanceProc(getInstanceProcAddr, NULL, "vkEnumerateInstanceVersion");
	uint32_t version = 0;
	if (!enumerate || enumerate(&version) < 0)
		return VK_MAKE_VERSION(1, 0, 0);
	return version;
}

int shimHasLayer(void *getInstanceProcAddr, const char *name) {
	enumerateLayers enumerate = (enumerateLayers)shimInstanceProc(getInstanceProcAddr, NULL, "vkEnumerateInstanceLayerProperties");
	uint32_t n = 0;
	if (!enumerate || enumerate(&n, NULL) < 0)
		return 0;
	VkLayerProperties *all = calloc(n + 1, sizeof *all);
	int found = 0;
	if (all && enumerate(&n, all) >= 0)
		for (uint32_t i = 0; i < n; i++)
			found |= strcmp(all[i].layerName, name) == 0;
	free(all);
	return found;
}

int shimHasExtension(void *getInstanceProcAddr, const char *layer, const char *name) {
	enumerateExtensions enumerate = (enumerateExtensions)shimInstanceProc(getInstanceProcAddr, NULL, "vkEnumerateInstanceExtensionProperties");
	uint32_t n = 0;
	if (!enumerate || enumerate(layer, &n, NULL) < 0)
		return 0;
	VkExtensionProperties *all = calloc(n + 1, sizeof *all);
	int found = 0;
	if (all && enumerate(layer, &n, all) >= 0)
		for (uint32_t i = 0; i < n; i++)
			found |= strcmp(all[i].extensionName, name) == 0;
	free(all);
	return found;
}

shimSetup *shimNewSetup(uint32_t apiVersion) {
	shimSetup *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
	s->application.pApplicationName = "Tandem";
	s->application.pEngineName = "Tandem";
	s->application.apiVersion = apiVersion;
	s->info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
	s->info.pApplicationInfo = &s->application;
	s->info.ppEnabledLayerNames = s->layers;
	s->info.ppEnabledExtensionNames = s->extensions;
	return s;
}

void shimAddExtension(shimSetup *s, const char *name) {
	s->extensions[s->info.enabledExtensionCount++] = name;
}

void shimFreeSetup(shimSetup *s) {
	shimFreeMessages(shimTakeMessages(s));
	free(s);
}
