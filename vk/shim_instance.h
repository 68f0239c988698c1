// The instance's half of the shim.
#ifndef TANDEM_SHIM_INSTANCE_H
#define TANDEM_SHIM_INSTANCE_H

#include "shim.h"

#endif
