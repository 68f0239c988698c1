//go:build cgo

#include "shim_instance.h"

#include <stdlib.h>
#include <string.h>

typedef void(VKAPI_CALL *getProperties2)(VkPhysicalDevice, VkPhysicalDeviceProperties2 *);
typedef void(VKAPI_CALL *getFeatures2)(VkPhysicalDevice, VkPhysicalDeviceFeatures2 *);
typedef VkResult(VKAPI_CALL *enumerateExtensions)(VkPhysicalDevice, const char *, uint32_t *, VkExtensionProperties *);
typedef void(VKAPI_CALL *getQueueFamilies)(VkPhysicalDevice, uint32_t *, VkQueueFamilyProperties *);

// Structures that a device of Vulkan 1.1 does not know are left out of the chains.

static void describeProperties(getProperties2 get, VkPhysicalDevice device, uint32_t version, int hasExternalMemoryHost, shimFacts *facts) {
	VkPhysicalDeviceExternalMemoryHostPropertiesEXT host = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT};
	VkPhysicalDeviceDriverProperties driver = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
	VkPhysicalDeviceSubgroupProperties subgroup = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES};
	VkPhysicalDeviceMaintenance3Properties sizes = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES, .pNext = &subgroup};
	VkPhysicalDeviceIDProperties id = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, .pNext = &sizes};
	VkPhysicalDeviceProperties2 all = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &id};
	if (version >= VK_MAKE_VERSION(1, 2, 0))
		subgroup.pNext = &driver;
	if (hasExternalMemoryHost) {
		host.pNext = subgroup.pNext;
		subgroup.pNext = &host;
	}
	get(device, &all);
	memcpy(facts->uuid, id.deviceUUID, sizeof facts->uuid);
	facts->maxAllocation = sizes.maxMemoryAllocationSize;
	facts->hostPointerAlignment = host.minImportedHostPointerAlignment;
	facts->subgroupSize = subgroup.subgroupSize;
	if (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT)
		facts->subgroupOperations = subgroup.supportedOperations;
	memcpy(facts->driverName, driver.driverName, sizeof facts->driverName);
	memcpy(facts->driverInfo, driver.driverInfo, sizeof facts->driverInfo);
}

static void describeFeatures(getFeatures2 get, VkPhysicalDevice device, uint32_t version, shimFacts *facts) {
	VkPhysicalDeviceShaderFloat16Int8Features small = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES};
	VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, .pNext = &small};
	VkPhysicalDevice16BitStorageFeatures storage = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES};
	VkPhysicalDeviceFeatures2 all = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &storage};
	if (version >= VK_MAKE_VERSION(1, 2, 0))
		storage.pNext = &timeline;
	get(device, &all);
	facts->timelineSemaphore = timeline.timelineSemaphore;
	facts->float16 = small.shaderFloat16;
	facts->storage16 = storage.storageBuffer16BitAccess;
}

void shimDescribe(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t version,
	int hasExternalMemoryHost, shimFacts *facts) {
	getProperties2 properties = (getProperties2)shimInstanceProc(getInstanceProcAddr, instance, "vkGetPhysicalDeviceProperties2");
	getFeatures2 features = (getFeatures2)shimInstanceProc(getInstanceProcAddr, instance, "vkGetPhysicalDeviceFeatures2");
	memset(facts, 0, sizeof *facts);
	if (version < VK_MAKE_VERSION(1, 1, 0) || !properties || !features)
		return;
	describeProperties(properties, device, version, hasExternalMemoryHost, facts);
	describeFeatures(features, device, version, facts);
}

VkExtensionProperties *shimExtensions(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t *count) {
	enumerateExtensions enumerate = (enumerateExtensions)shimInstanceProc(getInstanceProcAddr, instance, "vkEnumerateDeviceExtensionProperties");
	*count = 0;
	if (!enumerate || enumerate(device, NULL, count, NULL) < 0)
		return NULL;
	VkExtensionProperties *all = calloc(*count + 1, sizeof *all);
	if (!all || enumerate(device, NULL, count, all) < 0)
		*count = 0;
	return all;
}

void shimQueueFamilies(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t *count, VkQueueFamilyProperties *families) {
	getQueueFamilies get = (getQueueFamilies)shimInstanceProc(getInstanceProcAddr, instance, "vkGetPhysicalDeviceQueueFamilyProperties");
	get(device, count, families);
}
