#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

layout(constant_id = 7) const bool LEFT_ALONG_DEPTH = true;
layout(constant_id = 8) const bool RIGHT_ALONG_DEPTH = true;

layout(push_constant) uniform Push {
	uint rows; // of the product, see gemm.glsl
	uint cols;
	uint depth;
	uint parts;
	uint part_length;
	uint part_size;
	uint part_first;
	uint left_first; // place of the left factor's first element
	uint left_row_step;
	uint left_depth_step;
	uint right_col_step;
	uint right_depth_step;
	uint product_row_step;
	uint has_bias; // by column, the first at part_first
};

// Two matrices in memory, either one transposed or not.
#define RightCol uint
struct RightDepth {
	uint place;
	bool valid;
};
#include "gemm.glsl"

layout(std430, binding = 0) readonly buffer LeftFactor { float left_factor[]; };
layout(std430, binding = 1) readonly buffer RightFactor { float right_factor[]; };
layout(std430, binding = 2) readonly buffer Bias { float bias[]; };
layout(std430, binding = 3) writeonly buffer Product { float product[]; };

void prepare() {}

uint left_row(uint row) { return left_first + row * left_row_step; }
uint left_depth(uint k) { return k * left_depth_step; }
float left(uint place) { return left_factor[place]; }

uint right_col(uint col) { return col * right_col_step; }
RightDepth right_depth(uint k, bool valid) { return RightDepth(k * right_depth_step, valid); }
float right(uint col, RightDepth k) {
	float v = right_factor[col + k.place];
	return k.valid ? v : 0.0;
}

float row_start(uint row) { return 0.0; }
float col_start(uint col) { return has_bias != 0u ? bias[part_first + col] : 0.0; }

uint product_row(uint row) { return row * product_row_step; }
uint product_col(uint col) { return col; }
void store(uint place, float sum) { product[part_first + part * part_size + place] = sum; }
