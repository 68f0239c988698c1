// The instance's half of the shim. Every function takes the vkGetInstanceProcAddr
// in use, and asks it anew: nothing here is called often.
#ifndef TANDEM_SHIM_INSTANCE_H
#define TANDEM_SHIM_INSTANCE_H

#include "shim.h"

// shimLoaderVersion returns the loader's version; loaders of Vulkan 1.0 have no
// function that tells it.
uint32_t shimLoaderVersion(void *getInstanceProcAddr);

int shimHasLayer(void *getInstanceProcAddr, const char *name);

// shimHasExtension looks at the loader and the drivers, or at one layer.
int shimHasExtension(void *getInstanceProcAddr, const char *layer, const char *name);

// shimMessage is a message of the validation layer or the loader.
typedef struct shimMessage {
	struct shimMessage *next;
	int error; // 0: a warning
	char *id;
	char *text;
} shimMessage;

// shimSetup is what vkCreateInstance reads, and what must last as long as the
// instance: the messages that came in so far.
typedef struct {
	VkInstanceCreateInfo info;
	VkApplicationInfo application;
	VkValidationFeaturesEXT validation;
	VkDebugUtilsMessengerCreateInfoEXT messenger;
	int32_t checks[3];
	const char *layers[1];
	const char *extensions[4];
	VkDebugUtilsMessengerEXT handle;
	shimMessage *newest;
} shimSetup;

shimSetup *shimNewSetup(uint32_t apiVersion);
void shimAddExtension(shimSetup *s, const char *name); // name must last
void shimAddValidation(shimSetup *s, const char *layer, int gpuAssisted);
void shimFreeSetup(shimSetup *s); // messages included

// shimListen has the instance report to s.
VkResult shimListen(shimSetup *s, void *getInstanceProcAddr, VkInstance instance);
void shimStopListening(shimSetup *s, void *getInstanceProcAddr, VkInstance instance);

// shimTakeMessages hands over the messages so far, oldest first.
shimMessage *shimTakeMessages(shimSetup *s);
void shimFreeMessages(shimMessage *m);

// shimFacts is what devices tell since Vulkan 1.1; zeros where one is older.
typedef struct {
	VkBool32 timelineSemaphore, float16, storage16;
	uint32_t subgroupSize, subgroupOperations; // operations: in compute shaders
	uint8_t uuid[16];
	uint64_t maxAllocation, hostPointerAlignment;
	char driverName[256], driverInfo[256];
} shimFacts;

// shimDescribe asks the structures that a device of that version has.
void shimDescribe(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t version,
	int hasExternalMemoryHost, shimFacts *facts);

// shimExtensions lists a device's extensions in memory that the caller frees;
// NULL if it has none or memory is short.
VkExtensionProperties *shimExtensions(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t *count);

// shimQueueFamilies fills up to *count families and sets *count.
void shimQueueFamilies(void *getInstanceProcAddr, VkInstance instance, VkPhysicalDevice device, uint32_t *count, VkQueueFamilyProperties *families);

#endif
