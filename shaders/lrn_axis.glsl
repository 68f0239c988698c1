// Normalization with sums along one axis: rows or columns of a map, or the
// channels of a group where the window is too large for lrn_maps. An invocation
// makes one of n elements.
#include "divide.glsl"
#include "lrn.glsl"

layout(std430, binding = 0) readonly buffer Near { float near[]; };
layout(push_constant) uniform Push {
	uint n;
	int stride; // of the axis
	int extent;
	uint by_stride; // divisors, see divide
	uint by_stride_shift;
	uint by_extent;
	uint by_extent_shift;
	int before; // where the window begins, in places before its element
	int size;   // of the window
	uint squares; // whether to sum squares
	float k;
	float alpha;
	float beta;
};

// sum_near sums over what lies inside the window of element i.
float sum_near(int i) {
	int line = int(divide(uint(i), uvec2(by_stride, by_stride_shift)));
	int place = line - int(divide(uint(line), uvec2(by_extent, by_extent_shift))) * extent;
	int lo = max(place - before, 0), hi = min(place - before + size, extent);
	float sum = 0;
	for (int j = lo; j < hi; j++) {
		float v = near[i + (j - place) * stride];
		sum += squares != 0 ? v * v : v;
	}
	return sum;
}
