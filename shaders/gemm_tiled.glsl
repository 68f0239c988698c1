// The product for GPUs: the workgroup copies a BM x BK and a BK x BN block of the
// factors to shared memory, an invocation multiplies TM rows by TN columns of
// them in registers while its elements of the next blocks are on their way.
//
// Rows and columns are taken in fours, those of an invocation a whole round of
// invocations apart: then neighbours read neighbouring fours. BM and BN are
// multiples of TM and TN, these of four, and the number of invocations,
// BM/TM x BN/TN, divides both blocks' sizes.

const uint THREADS = gl_WorkGroupSize.x;
const uint ROW_THREADS = BM / TM, COL_THREADS = BN / TN;
const uint ROW_FOURS = TILED ? TM / 4 : 1, COL_FOURS = TILED ? TN / 4 : 1;
const uint LEFT_LOADS = TILED ? BM * BK / THREADS : 1, RIGHT_LOADS = TILED ? BN * BK / THREADS : 1;
const uint LEFT_STRIDE = BM / 4 + 1, RIGHT_STRIDE = BN / 4 + 1; // one more, to spread over the banks

shared vec4 left_block[TILED ? BK * LEFT_STRIDE : 1];
shared vec4 right_block[TILED ? BK * RIGHT_STRIDE : 1];

// What the places of the next blocks' elements have in common at each step of the
// depth.
shared uint left_places[TILED ? BK : 1];
shared RightDepth right_places[TILED ? BK : 1];

vec4 tiled_sums[ROW_FOURS * 4 * COL_FOURS];
uint left_rows[LEFT_LOADS]; // of the elements that this invocation loads
RightCol right_cols[RIGHT_LOADS];
float lefts[LEFT_LOADS], rights[RIGHT_LOADS];

// An element's place in a block, (lane, step): the index that walks through
// memory goes along with the invocations.
uvec2 in_block(uint i, uint lanes, bool along_depth) {
	return along_depth ? uvec2(i / BK, i % BK) : uvec2(i % lanes, i / lanes);
}
uvec2 in_left(uint load) { return in_block(gl_LocalInvocationID.x + load * THREADS, BM, LEFT_ALONG_DEPTH); }
uvec2 in_right(uint load) { return in_block(gl_LocalInvocationID.x + load * THREADS, BN, RIGHT_ALONG_DEPTH); }

void find_lanes() {
	[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++) left_rows[i] = left_row(last_row(row0 + in_left(i).x));
	[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) right_cols[i] = right_col(last_col(col0 + in_right(i).x));
}

void find_places(uint k) {
	uint step = gl_LocalInvocationID.x;
	if (step >= BK) return;
	left_places[step] = left_depth(last_depth(k + step));
	right_places[step] = right_depth(last_depth(k + step), k + step < depth1);
}

void load_blocks() {
	[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++) lefts[i] = left(left_rows[i] + left_places[in_left(i).y]);
	[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) rights[i] = right(right_cols[i], right_places[in_right(i).y]);
}

void share_blocks() {
	[[unroll]] for (uint i = 0; i < LEFT_LOADS; i++) {
		uvec2 at = in_left(i);
		left_block[at.y * LEFT_STRIDE + at.x / 4][at.x % 4] = lefts[i];
	}
	[[unroll]] for (uint i = 0; i < RIGHT_LOADS; i++) {
		uvec2 at = in_right(i);
		right_block[at.y * RIGHT_STRIDE + at.x / 4][at.x % 4] = rights[i];
	}
}

// Which four an invocation has, of a round of its rows or columns.
uint row_four(uint round) { return round * ROW_THREADS + gl_LocalInvocationID.x / COL_THREADS; }
uint col_four(uint round) { return round * COL_THREADS + gl_LocalInvocationID.x % COL_THREADS; }

void multiply_blocks() {
	[[unroll]] for (uint kk = 0; kk < BK; kk++) {
		vec4 across[COL_FOURS];
		[[unroll]] for (uint j = 0; j < COL_FOURS; j++) across[j] = right_block[kk * RIGHT_STRIDE + col_four(j)];
		[[unroll]] for (uint i = 0; i < ROW_FOURS; i++) {
			vec4 down = left_block[kk * LEFT_STRIDE + row_four(i)];
			[[unroll]] for (uint ii = 0; ii < 4; ii++)
				[[unroll]] for (uint j = 0; j < COL_FOURS; j++) tiled_sums[(i * 4 + ii) * COL_FOURS + j] += down[ii] * across[j];
		}
	}
}

void store_tiled() {
	[[unroll]] for (uint j = 0; j < COL_FOURS * 4; j++) {
		uint col = col0 + col_four(j / 4) * 4 + j % 4;
		uint place = product_col(last_col(col));
		float start = col_start(last_col(col));
		[[unroll]] for (uint i = 0; i < ROW_FOURS * 4; i++) {
			uint row = row0 + row_four(i / 4) * 4 + i % 4;
			if (row >= rows || col >= cols) continue;
			store(product_row(row) + place, start + row_start(row) + tiled_sums[i * COL_FOURS + j / 4][j % 4]);
		}
	}
}

void tiled() {
	[[unroll]] for (uint i = 0; i < ROW_FOURS * 4 * COL_FOURS; i++) tiled_sums[i] = vec4(0.0);
	find_lanes();
	find_places(depth0);
	barrier();
	for (uint k = depth0; k < depth1 + BK; k += BK) {
		if (k < depth1) load_blocks();
		if (k > depth0) multiply_blocks(); // those before
		barrier();
		if (k < depth1) {
			share_blocks();
			find_places(k + BK);
		}
		barrier();
	}
	store_tiled();
}
