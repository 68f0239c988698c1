// The nonlinearities, numbered as in engine/device. Each lets NaN through.
const uint RELU = 0u;
const uint TANH = 1u;
const uint SIGMOID = 2u;

float relu(float x) { return x > 0.0 || is_nan(x) ? x : 0.0; }

// The built-in tanh overflows on some drivers and is imprecise near 0: here exp
// has arguments below 0 only, and small x take the Taylor series, whose next
// term is 1e-8 of x.
float safe_tanh(float x) {
	if (is_nan(x)) return x;
	float s = x * x;
	if (s < 0.0625) {
		float series = 62.0 / 2835.0;
		series = series * s - 17.0 / 315.0;
		series = series * s + 2.0 / 15.0;
		series = series * s - 1.0 / 3.0;
		return x + x * s * series;
	}
	float e = exp(-2.0 * abs(x));
	return sign(x) * (1.0 - e) / (1.0 + e);
}

float sigmoid(float x) {
	if (is_nan(x)) return x;
	float e = exp(-abs(x));
	return (x > 0.0 ? 1.0 : e) / (1.0 + e);
}
