// What both halves of the shim share: Vulkan's declarations, and how functions
// are found that vulkan-go does not know.
#ifndef TANDEM_SHIM_H
#define TANDEM_SHIM_H

#include "abi.h"

// shimOpen opens the loader: the first of the system's usual names, or the given
// one. It returns its vkGetInstanceProcAddr, NULL if there is none; the text then
// says why.
void *shimOpen(const char *name, char *why, size_t whySize);

// shimInstanceProc finds an instance's function, by the vkGetInstanceProcAddr in
// use. Of functions newer than the instance it returns NULL.
PFN_vkVoidFunction shimInstanceProc(void *getInstanceProcAddr, VkInstance instance, const char *name);

// shimDeviceProc finds a device's own function through vkGetDeviceProcAddr, which
// leaves out the loader's detour. It returns NULL where the device has none.
PFN_vkVoidFunction shimDeviceProc(void *getInstanceProcAddr, VkInstance instance, VkDevice device, const char *name);

#endif
