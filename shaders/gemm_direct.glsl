// The product for drivers that run on the processor. There a subgroup is a vector
// register, loads go lane by lane, and shared memory is no better than any other.
// So a workgroup is one subgroup, which keeps a whole tile in registers: a lane
// has every row of its columns. For each step of the depth a lane loads an
// element of its columns, and one of a row of its own, that the others get by
// shuffles.

const uint LANES = gl_WorkGroupSize.x;
const uint ROW_VECTORS = TILED ? 1 : BM / LANES;
const uint COL_VECTORS = TILED ? 1 : BN / LANES;

float direct_sums[TILED ? 1 : BM * COL_VECTORS];
float direct_lefts[BK * ROW_VECTORS], direct_rights[BK * COL_VECTORS];

uint direct_row(uint i) { return row0 + i * LANES + gl_SubgroupInvocationID; }
uint direct_col(uint j) { return col0 + j * LANES + gl_SubgroupInvocationID; }

void start_direct() {
	float starts[ROW_VECTORS];
	[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) starts[i] = row_start(last_row(direct_row(i)));
	[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) {
		float start = col_start(last_col(direct_col(j)));
		[[unroll]] for (uint i = 0; i < BM; i++)
			direct_sums[i * COL_VECTORS + j] = start + subgroupShuffle(starts[i / LANES], i % LANES);
	}
}

// TM x TN sums stay in the processor's registers for BK steps. Mesa unrolls nested
// loops only where no bound depends on an outer loop.
void multiply_direct() {
	[[unroll]] for (uint i = 0; i < BM; i += TM)
		[[unroll]] for (uint j = 0; j < COL_VECTORS; j += TN)
			[[unroll]] for (uint kk = 0; kk < BK; kk++)
				[[unroll]] for (uint ii = 0; ii < TM; ii++) {
					float l = subgroupShuffle(direct_lefts[(i + ii) / LANES * BK + kk], (i + ii) % LANES);
					[[unroll]] for (uint jj = 0; jj < TN; jj++)
						direct_sums[(i + ii) * COL_VECTORS + j + jj] += l * direct_rights[(j + jj) * BK + kk];
				}
}

void store_direct() {
	[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) {
		uint col = direct_col(j);
		uint place = product_col(last_col(col));
		[[unroll]] for (uint i = 0; i < BM; i++)
			if (row0 + i < rows && col < cols) store(product_row(row0 + i) + place, direct_sums[i * COL_VECTORS + j]);
	}
}

void direct() {
	start_direct();
	uint left_rows[ROW_VECTORS];
	[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) left_rows[i] = left_row(last_row(direct_row(i)));
	RightCol right_cols[COL_VECTORS];
	[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) right_cols[j] = right_col(last_col(direct_col(j)));

	for (uint k = depth0; k < depth1; k += BK) {
		[[unroll]] for (uint kk = 0; kk < BK; kk++) {
			uint at = last_depth(k + kk);
			uint left_place = left_depth(at);
			RightDepth right_place = right_depth(at, k + kk < depth1);
			[[unroll]] for (uint i = 0; i < ROW_VECTORS; i++) direct_lefts[i * BK + kk] = left(left_rows[i] + left_place);
			[[unroll]] for (uint j = 0; j < COL_VECTORS; j++) direct_rights[j * BK + kk] = right(right_cols[j], right_place);
		}
		multiply_direct();
	}
	store_direct();
}
