//go:build cgo

#include "shim_instance.h"

#include <stdlib.h>
#include <string.h>

static char *copyText(const char *text) {
	size_t n = text ? strlen(text) : 0;
	char *copy = malloc(n + 1);
	if (copy) {
		memcpy(copy, n ? text : "", n);
		copy[n] = 0;
	}
	return copy;
}

// heard is called by the layer on any thread, also while a call of ours runs.
// The list is a stack: pushing needs one exchange and no lock, and as it is only
// ever taken whole, nothing can be pushed on a node that is gone.
static VkBool32 VKAPI_CALL heard(int32_t severity, VkFlags types, const VkDebugUtilsMessengerCallbackDataEXT *data, void *user) {
	shimSetup *s = user;
	shimMessage *m = calloc(1, sizeof *m);
	(void)types;
	if (!m)
		return 0;
	m->error = severity >= VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
	m->id = copyText(data->pMessageIdName);
	m->text = copyText(data->pMessage);
	m->next = __atomic_load_n(&s->newest, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&s->newest, &m->next, m, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
	}
	return 0; // 1 would make the call fail
}

static shimMessage *reverse(shimMessage *m) {
	shimMessage *reversed = NULL;
	while (m) {
		shimMessage *next = m->next;
		m->next = reversed;
		reversed = m;
		m = next;
	}
	return reversed;
}

shimMessage *shimTakeMessages(shimSetup *s) {
	return reverse(__atomic_exchange_n(&s->newest, NULL, __ATOMIC_ACQUIRE));
}

void shimFreeMessages(shimMessage *m) {
	while (m) {
		shimMessage *next = m->next;
		free(m->id);
		free(m->text);
		free(m);
		m = next;
	}
}

void shimAddValidation(shimSetup *s, const char *layer, int gpuAssisted) {
	s->layers[0] = layer;
	s->info.enabledLayerCount = 1;
	s->checks[s->validation.enabledValidationFeatureCount++] = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
	if (gpuAssisted)
		s->checks[s->validation.enabledValidationFeatureCount++] = VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT;
	s->validation.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT;
	s->validation.pEnabledValidationFeatures = s->checks;
	s->validation.pNext = s->info.pNext;

	// Also behind pNext, where it hears vkCreateInstance and vkDestroyInstance.
	s->messenger.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
	s->messenger.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
	s->messenger.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
	s->messenger.pfnUserCallback = heard;
	s->messenger.pUserData = s;
	s->messenger.pNext = &s->validation;
	s->info.pNext = &s->messenger;
}

typedef VkResult(VKAPI_CALL *createMessenger)(VkInstance, const VkDebugUtilsMessengerCreateInfoEXT *, const void *, VkDebugUtilsMessengerEXT *);
typedef void(VKAPI_CALL *destroyMessenger)(VkInstance, VkDebugUtilsMessengerEXT, const void *);

VkResult shimListen(shimSetup *s, void *getInstanceProcAddr, VkInstance instance) {
	createMessenger create = (createMessenger)shimInstanceProc(getInstanceProcAddr, instance, "vkCreateDebugUtilsMessengerEXT");
	if (!create)
		return VK_ERROR_EXTENSION_NOT_PRESENT;
	VkDebugUtilsMessengerCreateInfoEXT alone = s->messenger;
	alone.pNext = NULL;
	return create(instance, &alone, NULL, &s->handle);
}

void shimStopListening(shimSetup *s, void *getInstanceProcAddr, VkInstance instance) {
	destroyMessenger destroy = (destroyMessenger)shimInstanceProc(getInstanceProcAddr, instance, "vkDestroyDebugUtilsMessengerEXT");
	if (destroy && s->handle)
		destroy(instance, s->handle, NULL);
	s->handle = 0;
}
