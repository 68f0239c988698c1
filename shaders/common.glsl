// What every kernel includes.

// The workgroup's size, "threads" in the Go table.
layout(local_size_x_id = 0) in;

// linear_id numbers the invocations of a grid of workgroups. The grid has two
// dimensions because one is only guaranteed to hold 65,535 workgroups.
uint linear_id() {
	uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
	return group * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

// is_nan looks at the bits: drivers may optimise v != v away, and isnan with it.
bool is_nan(float v) { return (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u; }

// larger is max with NaN coming through.
float larger(float a, float b) { return is_nan(a) || a > b ? a : b; }

float minus_infinity() { return uintBitsToFloat(0xff800000u); }
float not_a_number() { return uintBitsToFloat(0x7fc00000u); }
