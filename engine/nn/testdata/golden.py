"""Writes ops.safetensors and net.safetensors, the PyTorch results that
golden_test.go holds the devices and the layers against.

Needs Debian's python3-torch; run it in this folder: python3 golden.py
Everything is computed in float64 and stored as float32. Dropout masks come from
an implementation of Philox4x32-10 of its own, so the generator is judged too.
"""

import json
import struct

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20121203)


def write_safetensors(path, tensors, meta):
    header, data = {"__metadata__": meta}, b""
    for name, t in tensors.items():
        raw = t.detach().to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def exact(t):
    """Rounds to what float32 can hold, so that both sides start alike."""
    return t.to(torch.float32).to(torch.float64)


def randn(*shape):
    return exact(torch.randn(*shape))


# ---- one operation at a time ----

tensors, cases = {}, {}


def record(name, kind, params, inputs, forward):
    """Runs forward(inputs), draws an output gradient, and stores all of it."""
    leaves = {k: v.clone().requires_grad_(True) for k, v in inputs.items()}
    y = forward(**leaves)
    dy = randn(*y.shape)
    y.backward(dy)
    for k, v in leaves.items():
        tensors[f"{name}.{k}"] = v
        tensors[f"{name}.d{k}"] = v.grad
    tensors[f"{name}.y"], tensors[f"{name}.dy"] = y, dy
    cases[name] = {"kind": kind, **params}


def out_size(size, before, kernel, stride, after, ceil):
    span = size + before + after - kernel
    n = span // stride + 1
    if ceil and span % stride and n * stride < size + before:
        n += 1
    return n


def window(h, w, k, s, pads, ceil):
    top, left, bottom, right = pads
    return {"KernelH": k, "KernelW": k, "StrideH": s, "StrideW": s, "PadTop": top, "PadLeft": left,
            "OutH": out_size(h, top, k, s, bottom, ceil), "OutW": out_size(w, left, k, s, right, ceil)}


def padded(x, win, fill=0.0):
    """Pads so that every window lies inside, the partial last ones too."""
    need_h = (win["OutH"] - 1) * win["StrideH"] + win["KernelH"] - x.shape[2] - win["PadTop"]
    need_w = (win["OutW"] - 1) * win["StrideW"] + win["KernelW"] - x.shape[3] - win["PadLeft"]
    x = F.pad(x, (win["PadLeft"], max(need_w, 0), win["PadTop"], max(need_h, 0)), value=fill)
    return x[:, :, :(win["OutH"] - 1) * win["StrideH"] + win["KernelH"], :(win["OutW"] - 1) * win["StrideW"] + win["KernelW"]]


def conv(x, w, b, win, groups):
    return F.conv2d(padded(x, win), w, b, stride=win["StrideH"], groups=groups)


def local(x, w, b, win):
    n, (oh, ow, k) = x.shape[0], w.shape[:3]
    cols = F.unfold(padded(x, win), (win["KernelH"], win["KernelW"]), stride=win["StrideH"])
    cols = cols.reshape(n, -1, oh * ow)
    y = torch.einsum("ncp,pkc->nkp", cols, w.reshape(oh * ow, k, -1))
    return y.reshape(n, k, oh, ow) + b


def lrn(x, size, alpha, beta, k, groups):
    # PyTorch divides alpha by the size.
    return torch.cat([F.local_response_norm(part, size, alpha * size, beta, k) for part in x.chunk(groups, 1)], 1)


