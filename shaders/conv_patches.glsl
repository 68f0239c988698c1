// The patches of a convolution's input: a position is one of the output, a tap is
// one of a filter.

layout(std430, binding = 0) readonly buffer X { float x[]; };

Position position(uint n) {
	uvec3 at = split_position(n);
	int row = int(at.y * stride_h) - int(pad_top), col = int(at.z * stride_w) - int(pad_left);
	uint image = (at.x * channels + group * group_channels) * height * width;
	return Position(int(image) + row * int(width) + col, row, col);
}

Tap tap(uint n) {
	uvec3 at = split_tap(n);
	return Tap(int((at.x * height + at.y) * width + at.z), int(at.y), int(at.z));
}

float patch_element(Position p, Tap t) {
	bool valid = inside(p, t, height, width);
	float v = x[valid ? p.place + t.place : 0];
	return valid ? v : 0.0;
}
