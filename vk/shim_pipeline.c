//go:build cgo

#include "shim_table.h"

static VkResult createSetLayout(shimDevice *d, uint32_t bindings, VkDescriptorSetLayout *out) {
	VkDescriptorSetLayoutBinding list[SHIM_BINDINGS];
	for (uint32_t i = 0; i < bindings; i++)
		list[i] = (VkDescriptorSetLayoutBinding){.binding = i, .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
			.descriptorCount = 1, .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
	const VkDescriptorSetLayoutCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
		.bindingCount = bindings, .pBindings = list};
	return d->CreateDescriptorSetLayout(d->device, &info, NULL, out);
}

static VkResult createLayout(shimDevice *d, VkDescriptorSetLayout set, uint32_t pushWords, VkPipelineLayout *out) {
	const VkPushConstantRange push = {.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .size = 4 * pushWords};
	const VkPipelineLayoutCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
		.setLayoutCount = 1, .pSetLayouts = &set,
		.pushConstantRangeCount = pushWords ? 1 : 0, .pPushConstantRanges = &push};
	return d->CreatePipelineLayout(d->device, &info, NULL, out);
}

static VkResult createPipeline(shimDevice *d, VkPipelineCache cache, const shimPipelineInfo *info,
	VkShaderModule module, VkPipelineLayout layout, VkPipeline *out) {
	VkResult fault = shimFaulty(FAULT_PIPELINE);
	if (fault)
		return fault;
	VkSpecializationMapEntry entries[SHIM_SPEC];
	for (uint32_t i = 0; i < info->specCount; i++)
		entries[i] = (VkSpecializationMapEntry){.constantID = i, .offset = 4 * i, .size = 4};
	const VkSpecializationInfo spec = {.mapEntryCount = info->specCount, .pMapEntries = entries,
		.dataSize = 4 * info->specCount, .pData = info->spec};
	const VkComputePipelineCreateInfo create = {.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
		.stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = VK_SHADER_STAGE_COMPUTE_BIT, .module = module, .pName = "main",
			.pSpecializationInfo = info->specCount ? &spec : NULL},
		.layout = layout, .basePipelineIndex = -1};
	return d->CreateComputePipelines(d->device, cache, 1, &create, NULL, out);
}

static VkResult createParts(shimDevice *d, VkPipelineCache cache, const shimPipelineInfo *info,
	VkShaderModule module, shimPipeline *out, const char **failed) {
	*failed = "vkCreateDescriptorSetLayout";
	VkResult r = createSetLayout(d, info->bindings, &out->setLayout);
	if (r < 0)
		return r;
	*failed = "vkCreatePipelineLayout";
	if ((r = createLayout(d, out->setLayout, info->pushWords, &out->layout)) < 0)
		return r;
	*failed = "vkCreateComputePipelines";
	return createPipeline(d, cache, info, module, out->layout, &out->pipeline);
}

VkResult shimCreatePipeline(shimDevice *d, VkPipelineCache cache, const shimPipelineInfo *info,
	const uint32_t *code, size_t bytes, shimPipeline *out, const char **failed) {
	*out = (shimPipeline){0};
	const VkShaderModuleCreateInfo create = {.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
		.codeSize = bytes, .pCode = code};
	VkShaderModule module = 0;
	*failed = "vkCreateShaderModule";
	VkResult r = d->CreateShaderModule(d->device, &create, NULL, &module);
	if (r < 0)
		return r;
	r = createParts(d, cache, info, module, out, failed);
	d->DestroyShaderModule(d->device, module, NULL);
	if (r < 0)
		shimDestroyPipeline(d, out);
	return r;
}

void shimDestroyPipeline(shimDevice *d, const shimPipeline *p) {
	// A zero handle is allowed and does nothing.
	d->DestroyPipeline(d->device, p->pipeline, NULL);
	d->DestroyPipelineLayout(d->device, p->layout, NULL);
	d->DestroyDescriptorSetLayout(d->device, p->setLayout, NULL);
}
