//go:build cgo

#include "shim_table.h"

VkResult shimNewTimeline(shimDevice *d, VkSemaphore *out) {
	const VkSemaphoreTypeCreateInfo type = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
		.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
	const VkSemaphoreCreateInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type};
	return d->CreateSemaphore(d->device, &info, NULL, out);
}

shimValue shimTimelineValue(shimDevice *d, VkSemaphore timeline) {
	shimValue v = {0};
	v.result = d->GetSemaphoreCounterValue(d->device, timeline, &v.value);
	return v;
}

VkResult shimWait(shimDevice *d, VkSemaphore timeline, uint64_t value, uint64_t nanoseconds) {
	VkResult fault = shimFaulty(FAULT_WAIT);
	if (fault)
		return fault;
	const VkSemaphoreWaitInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
		.semaphoreCount = 1, .pSemaphores = &timeline, .pValues = &value};
	return d->WaitSemaphores(d->device, &info, nanoseconds);
}

VkResult shimSignal(shimDevice *d, VkSemaphore timeline, uint64_t value) {
	const VkSemaphoreSignalInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO,
		.semaphore = timeline, .value = value};
	return d->SignalSemaphore(d->device, &info);
}

VkResult shimSubmit(shimDevice *d, const shimSubmitCall *call) {
	VkResult fault = shimFaulty(FAULT_SUBMIT);
	if (fault)
		return fault;
	const VkFlags all = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	const VkFlags stages[SHIM_WAITS] = {all, all, all, all};
	const VkCommandBuffer buffer = (VkCommandBuffer)(uintptr_t)call->commandBuffer;
	const uint32_t signals = call->signal ? 1 : 0;
	const VkTimelineSemaphoreSubmitInfo values = {.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
		.waitSemaphoreValueCount = call->waitCount, .pWaitSemaphoreValues = call->waitValues,
		.signalSemaphoreValueCount = signals, .pSignalSemaphoreValues = &call->signalValue};
	const VkSubmitInfo info = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .pNext = &values,
		.waitSemaphoreCount = call->waitCount, .pWaitSemaphores = call->waits, .pWaitDstStageMask = stages,
		.commandBufferCount = buffer ? 1 : 0, .pCommandBuffers = &buffer,
		.signalSemaphoreCount = signals, .pSignalSemaphores = &call->signal};
	return d->QueueSubmit(d->queue, 1, &info, 0);
}

VkResult shimReadQueries(shimDevice *d, VkQueryPool pool, uint32_t count, uint64_t *ticks) {
	return d->GetQueryPoolResults(d->device, pool, 0, count, count * sizeof *ticks, ticks, sizeof *ticks, VK_QUERY_RESULT_64_BIT);
}
