"""Writes golden.safetensors, the PyTorch results that golden_test.go holds the
backward views against, on the network of net.json.

Needs Debian's python3-torch; run it in this folder: python3 golden.py
Everything is computed in float64 and stored as float32. The rules of rectified
units are autograd functions, so the way back is PyTorch's own.
"""

import json
import struct

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20131112)
BATCH = 2


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


def randn(*shape):
    """Numbers that float32 can hold, so that both sides start alike."""
    return torch.randn(*shape).to(torch.float32).to(torch.float64)


class DeconvReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dy):
        return dy.clamp(min=0)


class GuidedReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dy):
        x, = ctx.saved_tensors
        return dy.clamp(min=0) * (x > 0)


def lrn(x, size, alpha, k):
    """PyTorch divides alpha by the size; channels are in two groups."""
    return torch.cat([F.local_response_norm(g, size, alpha * size, 0.75, k) for g in x.chunk(2, 1)], 1)


class Unchanged(torch.autograd.Function):
    """Normalizes on the way up and does nothing on the way back."""

    @staticmethod
    def forward(ctx, x, size, alpha, k):
        return lrn(x, size, alpha, k)

    @staticmethod
    def backward(ctx, dy):
        return dy, None, None, None


RULES = {"gradient": (torch.relu, lrn), "deconvolution": (DeconvReLU.apply, Unchanged.apply), "guided": (GuidedReLU.apply, lrn)}

shapes = {"conv1": (8, 3, 5, 5), "conv2": (12, 4, 3, 3), "conv3": (16, 12, 3, 3), "conv4": (12, 8, 3, 3), "fc5": (20, 24), "fc6": (5, 20)}
params = {}
for name, shape in shapes.items():
    fan_in = torch.Size(shape[1:]).numel()
    params[name + ".weight"] = (randn(*shape) * (2 / fan_in) ** 0.5).to(torch.float32).to(torch.float64)
    params[name + ".bias"] = (0.1 * randn(shape[0])).to(torch.float32).to(torch.float64)


def network(x, rule):
    """Returns the output of every layer; dropout keeps half, as the paper's test."""
    relu, norm = RULES[rule]
    out = {}

    def conv(name, x, **how):
        out[name] = F.conv2d(x, params[name + ".weight"], params[name + ".bias"], **how)
        out["relu" + name[-1]] = relu(out[name])
        return out["relu" + name[-1]]

    y = conv("conv1", x, stride=2)
    out["pool1"] = F.max_pool2d(norm(y, 3, 0.2, 2.0), 3, 2, ceil_mode=True)
    y = conv("conv2", out["pool1"], padding=1, groups=2)
    out["pool2"] = F.max_pool2d(norm(y, 5, 0.1, 1.0), 3, 2, ceil_mode=True)
    y = conv("conv4", conv("conv3", out["pool2"], padding=1), padding=1, groups=2)
    out["relu5"] = relu(F.linear(y.flatten(1), params["fc5.weight"], params["fc5.bias"]))
    out["fc6"] = F.linear(0.5 * out["relu5"], params["fc6.weight"], params["fc6.bias"])
    return out


class Silent(Exception):
    """A unit that an image leaves off, or that has no clear strongest place."""


def places(y, place):
    """A mask of what counts: the largest position, all, or [column, row]."""
    mask = torch.zeros_like(y)
    for i in range(len(y)):
        if place == "everywhere":
            mask[i] = 1
        elif place == "strongest":
            best = y[i].flatten().sort(descending=True).values
            if best[0] <= 0 or len(best) > 1 and best[0] - best[1] < 1e-3:
                raise Silent()
            mask[i].view(-1)[y[i].argmax()] = 1
        else:
            mask[i, place[1], place[0]] = 1
    return mask


def back(layer, channel, place, rule):
    leaf = x.clone().requires_grad_(True)
    y = network(leaf, rule)[layer]
    seed = torch.zeros_like(y)
    seed[:, channel] = places(y[:, channel].detach(), place)
    if rule == "deconvolution":
        seed *= y.detach()
    y.backward(seed)
    if not all(g.abs().max() > 1e-3 for g in leaf.grad):
        raise Silent()
    return leaf.grad


def first_telling(layer, channel, place):
    """The results of the first channel from there on of which every rule sends something back."""
    while True:
        try:
            return channel, {rule: back(layer, channel, place, rule) for rule in RULES}
        except Silent:
            channel += 1


x = randn(BATCH, 3, 19, 17)
CASES = [("conv1", 2, "strongest"), ("pool1", 3, "strongest"), ("relu2", 7, "everywhere"), ("relu3", 5, [0, 1]),
         ("relu4", 6, "strongest"), ("relu5", 4, "strongest"), ("fc6", 1, "everywhere")]
tensors, cases = {"x": x}, []
for name, p in params.items():
    tensors["param/" + name] = p
for layer, channel, place in CASES:
    channel, results = first_telling(layer, channel, place)
    cases.append({"layer": layer, "channel": channel, "place": place})
    for rule, g in results.items():
        tensors[layer + "." + rule] = g

classes = [3, 0]
leaf = x.clone().requires_grad_(True)
logits = network(leaf, "gradient")["fc6"]
(logits[0, classes[0]] + logits[1, classes[1]]).backward()
tensors["logits"] = logits
tensors["class_saliency"] = leaf.grad.abs().max(1).values
tensors["times_input"] = tensors["fc6.gradient"] * x
print(cases)
write_safetensors("golden.safetensors", tensors, {"cases": json.dumps(cases), "classes": json.dumps(classes)})
