// A workgroup per row. Element c of a row belongs to one invocation, c modulo
// the workgroup's size, from the first reading to the last writing, so that the
// output may be the input's buffer.

shared float partial[gl_WorkGroupSize.x];

// row_id numbers the workgroups of the grid.
uint row_id() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

// half_of rounds up, so that trees work for any size.
uint half_of(uint n) { return (n + 1u) / 2u; }

// share makes everybody's value visible. The first barrier lets the result of
// the previous tree be read.
void share(float v) {
	barrier();
	partial[gl_LocalInvocationID.x] = v;
	barrier();
}

// row_sum adds up the workgroup's values in a tree.
float row_sum(float v) {
	share(v);
	uint i = gl_LocalInvocationID.x;
	for (uint n = gl_WorkGroupSize.x; n > 1u; n = half_of(n)) {
		if (i + half_of(n) < n) partial[i] += partial[i + half_of(n)];
		barrier();
	}
	return partial[0];
}

// row_largest returns the largest of the workgroup's values; NaN counts as such.
float row_largest(float v) {
	share(v);
	uint i = gl_LocalInvocationID.x;
	for (uint n = gl_WorkGroupSize.x; n > 1u; n = half_of(n)) {
		if (i + half_of(n) < n) partial[i] = larger(partial[i], partial[i + half_of(n)]);
		barrier();
	}
	return partial[0];
}
