//go:build cgo

#include "shim_table.h"

#include <stdlib.h>

enum {
	POOL_SETS = 128,
	POOL_DESCRIPTORS = 8 * POOL_SETS, // most kernels have three to six bindings
};

struct shimCommands {
	shimDevice *d;
	VkCommandPool pool;
	VkCommandBuffer buffer;
	// Descriptor pools. Those before the current one are full, those after it empty.
	VkDescriptorPool *pools;
	uint32_t poolCount, poolRoom, current, setsLeft, descriptorsLeft;
	const char *failed; // the last call that did
};

VkResult shimNewCommands(shimDevice *d, uint32_t family, shimCommands **out) {
	shimCommands *c = *out = calloc(1, sizeof *c);
	if (!c)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	c->d = d;
	const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, .queueFamilyIndex = family};
	VkResult r = d->CreateCommandPool(d->device, &pool, NULL, &c->pool);
	if (r >= 0) {
		const VkCommandBufferAllocateInfo buffer = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
			.commandPool = c->pool, .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY, .commandBufferCount = 1};
		r = d->AllocateCommandBuffers(d->device, &buffer, &c->buffer);
	}
	if (r < 0) {
		shimFreeCommands(c);
		*out = NULL;
	}
	return r;
}

void shimFreeCommands(shimCommands *c) {
	for (uint32_t i = 0; i < c->poolCount; i++)
		c->d->DestroyDescriptorPool(c->d->device, c->pools[i], NULL);
	free(c->pools);
	c->d->DestroyCommandPool(c->d->device, c->pool, NULL); // with its buffer
	free(c);
}

const char *shimFailed(const shimCommands *c) { return c->failed; }

uint64_t shimCommandBuffer(const shimCommands *c) { return (uint64_t)(uintptr_t)c->buffer; }

static void barrier(shimCommands *c, VkFlags src, VkFlags dst, VkFlags srcAccess, VkFlags dstAccess) {
	const VkMemoryBarrier all = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
		.srcAccessMask = srcAccess, .dstAccessMask = dstAccess};
	c->d->CmdPipelineBarrier(c->buffer, src, dst, 0, 1, &all, 0, NULL, 0, NULL);
}

enum {
	WORK = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
	WRITES = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
	READS = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT,
};

// One global barrier serves every hazard: all that ran before it is done and
// seen by all that follows. Drivers make the same of barriers for single buffers.
static void workBarrier(shimCommands *c) { barrier(c, WORK, WORK, WRITES, READS | WRITES); }

VkResult shimBegin(shimCommands *c, VkBool32 withBarrier) {
	shimDevice *d = c->d;
	VkResult r = d->ResetCommandPool(d->device, c->pool, 0);
	for (uint32_t i = 0; r >= 0 && i < c->poolCount; i++)
		r = d->ResetDescriptorPool(d->device, c->pools[i], 0);
	if (r < 0)
		return r;
	c->current = 0;
	c->setsLeft = c->poolCount ? POOL_SETS : 0;
	c->descriptorsLeft = c->poolCount ? POOL_DESCRIPTORS : 0;
	const VkCommandBufferBeginInfo info = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
	r = d->BeginCommandBuffer(c->buffer, &info);
	if (r >= 0 && withBarrier)
		workBarrier(c);
	return r;
}

VkResult shimEnd(shimCommands *c) {
	barrier(c, WORK, VK_PIPELINE_STAGE_HOST_BIT, WRITES, VK_ACCESS_HOST_READ_BIT);
	return c->d->EndCommandBuffer(c->buffer);
}

static VkResult addPool(shimCommands *c) {
	c->failed = "vkCreateDescriptorPool";
	VkResult fault = shimFaulty(FAULT_POOL);
	if (fault)
		return fault;
	if (c->poolCount == c->poolRoom) {
		uint32_t room = c->poolRoom ? 2 * c->poolRoom : 4;
		VkDescriptorPool *pools = realloc(c->pools, room * sizeof *pools);
		if (!pools)
			return VK_ERROR_OUT_OF_HOST_MEMORY;
		c->pools = pools;
		c->poolRoom = room;
	}
	const VkDescriptorPoolSize size = {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, POOL_DESCRIPTORS};
	const VkDescriptorPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
		.maxSets = POOL_SETS, .poolSizeCount = 1, .pPoolSizes = &size};
	VkResult r = c->d->CreateDescriptorPool(c->d->device, &info, NULL, &c->pools[c->poolCount]);
	if (r >= 0)
		c->poolCount++;
	return r;
}

