// The largest logit of a row is subtracted first, so that no exponential
// overflows.

layout(std430, binding = 0) readonly buffer X { float x[]; };
layout(push_constant) uniform Push {
	uint rows;
	uint classes;
};

// healthy tells rows that have probabilities. NaN, or an infinity as the largest
// logit, leaves none.
bool healthy(float top) { return (floatBitsToUint(top) & 0x7fffffffu) < 0x7f800000u; }

float top_logit(uint base) {
	float top = minus_infinity();
	for (uint c = gl_LocalInvocationID.x; c < classes; c += gl_WorkGroupSize.x) top = larger(top, x[base + c]);
	return row_largest(top);
}

float exponential_sum(uint base, float top) {
	float sum = 0.0;
	for (uint c = gl_LocalInvocationID.x; c < classes; c += gl_WorkGroupSize.x) sum += exp(x[base + c] - top);
	return row_sum(sum);
}
