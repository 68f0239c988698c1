// A matrix product, rows x depth times depth x cols, by one of two algorithms.
// Which factors, and where the product goes, is up to the kernel that includes
// this file: it defines the types RightCol and RightDepth, whether the elements
// side by side in memory are those LEFT_ALONG_DEPTH and RIGHT_ALONG_DEPTH, and
// the functions declared here.
//
// The depth may be cut into parts that become products of their own, for another
// kernel to add up: for more workgroups at a time, and for sums that keep their
// precision. Workgroups are numbered along x and y by tile, rows first, and along
// z by group and part.

#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 1) const bool TILED = true;
layout(constant_id = 2) const uint BM = 64; // rows of a workgroup's tile
layout(constant_id = 3) const uint BN = 64; // its columns
layout(constant_id = 4) const uint BK = 16; // steps of the depth at a time
layout(constant_id = 5) const uint TM = 4;  // rows of what is in registers at a time
layout(constant_id = 6) const uint TN = 4;  // its columns

uint group, part;    // of this workgroup
uint row0, col0;     // of its tile
uint depth0, depth1; // of its part

void prepare(); // what all that follow need

// The left factor's elements, by the sum of two places. Rows, columns and depths
// are below the sizes.
uint left_row(uint row);
uint left_depth(uint k);
float left(uint place);

// The right factor's elements, 0 where the depth is not valid.
RightCol right_col(uint col);
RightDepth right_depth(uint k, bool valid);
float right(RightCol col, RightDepth k);

// The product's elements, also by the sum of two places.
uint product_row(uint row);
uint product_col(uint col);
void store(uint place, float sum);

// What a sum starts with, by row plus by column.
float row_start(uint row);
float col_start(uint col);

uint last_row(uint row) { return min(row, rows - 1u); }
uint last_col(uint col) { return min(col, cols - 1u); }
uint last_depth(uint k) { return min(k, depth1 - 1u); }

#include "gemm_direct.glsl"
#include "gemm_tiled.glsl"

void main() {
	uint across = (cols + BN - 1u) / BN, down = (rows + BM - 1u) / BM;
	uint tile = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
	if (tile >= across * down) return;
	row0 = tile % down * BM;
	col0 = tile / down * BN;
	group = gl_WorkGroupID.z / parts;
	part = gl_WorkGroupID.z % parts;
	depth0 = part * part_length;
	depth1 = min(depth0 + part_length, depth);
	prepare();
	if (TILED) {
		tiled();
	} else {
		direct();
	}
}
