//go:build cgo

#include "shim_table.h"

#include <stdlib.h>
#include <string.h>

VkResult shimCreateDevice(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice physical,
	uint32_t family, VkBool32 portability, VkDevice *device) {
	VkResult(VKAPI_CALL *create)(VkPhysicalDevice, const VkDeviceCreateInfo *, const void *, VkDevice *) =
		(VkResult(VKAPI_CALL *)(VkPhysicalDevice, const VkDeviceCreateInfo *, const void *, VkDevice *))
			shimInstanceProc(getInstanceProcAddr, instance, "vkCreateDevice");
	if (!create)
		return VK_ERROR_INITIALIZATION_FAILED;
	const float priority = 1;
	const char *const extensions[] = {"VK_KHR_portability_subset"};
	VkPhysicalDeviceTimelineSemaphoreFeatures timelines = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, .timelineSemaphore = 1};
	const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueFamilyIndex = family, .queueCount = 1, .pQueuePriorities = &priority};
	const VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &timelines,
		.queueCreateInfoCount = 1, .pQueueCreateInfos = &queue,
		.enabledExtensionCount = portability ? 1 : 0, .ppEnabledExtensionNames = extensions};
	return create(physical, &info, NULL, device);
}

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define SHIM_ENTRY(name, result, ...) {"vk" #name, offsetof(struct shimDevice, name)},
	SHIM_DEVICE_FUNCTIONS(SHIM_ENTRY)
#undef SHIM_ENTRY
};

shimDevice *shimLoad(void *getInstanceProcAddr, VkInstance instance, VkDevice device, uint32_t family,
	const char **missing) {
	shimDevice *d = calloc(1, sizeof *d);
	*missing = "malloc";
	if (!d)
		return NULL;
	d->device = device;
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		PFN_vkVoidFunction f = shimDeviceProc(getInstanceProcAddr, instance, device, functions[i].name);
		if (!f) {
			*missing = functions[i].name;
			free(d);
			return NULL;
		}
		memcpy((char *)d + functions[i].offset, &f, sizeof f);
	}
	d->GetDeviceQueue(device, family, 0, &d->queue);
	return d;
}

void shimUnload(shimDevice *d) { free(d); }

uint64_t shimHeapBudget(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice physical, uint32_t heap) {
	void(VKAPI_CALL *get)(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties2 *) =
		(void(VKAPI_CALL *)(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties2 *))
			shimInstanceProc(getInstanceProcAddr, instance, "vkGetPhysicalDeviceMemoryProperties2");
	if (!get || heap >= 16)
		return 0;
	VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
	VkPhysicalDeviceMemoryProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, .pNext = &budget};
	get(physical, &properties);
	uint64_t all = budget.heapBudget[heap], used = budget.heapUsage[heap];
	return all > used ? all - used : 0;
}

VkResult shimAllocate(shimDevice *d, uint64_t bytes, uint32_t type, VkDeviceMemory *memory) {
	VkResult fault = shimFaulty(FAULT_ALLOCATE);
	if (fault)
		return fault;
	const VkMemoryAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = bytes, .memoryTypeIndex = type};
	return d->AllocateMemory(d->device, &info, NULL, memory);
}

// Faults on demand, for tests. Any thread may call.

static const char *const faultCalls[FAULT_KINDS] = {
	"vkQueueSubmit", "vkWaitSemaphores", "vkAllocateMemory", "vkCreateComputePipelines", "vkCreateDescriptorPool"};
static int faultAfter[FAULT_KINDS];
static VkResult faultResult[FAULT_KINDS];

int shimFault(const char *call, int after, VkResult result) {
	for (int i = 0; i < FAULT_KINDS; i++) {
		if (strcmp(call, faultCalls[i]) != 0)
			continue;
		__atomic_store_n(&faultAfter[i], after, __ATOMIC_SEQ_CST);
		__atomic_store_n(&faultResult[i], result, __ATOMIC_SEQ_CST);
		return 1;
	}
	return 0;
}

VkResult shimFaulty(int kind) {
	VkResult result = __atomic_load_n(&faultResult[kind], __ATOMIC_SEQ_CST);
	if (!result || __atomic_sub_fetch(&faultAfter[kind], 1, __ATOMIC_SEQ_CST) > 0)
		return 0;
	return result;
}
