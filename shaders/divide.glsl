// divide returns n / d for n below 2^31 and a d that the host knows, for which
// engine/vulkan's divisor makes the two words (Granlund and Montgomery,
// "Division by Invariant Integers using Multiplication", PLDI 1994, figure 4.1).
// Neither GPUs nor vector units divide integers.
uint divide(uint n, uvec2 by) {
	uint high, low;
	umulExtended(n, by.x, high, low);
	return (high + n) >> by.y;
}
