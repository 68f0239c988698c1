#!/usr/bin/env python3
"""The rival: the paper's AlexNet in PyTorch, trained on random images.

Two groups, local response normalization, dropout; 227-pixel images; forward,
backward and one SGD step with momentum and weight decay. Prints JSON. Debian's
python3-torch will do; nothing is downloaded.

On a GPU a step copies its images there first, from pinned memory, as Tandem's
does; how fast it is without that is printed, too. --precision chooses between
fp32 (no TF32 anywhere), tf32, and amp (float16 where autocast puts it, with a
gradient scaler).
"""

import argparse
import json
import os
import statistics
import time

import torch
from torch import nn


def alexnet(classes=1000):
    def lrn():
        return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(inplace=True), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(inplace=True), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(inplace=True),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5),
        nn.Linear(4096, classes),
    )


class Trainer:
    """A network with a batch to train it on."""

    def __init__(self, device, batch, precision):
        self.device, self.amp = torch.device(device), precision == "amp"
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.benchmark = True  # the fastest of cuDNN's kernels
        torch.manual_seed(1)
        self.net = alexnet().to(self.device)
        self.sgd = torch.optim.SGD(self.net.parameters(), lr=1e-6, momentum=0.9, weight_decay=0.0005)
        self.scaler = torch.cuda.amp.GradScaler(enabled=self.amp)
        self.loss = nn.CrossEntropyLoss()
        self.host = (50 * torch.randn(batch, 3, 227, 227), torch.zeros(batch, dtype=torch.long))
        if self.device.type == "cuda":
            self.host = tuple(t.pin_memory() for t in self.host)
        self.there = tuple(t.to(self.device) for t in self.host)

    def load(self):
        return tuple(t.to(self.device, non_blocking=True) for t in self.host)

    def autocast(self):
        return torch.autocast(self.device.type, dtype=torch.float16 if self.amp else None, enabled=self.amp)

    def step(self, batch):
        images, labels = batch
        self.sgd.zero_grad()
        with self.autocast():
            loss = self.loss(self.net(images), labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.sgd)
        self.scaler.update()

    def forward(self, batch):
        with torch.no_grad(), self.autocast():
            self.net(batch[0])

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def timed(self, work, steps):
        for _ in range(3 if self.device.type == "cuda" else 1):
            work()  # allocates and chooses kernels, and is not measured
        times = []
        for _ in range(steps):
            self.wait()
            began = time.perf_counter()
            work()
            self.wait()
            times.append(1000 * (time.perf_counter() - began))
        return times

    def measure(self, work, steps):
        """Milliseconds with the copy to the device, and without."""
        there = self.timed(lambda: work(self.there), steps)
        return (there if self.device.type == "cpu" else self.timed(lambda: work(self.load()), steps)), there


def name_of(device):
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--precision", choices=["fp32", "tf32", "amp"], default="fp32")
    args = parser.parse_args()
    if args.device == "cpu" and args.precision != "fp32":
        parser.error("--precision %s is for CUDA devices" % args.precision)

    torch.set_num_threads(len(os.sched_getaffinity(0)))  # some builds start with one
    t = Trainer(args.device, args.batch, args.precision)
    t.net.train()
    step_ms, step_there = t.measure(t.step, args.steps)
    t.net.eval()
    forward_ms, forward_there = t.measure(t.forward, args.steps)

    def rate(ms):
        return 1000 * args.batch / statistics.median(ms)

    print(json.dumps({
        "network": "alexnet", "batch": args.batch, "parameters": sum(p.numel() for p in t.net.parameters()),
        "device": "torch " + torch.__version__, "on": args.device, "gpu": name_of(args.device),
        "cuda": torch.version.cuda, "precision": args.precision, "threads": torch.get_num_threads(),
        "images_per_second_trained": rate(step_ms), "images_per_second_forward": rate(forward_ms),
        "images_per_second_trained_without_copy": rate(step_there),
        "images_per_second_forward_without_copy": rate(forward_there),
        "step_ms": step_ms, "forward_ms": forward_ms,
    }))


if __name__ == "__main__":
    main()
