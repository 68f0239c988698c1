// The main function of kernels that treat elements alike, four at a time where
// it can be: four(i) treats elements 4*i to 4*i+3, one(i) element i. An
// invocation after those of the whole fours treats what is left. Each buffer is
// declared twice, x as numbers and x4 as fours, and n is a push constant.
void main() {
	uint i = linear_id();
	if (i < n / 4u) {
		four(i);
	} else if (i == n / 4u) {
		for (uint k = 4u * i; k < n; k++) one(k);
	}
}
