#!/usr/bin/env bash
# Tandem on the GPUs of this machine, and PyTorch on the same ones in the same
# run, where it is installed: every operation checked, then the paper's AlexNet,
# 227 pixels, trained and classified. Everything is kept in one file, by device
# and date, under bench/results/.
#
#   bench/gpu.sh BINARY [--device DEV[,DEV]] [--batch 128] [--steps 20] [--torch DEVICE] [--out FOLDER]
#
# BINARY is a headless tandem (make headless), which needs no library but libc,
# Vulkan's loader and the GPU's driver. A machine without the loader takes it
# from a folder, into which Debian's package was unpacked:
#
#   apt-get download libvulkan1 && dpkg -x libvulkan1_*.deb loader
#   LOADER=loader/usr/lib/x86_64-linux-gnu bench/gpu.sh build/tandem-headless
#
# PYTHON names another Python than python3. --torch cpu rehearses without a GPU.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { echo "bench/gpu.sh: $*" >&2; exit 1; }
note() { echo "$*" >&2; }

[ $# -ge 1 ] || fail "which program? bench/gpu.sh build/tandem-headless"
tandem=$(realpath "$1"); shift
[ -x "$tandem" ] || fail "$tandem is no program; make headless builds it"
device=auto batch=128 steps=20 torch=cuda out=$here/results python=${PYTHON:-python3}
while [ $# -gt 0 ]; do
	[ $# -ge 2 ] || fail "$1 needs a value"
	case $1 in
	--device) device=$2 ;;
	--batch) batch=$2 ;;
	--steps) steps=$2 ;;
	--torch) torch=$2 ;;
	--out) out=$2 ;;
	*) fail "what is $1 for?" ;;
	esac
	shift 2
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -z "${LOADER:-}" ] || export LD_LIBRARY_PATH="$LOADER${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# Containers get NVIDIA's libraries without the manifest that leads Vulkan to
# them. Either library is a driver; the second one does without X.
lead_to_nvidia() {
	[ -z "${VK_DRIVER_FILES:-}" ] || return 0
	command -v nvidia-smi >/dev/null || return 0
	"$tandem" devices --json 2>/dev/null | grep -q '"vendor": "NVIDIA' && return 0
	for library in libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
		printf '{"file_format_version": "1.0.0", "ICD": {"library_path": "%s", "api_version": "1.3.0"}}\n' $library >"$work/nvidia.json"
		export VK_DRIVER_FILES=$work/nvidia.json VK_ICD_FILENAMES=$work/nvidia.json
		"$tandem" devices --json 2>/dev/null | grep -q '"vendor": "NVIDIA' && return 0
	done
	unset VK_DRIVER_FILES VK_ICD_FILENAMES
	note "there is an NVIDIA GPU, but Vulkan does not find it: a container needs NVIDIA_DRIVER_CAPABILITIES=all"
}
lead_to_nvidia

"$tandem" devices >&2
note; note "checking every operation on $device"
verdict=passed
"$tandem" doctor --device "$device" --json >"$work/doctor.json" || verdict=FAILED
note "doctor: $verdict"

note "products of matrices"
sizes="512 1024 2048 4096"
[ "$torch" != cpu ] || sizes=256
products=()
for n in $sizes; do
	"$tandem" bench --device "$device" --sgemm "$n" --json >"$work/sgemm-$n.json"
	products+=("$work/sgemm-$n.json")
done
note "training alexnet, batch $batch, $steps steps"
case $device in
*,*) recipe=paper ;; # Caffe's normalizes across the towers, so it cannot be split
*) recipe=caffe ;; # 227 pixels, as PyTorch's
esac
"$tandem" bench --device "$device" --net alexnet --recipe "$recipe" --batch "$batch" --steps "$steps" --trace "$work/trace.json" --json >"$work/tandem.json"

rivals=()
rival() {
	note "PyTorch on $torch, $1"
	if "$python" "$here/torch_alexnet.py" --device "$torch" --precision "$1" --batch "$batch" --steps "$steps" >"$work/torch-$1.json" 2>"$work/torch-$1.txt"; then
		rivals+=("$work/torch-$1.json")
	else
		note "PyTorch failed: $(tail -n 1 "$work/torch-$1.txt")"
	fi
}
if "$python" -c 'import torch, sys; sys.exit(not (sys.argv[1] == "cpu" or torch.cuda.is_available()))' "$torch" 2>/dev/null; then
	rival fp32
	if [ "$torch" != cpu ]; then rival tf32; rival amp; fi
else
	note "$python has no torch for $torch, so Tandem is measured alone"
fi

# One JSON file out of several, without any program to do it.
list() {
	local between=
	for file in "$@"; do printf '%s' "$between"; cat "$file"; between=,; done
}
slug=$(sed -n 's/^ *"name": "\(.*\)",*$/\1/p' "${products[0]}" | head -n 1 | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9\n' - | sed 's/^-//; s/-$//')
mkdir -p "$out"
result=$out/alexnet-gpu-$slug-$(date -u +%F).json
{
	printf '{"date": "%s", "system": "%s", "nvidia_smi": "%s",\n' "$(date -u +%FT%TZ)" "$(uname -srm)" \
		"$(nvidia-smi --query-gpu=name,driver_version,power.limit,clocks.max.sm --format=csv,noheader 2>/dev/null | tr '\n' ';')"
	printf '"doctor": '; cat "$work/doctor.json"
	printf ',\n"sgemm": ['; list "${products[@]}"
	printf '],\n"tandem": ['; cat "$work/tandem.json"
	printf '],\n"torch": ['; list ${rivals[@]+"${rivals[@]}"}
	printf ']}\n'
} >"$result"
cp "$work/trace.json" "${result%.json}-trace.json"

if "$python" -c '' 2>/dev/null; then "$python" "$here/summarize.py" --gpu "$result"; fi
note "kept in $result, and the timeline of a step beside it"
[ $verdict = passed ] || fail "doctor found mistakes on $device: see \"failures\" in $result"
