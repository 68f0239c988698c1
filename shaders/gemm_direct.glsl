// The product for drivers that run on the processor. There a subgroup is a vector
// register, loads go lane by lane, and shared memory is no better than any other.
// So a workgroup is one subgroup, which keeps a whole tile in registers: a lane
// has every row of its columns. For each step of the depth a lane loads an
// element of its columns, and one of a row of its own, that the others get by
// shuffles.

const uint LANES = gl_WorkGroupSize.x;
const uint ROW_VECTORS = TILED ? 1 : BM / LANES;
const uint COL_VECTORS = TILED ? 1 : BN / LANES;

void direct() {
	uint lane = gl_SubgroupInvocationID;
	float sums[TILED ? 1 : BM * COL_VECTORS];

	uint left_rows[ROW_VECTORS];
	[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) left_rows[i] = left_row(last_row(row0 + i * LANES + lane));
	RightCol right_cols[COL_VECTORS];
	[[unroll]] for (uint i = 0; i < COL_VECTORS; i++) right_cols[i] = right_col(last_col(col0 + i * LANES + lane));

	float row_starts[ROW_VECTORS];
	[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) row_starts[i] = row_start(last_row(row0 + i * LANES + lane));
	[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) {
		float start = col_start(last_col(col0 + j * LANES + lane));
		[[unroll]] for (uint i = 0; i < BM; i++) sums[i * COL_VECTORS + j] = start + subgroupShuffle(row_starts[i / LANES], i % LANES);
	}

	for (uint k = depth0; k < depth1; k += BK) {
		float lefts[BK * ROW_VECTORS], rights[BK * COL_VECTORS];
		[[unroll]] for (uint kk = 0; kk < BK; kk++) {
			uint at = last_depth(k + kk);
			uint across = left_depth(at);
			RightDepth down = right_depth(at, k + kk < depth1);
			[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) lefts[i * BK + kk] = left(left_rows[i] + across);
			[[unroll]] for (uint i = 0; i < COL_VECTORS; i++) rights[i * BK + kk] = right(right_cols[i], down);
		}
		// TM x TN sums stay in the processor's registers for BK steps.
		[[unroll]] for (uint i = 0; i < BM; i += TM)
			[[unroll]] for (uint j = 0; j < COL_VECTORS; j += TN)
				[[unroll]] for (uint kk = 0; kk < BK; kk++)
					[[unroll]] for (uint ii = 0; ii < TM; ii++) {
						float l = subgroupShuffle(lefts[(i + ii) / LANES * BK + kk], (i + ii) % LANES);
						[[unroll]] for (uint jj = 0; jj < TN; jj++)
							sums[(i + ii) * COL_VECTORS + j + jj] += l * rights[(j + jj) * BK + kk];
					}
	}

	[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) {
		uint col = col0 + j * LANES + lane;
		uint place = product_col(last_col(col));
		[[unroll]] for (uint i = 0; i < BM; i++)
			if (row0 + i < rows && col < cols) store(product_row(row0 + i) + place, sums[i * COL_VECTORS + j]);
	}
}
