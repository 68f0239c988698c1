// power returns s^-beta. AlexNet's 0.75 needs square roots alone. Where pow
// loses NaN, as lavapipe's does, it comes through all the same.
float power(float s, float beta) {
	if (beta == 0.75) {
		float root = inversesqrt(s);
		return root * sqrt(root);
	}
	return is_nan(s) ? s : pow(s, -beta);
}
