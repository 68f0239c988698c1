#!/usr/bin/env python3
"""Medians of what bench/compare.sh measured: prints them, and keeps them with
the single measurements and the facts of the machine.

    summarize.py SAMPLES_FOLDER RESULTS_FOLDER

Or prints what bench/gpu.sh has measured and kept.

    summarize.py --gpu RESULT.json
"""

import datetime
import glob
import json
import os
import platform
import re
import statistics
import subprocess
import sys

FIGURES = {"trained": "images_per_second_trained", "classified": "images_per_second_forward"}


def samples(folder, who):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, who + "-*.json"))):
        with open(path) as f:
            found.append(json.load(f))
    return found


def first_match(path, pattern):
    try:
        with open(path) as f:
            match = re.search(pattern, f.read(), re.M)
    except OSError:
        return None
    return match.group(1) if match else None


def commit():
    try:
        done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() or None


def machine():
    blas = os.path.realpath("/etc/alternatives/libblas.so.3-" + platform.machine() + "-linux-gnu")
    return {
        "processor": first_match("/proc/cpuinfo", r"^model name\s*: (.*)$") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_kib": int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0),
        "system": platform.platform(),
        "python": platform.python_version(),
        "blas": blas if os.path.exists(blas) else None,
        "load": os.getloadavg()[0],
        "commit": commit(),
    }


# What cards can do at most, by a part of their name: fp32 operations a second
# outside of tensor cores, and bytes a second of their memory.
CARDS = {"H100": (67e12, 3.35e12), "H200": (67e12, 4.8e12)}


def print_gpu(path):
    with open(path) as f:
        r = json.load(f)
    ours = r["tandem"][0]
    for d in ours["devices"]:
        print(f"{d['id']}: {d['name']}, {d['driver']}")
    for p in (line for size in r["sgemm"] for line in size):
        print(f"sgemm {p['sgemm']} on {p['device']['id']}: {p['gflops']:.1f} GFLOP/s")
    print_rates(ours, r["torch"])
    print_layers(ours)


def print_rates(ours, theirs):
    print(f"\n{'images/s, batch ' + str(ours['batch']):32}{'trained':>10}{'ratio':>8}{'classified':>12}{'ratio':>8}")
    for name, s in [("tandem, fp32", ours)] + [("PyTorch, " + t["precision"], t) for t in theirs]:
        print_rate(name, s, ours, "")
        if "images_per_second_trained_without_copy" in s and s["on"] != "cpu":
            print_rate("  images there already", s, ours, "_without_copy")


def print_rate(name, s, ours, suffix):
    a, b = (s["images_per_second_" + kind + suffix] for kind in ("trained", "forward"))
    print(f"{name:32}{a:10.1f}{ours['images_per_second_trained'] / a:8.2f}{b:12.1f}{ours['images_per_second_forward'] / b:8.2f}")


def print_layers(ours):
    card = next((limits for part, limits in CARDS.items() if part in ours["devices"][0]["name"]), None)
    print(f"\n{'ms':12}{'forward':>10}{'GFLOP/s':>10}{'backward':>10}{'GFLOP/s':>10}" + ("     floors of both" if card else ""))
    for l in ours["layers"]:
        row = f"{l['name']:12}"
        floors = ""
        for kind in ("forward", "backward"):
            ms, gflops = l[kind + "_ms"], l.get(kind + "_gflops", 0)
            row += f"{ms:10.3f}" + (f"{gflops:10.0f}" if gflops else " " * 10)
            if card and gflops:
                floors += f"{1e12 * ms * gflops / 1e3 / card[0]:10.3f}"
        print((row + floors).rstrip())
    c = ours["per_step"]
    print(f"\na step: {c['dispatches']:.0f} dispatches, {c['barriers']:.0f} barriers, {c['submits']:.0f} submits, "
          f"{c['native_calls']:.0f} calls into C, {ours['go_allocations_per_step']:.1f} Go allocations")


def main():
    if sys.argv[1:2] == ["--gpu"]:
        print_gpu(sys.argv[2])
        return
    folder, results = sys.argv[1:]
    ours, theirs = samples(folder, "tandem"), samples(folder, "torch")
    result = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
              "machine": machine(), "tandem": ours, "torch": theirs}
    print(f"{'images/s':12}{'tandem':>10}{'torch':>10}{'ratio':>8}   (medians of {len(ours)} runs, batch {ours[0]['batch']})")
    for name, key in FIGURES.items():
        a = statistics.median(s[key] for s in ours)
        b = statistics.median(s[key] for s in theirs)
        result[name] = {"tandem": a, "torch": b, "ratio": a / b}
        print(f"{name:12}{a:10.2f}{b:10.2f}{a / b:8.2f}")
    print(f"peak memory of tandem: {max(s['peak_bytes'] for s in ours) / 2**30:.2f} GiB")
    os.makedirs(results, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", str(result["machine"]["processor"]).lower()).strip("-")
    path = os.path.join(results, f"alexnet-{slug}-{result['date'][:10]}.json")
    with open(path, "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")
    print("kept in", path)


if __name__ == "__main__":
    main()
