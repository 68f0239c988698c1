// The product for GPUs: the workgroup copies a BM x BK and a BK x BN block of the
// factors to shared memory, an invocation multiplies TM rows by TN columns of
// them in registers while it loads its elements of the next blocks.
//
// Rows and columns are taken in fours, those of an invocation a whole round of
// invocations apart: then neighbours read neighbouring fours. BM and BN are
// multiples of TM and TN, these of four, and the number of invocations,
// BM/TM x BN/TN, divides both blocks' sizes.

const uint THREADS = gl_WorkGroupSize.x;
const uint ROW_THREADS = BM / TM, COL_THREADS = BN / TN;
const uint LEFT_LOADS = TILED ? BM * BK / THREADS : 1;
const uint RIGHT_LOADS = TILED ? BN * BK / THREADS : 1;
const uint LEFT_STRIDE = BM / 4 + 1, RIGHT_STRIDE = BN / 4 + 1; // one more, to spread over the banks
const uint ROW_FOURS = TILED ? TM / 4 : 1;
const uint COL_FOURS = TILED ? TN / 4 : 1;

shared vec4 left_block[TILED ? BK * LEFT_STRIDE : 1];
shared vec4 right_block[TILED ? BK * RIGHT_STRIDE : 1];

// An element's place in a block, (lane, step): the index that walks through
// memory goes along with the invocations.
uvec2 in_block(uint i, uint lanes, bool along_depth) {
	return along_depth ? uvec2(i / BK, i % BK) : uvec2(i % lanes, i / lanes);
}

uvec2 in_left(uint load) { return in_block(gl_LocalInvocationID.x + load * THREADS, BM, LEFT_ALONG_DEPTH); }
uvec2 in_right(uint load) { return in_block(gl_LocalInvocationID.x + load * THREADS, BN, RIGHT_ALONG_DEPTH); }

void tiled() {
	uint row_thread = gl_LocalInvocationID.x / COL_THREADS, col_thread = gl_LocalInvocationID.x % COL_THREADS;
	vec4 sums[ROW_FOURS * 4 * COL_FOURS];
	[[unroll]] for (uint i = 0; i < ROW_FOURS * 4 * COL_FOURS; i++) sums[i] = vec4(0.0);

	uint left_rows[LEFT_LOADS];
	[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++) left_rows[i] = left_row(last_row(row0 + in_left(i).x));
	RightCol right_cols[RIGHT_LOADS];
	[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) right_cols[i] = right_col(last_col(col0 + in_right(i).x));

	float lefts[LEFT_LOADS], rights[RIGHT_LOADS]; // of the next blocks
	for (uint k = depth0; k < depth1 + BK; k += BK) {
		// The blocks at k are loaded while those before them are multiplied.
		if (k < depth1) {
			[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++)
				lefts[i] = left(left_rows[i] + left_depth(last_depth(k + in_left(i).y)));
			[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) {
				uint at = k + in_right(i).y;
				rights[i] = right(right_cols[i], right_depth(last_depth(at), at < depth1));
			}
		}
		if (k > depth0) {
			[[unroll]] for (uint kk = 0; kk < BK; kk++) {
				vec4 across[COL_FOURS];
				[[unroll]] for (uint j = 0; j < COL_FOURS; j++)
					across[j] = right_block[kk * RIGHT_STRIDE + j * COL_THREADS + col_thread];
				[[unroll]] for (uint i = 0; i < ROW_FOURS; i++) {
					vec4 down = left_block[kk * LEFT_STRIDE + i * ROW_THREADS + row_thread];
					[[unroll]] for (uint ii = 0; ii < 4; ii++)
						[[unroll]] for (uint j = 0; j < COL_FOURS; j++)
							sums[(i * 4 + ii) * COL_FOURS + j] += down[ii] * across[j];
				}
			}
		}
		barrier();
		if (k < depth1) {
			[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++) {
				uvec2 at = in_left(i);
				left_block[at.y * LEFT_STRIDE + at.x / 4][at.x % 4] = lefts[i];
			}
			[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) {
				uvec2 at = in_right(i);
				right_block[at.y * RIGHT_STRIDE + at.x / 4][at.x % 4] = rights[i];
			}
		}
		barrier();
	}

	[[unroll]] for (uint j = 0; j < COL_FOURS * 4; j++) {
		uint col = col0 + (j / 4 * COL_THREADS + col_thread) * 4 + j % 4;
		uint place = product_col(last_col(col));
		float start = col_start(last_col(col));
		[[unroll]] for (uint i = 0; i < ROW_FOURS * 4; i++) {
			uint row = row0 + (i / 4 * ROW_THREADS + row_thread) * 4 + i % 4;
			if (row < rows && col < cols) store(product_row(row) + place, start + row_start(row) + sums[i * COL_FOURS + j / 4][j % 4]);
		}
	}
}
