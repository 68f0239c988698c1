#!/usr/bin/env python3
"""Medians of what bench/compare.sh measured: prints them, and keeps them with
the single measurements and the facts of the machine.

    summarize.py SAMPLES_FOLDER RESULTS_FOLDER
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


def main():
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