def map_lrn(x, size, alpha, beta, k):
    area = F.avg_pool2d(x * x, size, stride=1, padding=size // 2, count_include_pad=True) * size * size
    return x / (k + alpha * area) ** beta


def avg_pool(x, win):
    total = F.avg_pool2d(padded(x, win), win["KernelH"], win["StrideH"])
    inside = F.avg_pool2d(padded(torch.ones_like(x), win), win["KernelH"], win["StrideH"])
    return total / inside


for i, (n, c, h, w, k, groups, kernel, stride, pads, ceil) in enumerate([
    (2, 3, 25, 20, 8, 1, 11, 4, (0, 0, 0, 0), True),
    (3, 4, 9, 11, 6, 2, 5, 1, (2, 2, 2, 2), False),
    (1, 6, 7, 5, 9, 3, 3, 2, (0, 1, 2, 1), False),
    (5, 2, 6, 6, 4, 1, 1, 1, (0, 0, 0, 0), False),
    (2, 16, 13, 13, 24, 2, 3, 1, (1, 1, 1, 1), False),
]):
    win = window(h, w, kernel, stride, pads, ceil)
    record(f"conv{i}", "conv", {"N": n, "C": c, "H": h, "W": w, "K": k, "Groups": groups, **win},
           {"x": randn(n, c, h, w), "w": randn(k, c // groups, kernel, kernel), "b": randn(k)},
           lambda x, w, b: conv(x, w, b, win, groups))

win = window(7, 6, 3, 1, (1, 1, 1, 1), False)
record("local0", "local", {"N": 3, "C": 4, "H": 7, "W": 6, "K": 5, "Groups": 1, **win},
       {"x": randn(3, 4, 7, 6), "w": randn(7, 6, 5, 4, 3, 3), "b": randn(5, 7, 6)},
       lambda x, w, b: local(x, w, b, win))

record("fc0", "fc", {"N": 5, "In": 37, "Out": 19}, {"x": randn(5, 37), "w": randn(19, 37), "b": randn(19)},
       lambda x, w, b: F.linear(x, w, b))

for i, (c, size, alpha, beta, k, groups) in enumerate([(10, 5, 0.02, 0.75, 2.0, 2), (7, 3, 0.3, 0.5, 1.0, 1), (12, 9, 0.1, 0.75, 1.0, 1)]):
    record(f"lrn{i}", "lrn", {"N": 2, "C": c, "H": 5, "W": 3, "Size": size, "Alpha": alpha, "Beta": beta, "K": k, "Groups": groups},
           {"x": randn(2, c, 5, 3)}, lambda x: lrn(x, size, alpha, beta, k, groups))

for i, size in enumerate([3, 5]):
    record(f"maplrn{i}", "lrn", {"N": 2, "C": 3, "H": 7, "W": 9, "Size": size, "Alpha": 0.2, "Beta": 0.75, "K": 1.0, "Groups": 1, "SameMap": True},
           {"x": randn(2, 3, 7, 9)}, lambda x: map_lrn(x, size, 0.2, 0.75, 1.0))

for i, (h, w, kernel, stride, pads, ceil) in enumerate([
    (13, 11, 3, 2, (0, 0, 0, 0), False), (12, 10, 3, 2, (0, 0, 0, 0), True), (9, 9, 2, 2, (1, 1, 1, 1), False), (8, 7, 4, 3, (1, 0, 1, 2), True)]):
    win = window(h, w, kernel, stride, pads, ceil)
    size = {"N": 2, "C": 3, "H": h, "W": w, **win}
    record(f"maxpool{i}", "maxpool", size, {"x": randn(2, 3, h, w)},
           lambda x: F.max_pool2d(padded(x, win, float("-inf")), kernel, stride))
    record(f"avgpool{i}", "avgpool", size, {"x": randn(2, 3, h, w)}, lambda x: avg_pool(x, win))

for i, f in enumerate([torch.relu, torch.tanh, torch.sigmoid]):
    record(f"act{i}", "activation", {"N": 50, "F": i}, {"x": 2 * randn(50)}, f)

logits, labels = 3 * randn(6, 11), torch.tensor([0, 3, 10, 7, 7, 1])
x = logits.clone().requires_grad_(True)
loss = F.cross_entropy(x, labels, reduction="none")
loss.mean().backward()
tensors.update({"softmax0.x": logits, "softmax0.labels": labels.double(), "softmax0.loss": loss,
                "softmax0.probs": F.softmax(logits, 1), "softmax0.dx": x.grad})
cases["softmax0"] = {"kind": "softmax", "N": 6, "C": 11}

write_safetensors("ops.safetensors", tensors, {"cases": json.dumps(cases)})


# ---- a small AlexNet with two towers ----

def philox(counter, key):
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


assert philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)


def fnv1a(text):
    h = 0x811C9DC5
    for byte in text.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return h


def mask(layer, seed, step, rows, cols, keep):
    words = []
    for block in range((rows * cols + 3) // 4):
        words += philox((block, 0, step, fnv1a("dropout/" + layer)), (seed & 0xFFFFFFFF, seed >> 32))
    return torch.tensor([float(w < keep * 2**32) for w in words[:rows * cols]]).reshape(rows, cols)


BATCH, CLASSES, SEED = 6, 7, 0x123456789
RATE, MOMENTUM, DECAY = 0.02, 0.9, 0.0005

shapes = {
    "conv1": (8, 3, 5, 5), "conv2": (12, 4, 5, 5), "conv3": (16, 12, 3, 3), "conv4": (16, 8, 3, 3), "conv5": (12, 8, 3, 3),
    "fc6": (20, 12), "fc7": (16, 20), "fc8": (CLASSES, 16),
}
params = {}
for name, shape in shapes.items():
    fan_in = 1
    for d in shape[1:]:
        fan_in *= d
    params[name + ".weight"] = exact(randn(*shape) * (2.0 / fan_in) ** 0.5)
    params[name + ".bias"] = exact(0.1 * randn(shape[0]))


def ceil_pool(x):
    return F.max_pool2d(padded(x, window(x.shape[2], x.shape[3], 3, 2, (0, 0, 0, 0), True), float("-inf")), 3, 2)


def tower_lrn(x):
    return lrn(x, 5, 0.05, 0.75, 2.0, 2)


def network(p, x, step, train):
    first = window(31, 31, 5, 2, (0, 0, 0, 0), True)
    y = ceil_pool(tower_lrn(torch.relu(conv(x, p["conv1.weight"], p["conv1.bias"], first, 1))))
    y = ceil_pool(tower_lrn(torch.relu(F.conv2d(y, p["conv2.weight"], p["conv2.bias"], padding=2, groups=2))))
    y = torch.relu(F.conv2d(y, p["conv3.weight"], p["conv3.bias"], padding=1))
    y = torch.relu(F.conv2d(y, p["conv4.weight"], p["conv4.bias"], padding=1, groups=2))
    y = torch.relu(F.conv2d(y, p["conv5.weight"], p["conv5.bias"], padding=1, groups=2))
    y = ceil_pool(y).flatten(1)
    y = torch.relu(F.linear(y, p["fc6.weight"], p["fc6.bias"]))
    y = y * mask("drop6", SEED, step, BATCH, 20, 0.5) if train else y * 0.5  # as in the paper
    y = torch.relu(F.linear(y, p["fc7.weight"], p["fc7.bias"]))
    y = y * mask("drop7", SEED, step, BATCH, 16, 0.75) / 0.75 if train else y  # inverted
    return F.linear(y, p["fc8.weight"], p["fc8.bias"])


x = [randn(BATCH, 3, 31, 31) for _ in range(2)]
labels = [torch.randint(0, CLASSES, (BATCH,)) for _ in range(2)]
out = {"x0": x[0], "x1": x[1], "labels0": labels[0].double(), "labels1": labels[1].double()}
out["logits"] = network(params, x[0], 0, False)
velocity = {k: torch.zeros_like(v) for k, v in params.items()}
losses = []
for k, v in params.items():
    out["param/" + k] = v.clone()
for step in range(10):
    leaves = {k: v.clone().requires_grad_(True) for k, v in params.items()}
    image = x[step % 2].clone().requires_grad_(True)
    loss = F.cross_entropy(network(leaves, image, step, True), labels[step % 2])
    loss.backward()
    losses.append(loss.item())
    if step == 0:
        out["dx"] = image.grad
        out["train_logits"] = network(params, x[0], 0, True)
        for k, v in leaves.items():
            out["grad/" + k] = v.grad
    for k in params:
        weight = k.endswith("weight")
        rate, decay = (RATE, DECAY) if weight else (2 * RATE, 0.0)
        velocity[k] = MOMENTUM * velocity[k] - decay * rate * params[k] - rate * leaves[k].grad
        params[k] = params[k] + velocity[k]
out["losses"] = torch.tensor(losses)
for k, v in params.items():
    out["final/" + k] = v
write_safetensors("net.safetensors", out, {"seed": str(SEED), "rate": str(RATE), "momentum": str(MOMENTUM)})
print("losses", ["%.4f" % l for l in losses])
