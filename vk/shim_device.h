// The device's half of the shim: what is called often, what takes slices of
// structs, and what is newer than Vulkan 1.0. Every function is one call from Go.
//
// Structs that cross from Go hold no pointers: handles travel as integers.
#ifndef TANDEM_SHIM_DEVICE_H
#define TANDEM_SHIM_DEVICE_H

#include "shim.h"

enum {
	SHIM_BINDINGS = 16, // of one pipeline; Vulkan promises 4 at least, all desktop drivers 16 and more
	SHIM_PUSH = 32,     // words; Vulkan promises 128 bytes
	SHIM_SPEC = 32,
	SHIM_WAITS = 4, // of one submission
};

// A device's functions and its queue.
typedef struct shimDevice shimDevice;

// shimCreateDevice opens a device with one queue of that family and timeline
// semaphores; portability adds VK_KHR_portability_subset.
VkResult shimCreateDevice(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice physical,
	uint32_t family, VkBool32 portability, VkDevice *device);

// shimLoad finds the device's functions and its queue. It returns NULL, and in
// missing the function's name, if there is one that the device lacks.
shimDevice *shimLoad(void *getInstanceProcAddr, VkInstance instance, VkDevice device, uint32_t family,
	const char **missing);
void shimUnload(shimDevice *d);

// shimFault has the named call fail with this result from the after-th call on;
// result 0 ends it. It returns 0 for calls that cannot fail on demand.
int shimFault(const char *call, int after, VkResult result);

// shimHeapBudget asks VK_EXT_memory_budget what this process may still allocate
// of a heap, in bytes; 0 if it does not say.
uint64_t shimHeapBudget(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice physical, uint32_t heap);

VkResult shimAllocate(shimDevice *d, uint64_t bytes, uint32_t type, VkDeviceMemory *memory);

typedef struct {
	uint64_t setLayout, layout, pipeline;
} shimPipeline;

typedef struct {
	uint32_t bindings, pushWords, specCount, spec[SHIM_SPEC];
} shimPipelineInfo;

// shimCreatePipeline builds a compute pipeline and its layouts from code of that
// many bytes. On failure it leaves nothing behind and names the call in failed.
VkResult shimCreatePipeline(shimDevice *d, VkPipelineCache cache, const shimPipelineInfo *info,
	const uint32_t *code, size_t bytes, shimPipeline *out, const char **failed);
void shimDestroyPipeline(shimDevice *d, const shimPipeline *p);

// Commands: a command buffer with a pool of its own, and descriptor pools that
// grow with what is recorded.
typedef struct shimCommands shimCommands;

typedef struct {
	shimPipeline pipeline;
	VkDescriptorBufferInfo args[SHIM_BINDINGS];
	uint32_t push[SHIM_PUSH];
	uint32_t argCount, pushCount, groups[3];
	VkBool32 barrier; // before it
} shimDispatchCall;

typedef struct {
	uint64_t src, srcOffset, dst, dstOffset, bytes;
	uint32_t word;    // to fill with
	VkBool32 barrier; // before it
} shimTransferCall;

VkResult shimNewCommands(shimDevice *d, uint32_t family, shimCommands **out);
void shimFreeCommands(shimCommands *c);
uint64_t shimCommandBuffer(const shimCommands *c);
VkResult shimBegin(shimCommands *c, VkBool32 barrier);
VkResult shimEnd(shimCommands *c);
VkResult shimDispatch(shimCommands *c, const shimDispatchCall *call);
// shimFailed names what shimDispatch failed at.
const char *shimFailed(const shimCommands *c);
void shimCopy(shimCommands *c, const shimTransferCall *call);
void shimFill(shimCommands *c, const shimTransferCall *call);
void shimUpdate(shimCommands *c, const shimTransferCall *call, const uint32_t *words);
void shimTimestamp(shimCommands *c, VkQueryPool pool, uint32_t slot);

// Timelines and submission.

typedef struct {
	uint64_t waits[SHIM_WAITS], waitValues[SHIM_WAITS];
	uint64_t commandBuffer; // 0: none
	uint64_t signal, signalValue;
	uint32_t waitCount;
} shimSubmitCall;

typedef struct {
	uint64_t value;
	VkResult result;
} shimValue;

VkResult shimNewTimeline(shimDevice *d, VkSemaphore *out);
shimValue shimTimelineValue(shimDevice *d, VkSemaphore timeline);
VkResult shimWait(shimDevice *d, VkSemaphore timeline, uint64_t value, uint64_t nanoseconds);
VkResult shimSignal(shimDevice *d, VkSemaphore timeline, uint64_t value);
// shimReadQueries reads slots 0 to count-1, without waiting for them.
VkResult shimReadQueries(shimDevice *d, VkQueryPool pool, uint32_t count, uint64_t *ticks);
VkResult shimSubmit(shimDevice *d, const shimSubmitCall *call);

#endif
