#!/usr/bin/env bash
# Tandem beside PyTorch on this machine, in one run: the paper's AlexNet, 227
# pixels, trained and classified. The two take turns, so that a busy or a warm
# machine treats both alike; medians and their ratio are printed, and everything
# is kept under bench/results/.
#
#   bench/compare.sh [RUNS] [BATCH] [STEPS]
#
# Needs a built ./tandem (make) and a Python with PyTorch: Debian's python3-torch
# with libopenblas0-pthread, or another one named by PYTHON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs=${1:-3} batch=${2:-32} steps=${3:-3}
python=${PYTHON:-/usr/bin/python3}

[ -x ./tandem ] || { echo "bench/compare.sh: build ./tandem first, with make" >&2; exit 1; }
"$python" -c 'import torch' 2>/dev/null || {
	echo "bench/compare.sh: $python has no torch; install python3-torch and libopenblas0-pthread, or set PYTHON" >&2
	exit 1
}

samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT
for i in $(seq "$runs"); do
	echo "run $i of $runs" >&2
	./tandem bench --net alexnet --recipe caffe --batch "$batch" --steps "$steps" --json >"$samples/tandem-$i.json"
	"$python" bench/torch_alexnet.py --batch "$batch" --steps "$steps" >"$samples/torch-$i.json"
done
"$python" bench/summarize.py "$samples" bench/results
