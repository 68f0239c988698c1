#!/usr/bin/env python3
"""The rival: the paper's AlexNet in PyTorch, trained on random images.

Two groups, local response normalization, dropout; 227-pixel images; forward,
backward and one SGD step with momentum and weight decay. Prints JSON. Debian's
python3-torch will do; nothing is downloaded.
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


def timed(work, steps):
    work()  # allocates, and is not measured
    times = []
    for _ in range(steps):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=3)
    args = parser.parse_args()

    torch.set_num_threads(len(os.sched_getaffinity(0)))  # some builds start with one
    torch.manual_seed(1)
    net = alexnet()
    parameters = sum(p.numel() for p in net.parameters())
    sgd = torch.optim.SGD(net.parameters(), lr=1e-6, momentum=0.9, weight_decay=0.0005)
    loss = nn.CrossEntropyLoss()
    images = 50 * torch.randn(args.batch, 3, 227, 227)
    labels = torch.zeros(args.batch, dtype=torch.long)

    def step():
        sgd.zero_grad()
        loss(net(images), labels).backward()
        sgd.step()

    def forward():
        with torch.no_grad():
            net(images)

    net.train()
    step_ms = timed(step, args.steps)
    net.eval()
    forward_ms = timed(forward, args.steps)
    print(json.dumps({
        "network": "alexnet", "batch": args.batch, "parameters": parameters,
        "device": "torch " + torch.__version__, "threads": torch.get_num_threads(),
        "images_per_second_trained": 1000 * args.batch / statistics.median(step_ms),
        "images_per_second_forward": 1000 * args.batch / statistics.median(forward_ms),
        "step_ms": step_ms, "forward_ms": forward_ms,
    }))


if __name__ == "__main__":
    main()
