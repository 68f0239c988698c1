// A device's functions, found once through vkGetDeviceProcAddr.
#ifndef TANDEM_SHIM_TABLE_H
#define TANDEM_SHIM_TABLE_H

#include "abi_device.h"
#include "shim_device.h"

// X(name, result, parameters after the first handle) for each function.
#define SHIM_DEVICE_FUNCTIONS(X) \
	X(AllocateMemory, VkResult, VkDevice, const VkMemoryAllocateInfo *, const void *, VkDeviceMemory *) \
	X(CreateShaderModule, VkResult, VkDevice, const VkShaderModuleCreateInfo *, const void *, VkShaderModule *) \
	X(DestroyShaderModule, void, VkDevice, VkShaderModule, const void *) \
	X(CreateDescriptorSetLayout, VkResult, VkDevice, const VkDescriptorSetLayoutCreateInfo *, const void *, VkDescriptorSetLayout *) \
	X(DestroyDescriptorSetLayout, void, VkDevice, VkDescriptorSetLayout, const void *) \
	X(CreatePipelineLayout, VkResult, VkDevice, const VkPipelineLayoutCreateInfo *, const void *, VkPipelineLayout *) \
	X(DestroyPipelineLayout, void, VkDevice, VkPipelineLayout, const void *) \
	X(CreateComputePipelines, VkResult, VkDevice, VkPipelineCache, uint32_t, const VkComputePipelineCreateInfo *, const void *, VkPipeline *) \
	X(DestroyPipeline, void, VkDevice, VkPipeline, const void *) \
	X(CreateCommandPool, VkResult, VkDevice, const VkCommandPoolCreateInfo *, const void *, VkCommandPool *) \
	X(DestroyCommandPool, void, VkDevice, VkCommandPool, const void *) \
	X(ResetCommandPool, VkResult, VkDevice, VkCommandPool, VkFlags) \
	X(AllocateCommandBuffers, VkResult, VkDevice, const VkCommandBufferAllocateInfo *, VkCommandBuffer *) \
	X(CreateDescriptorPool, VkResult, VkDevice, const VkDescriptorPoolCreateInfo *, const void *, VkDescriptorPool *) \
	X(DestroyDescriptorPool, void, VkDevice, VkDescriptorPool, const void *) \
	X(ResetDescriptorPool, VkResult, VkDevice, VkDescriptorPool, VkFlags) \
	X(AllocateDescriptorSets, VkResult, VkDevice, const VkDescriptorSetAllocateInfo *, VkDescriptorSet *) \
	X(UpdateDescriptorSets, void, VkDevice, uint32_t, const VkWriteDescriptorSet *, uint32_t, const void *) \
	X(BeginCommandBuffer, VkResult, VkCommandBuffer, const VkCommandBufferBeginInfo *) \
	X(EndCommandBuffer, VkResult, VkCommandBuffer) \
	X(CmdPipelineBarrier, void, VkCommandBuffer, VkFlags, VkFlags, VkFlags, uint32_t, const VkMemoryBarrier *, uint32_t, const void *, uint32_t, const void *) \
	X(CmdBindPipeline, void, VkCommandBuffer, int32_t, VkPipeline) \
	X(CmdBindDescriptorSets, void, VkCommandBuffer, int32_t, VkPipelineLayout, uint32_t, uint32_t, const VkDescriptorSet *, uint32_t, const uint32_t *) \
	X(CmdPushConstants, void, VkCommandBuffer, VkPipelineLayout, VkFlags, uint32_t, uint32_t, const void *) \
	X(CmdDispatch, void, VkCommandBuffer, uint32_t, uint32_t, uint32_t) \
	X(CmdCopyBuffer, void, VkCommandBuffer, VkBuffer, VkBuffer, uint32_t, const VkBufferCopy *) \
	X(CmdFillBuffer, void, VkCommandBuffer, VkBuffer, VkDeviceSize, VkDeviceSize, uint32_t) \
	X(CmdUpdateBuffer, void, VkCommandBuffer, VkBuffer, VkDeviceSize, VkDeviceSize, const void *) \
	X(CmdResetQueryPool, void, VkCommandBuffer, VkQueryPool, uint32_t, uint32_t) \
	X(CmdWriteTimestamp, void, VkCommandBuffer, int32_t, VkQueryPool, uint32_t) \
	X(GetQueryPoolResults, VkResult, VkDevice, VkQueryPool, uint32_t, uint32_t, size_t, void *, VkDeviceSize, VkFlags) \
	X(GetDeviceQueue, void, VkDevice, uint32_t, uint32_t, VkQueue *) \
	X(QueueSubmit, VkResult, VkQueue, uint32_t, const VkSubmitInfo *, VkFence) \
	X(CreateSemaphore, VkResult, VkDevice, const VkSemaphoreCreateInfo *, const void *, VkSemaphore *) \
	X(GetSemaphoreCounterValue, VkResult, VkDevice, VkSemaphore, uint64_t *) \
	X(WaitSemaphores, VkResult, VkDevice, const VkSemaphoreWaitInfo *, uint64_t) \
	X(SignalSemaphore, VkResult, VkDevice, const VkSemaphoreSignalInfo *)

struct shimDevice {
	VkDevice device;
	VkQueue queue;
#define SHIM_MEMBER(name, result, ...) result(VKAPI_CALL *name)(__VA_ARGS__);
	SHIM_DEVICE_FUNCTIONS(SHIM_MEMBER)
#undef SHIM_MEMBER
};

// Calls that tests can have fail.
enum { FAULT_SUBMIT, FAULT_WAIT, FAULT_ALLOCATE, FAULT_PIPELINE, FAULT_POOL, FAULT_KINDS };

// shimFaulty returns the result to fail with, or 0.
VkResult shimFaulty(int kind);

#endif