static VkResult nextPool(shimCommands *c) {
	uint32_t next = c->poolCount ? c->current + 1 : 0;
	if (next == c->poolCount) {
		VkResult r = addPool(c);
		if (r < 0)
			return r;
	}
	c->current = next;
	c->setsLeft = POOL_SETS;
	c->descriptorsLeft = POOL_DESCRIPTORS;
	return VK_SUCCESS;
}

static VkResult newSet(shimCommands *c, VkDescriptorSetLayout layout, uint32_t descriptors, VkDescriptorSet *out) {
	if (c->setsLeft == 0 || c->descriptorsLeft < descriptors) {
		VkResult r = nextPool(c);
		if (r < 0)
			return r;
	}
	c->failed = "vkAllocateDescriptorSets";
	c->setsLeft--;
	c->descriptorsLeft -= descriptors;
	const VkDescriptorSetAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
		.descriptorPool = c->pools[c->current], .descriptorSetCount = 1, .pSetLayouts = &layout};
	return c->d->AllocateDescriptorSets(c->d->device, &info, out);
}

static void writeSet(shimCommands *c, VkDescriptorSet set, const shimDispatchCall *call) {
	VkWriteDescriptorSet writes[SHIM_BINDINGS];
	for (uint32_t i = 0; i < call->argCount; i++)
		writes[i] = (VkWriteDescriptorSet){.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET, .dstSet = set,
			.dstBinding = i, .descriptorCount = 1, .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
			.pBufferInfo = &call->args[i]};
	c->d->UpdateDescriptorSets(c->d->device, call->argCount, writes, 0, NULL);
}

static VkResult bindArgs(shimCommands *c, const shimDispatchCall *call) {
	VkDescriptorSet set;
	VkResult r = newSet(c, call->pipeline.setLayout, call->argCount, &set);
	if (r < 0)
		return r;
	writeSet(c, set, call);
	c->d->CmdBindDescriptorSets(c->buffer, VK_PIPELINE_BIND_POINT_COMPUTE, call->pipeline.layout, 0, 1, &set, 0, NULL);
	return VK_SUCCESS;
}

VkResult shimDispatch(shimCommands *c, const shimDispatchCall *call) {
	shimDevice *d = c->d;
	if (call->argCount) {
		VkResult r = bindArgs(c, call);
		if (r < 0)
			return r;
	}
	if (call->barrier)
		workBarrier(c);
	d->CmdBindPipeline(c->buffer, VK_PIPELINE_BIND_POINT_COMPUTE, call->pipeline.pipeline);
	if (call->pushCount)
		d->CmdPushConstants(c->buffer, call->pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, 4 * call->pushCount, call->push);
	d->CmdDispatch(c->buffer, call->groups[0], call->groups[1], call->groups[2]);
	return VK_SUCCESS;
}

void shimCopy(shimCommands *c, const shimTransferCall *call) {
	if (call->barrier)
		workBarrier(c);
	const VkBufferCopy region = {call->srcOffset, call->dstOffset, call->bytes};
	c->d->CmdCopyBuffer(c->buffer, call->src, call->dst, 1, &region);
}

void shimFill(shimCommands *c, const shimTransferCall *call) {
	if (call->barrier)
		workBarrier(c);
	c->d->CmdFillBuffer(c->buffer, call->dst, call->dstOffset, call->bytes, call->word);
}

void shimUpdate(shimCommands *c, const shimTransferCall *call, const uint32_t *words) {
	if (call->barrier)
		workBarrier(c);
	c->d->CmdUpdateBuffer(c->buffer, call->dst, call->dstOffset, call->bytes, words);
}

void shimTimestamp(shimCommands *c, VkQueryPool pool, uint32_t slot) {
	c->d->CmdResetQueryPool(c->buffer, pool, slot, 1);
	c->d->CmdWriteTimestamp(c->buffer, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, pool, slot);
}
