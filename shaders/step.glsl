// What changes from step to step; STEP_BINDING says where it is bound.
layout(std430, binding = STEP_BINDING) readonly buffer Step {
	uint seed_lo;
	uint seed_hi;
	uint step;
	float rate;
	float momentum;
} state;
