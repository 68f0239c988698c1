# Tandem. `make` builds the program, `make demo` trains a network with it, and
# `make test` checks everything. Nothing here needs more than Go, make and a C
# compiler. The tests also want what NEEDED lists: on Debian and its relatives it
# gets installed for root, elsewhere tests that miss something are left out.

# The fast kernels need Go 1.27's portable simd package. Where that toolchain
# cannot be had, the same program is built from scalar code.
FAST_GO := go1.27.3
HAVE_FAST := $(shell GOTOOLCHAIN=$(FAST_GO) go version >/dev/null 2>&1 && echo yes)
ifeq ($(HAVE_FAST),yes)
export GOTOOLCHAIN := $(FAST_GO)
export GOEXPERIMENT := simd
# Package simd keeps to emulation on AVX2 processors without a vector form of the
# carry-less multiplication, which nothing here uses; a plus overrides that.
LDFLAGS := -ldflags "-X runtime.godebugDefault=simd=+"
endif
SCALAR := env -u GOTOOLCHAIN -u GOEXPERIMENT
GO := go

# Packages that also run in a browser, and those whose tests run there.
BROWSER := ./engine/tensor ./engine/device ./engine/cpu ./engine/nn ./engine/data ./engine/weights ./engine/viz ./engine/viz/saliency ./engine/viz/survey
WASM := ./engine/tensor ./engine/device/... ./engine/cpu ./engine/nn
# Node refuses a large environment, so the tests in WebAssembly get a small one.
WASM_ENV := env -i HOME="$(HOME)" PATH="$(PATH)" GOTOOLCHAIN="$(GOTOOLCHAIN)" GOEXPERIMENT="$(GOEXPERIMENT)" GOOS=js GOARCH=wasm

.PHONY: build setup toolchain shaders headless test vet test-fast test-scalar test-race test-wasm wasm demo bench clean

build: toolchain
	$(GO) build $(LDFLAGS) -o tandem ./cmd/desktop

toolchain:
	@command -v $(GO) >/dev/null || { echo "Go 1.26 or later is needed: https://go.dev/dl"; exit 1; }
ifneq ($(HAVE_FAST),yes)
	@echo "note: $(FAST_GO) cannot be fetched here, so $$($(GO) env GOVERSION) builds the scalar kernels, which are several times slower"
endif

# What the tests want of a machine besides Go: a command, or the path of a file
# (with a slash; * stands for anything), and Debian's package. The Vulkan tests
# run on two drivers that need no GPU, Mesa's and the one in Chromium, and under
# the validation layer. Silent where all is there.
NEEDED := cc:gcc node:nodejs glslc:glslc spirv-val:spirv-tools \
	/usr/lib/*/libvulkan.so.1:libvulkan1 \
	/usr/include/vulkan/vulkan_core.h:libvulkan-dev \
	/usr/share/vulkan/icd.d/lvp_icd*.json:mesa-vulkan-drivers \
	/usr/lib/chromium*/vk_swiftshader_icd.json:chromium \
	/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json:vulkan-validationlayers

setup:
	@missing=; for n in $(NEEDED); do what=$${n%%:*}; \
		case $$what in \
		*/*) ls $$what >/dev/null 2>&1;; \
		*) command -v $$what >/dev/null;; \
		esac || missing="$$missing $${n##*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing$$missing"; \
		{ apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; } || \
			echo "could not install$$missing: tests that need them fail or are left out"; \
	else \
		echo "please install (Debian's names):$$missing"; \
	fi

# Only for those who change a kernel: what glslc makes is committed.
shaders:
	@cd shaders && $(GO) run ./internal/build

# Without windows, for servers: nothing but the C library is linked, and Vulkan is
# opened where there is one. The tag is not called headless, for vulkan-go has a
# tag of that name, and does not link with it.
headless: toolchain
	CGO_ENABLED=1 $(GO) build $(LDFLAGS) -tags nowindow -o build/tandem-headless ./cmd/desktop
	@echo "build/tandem-headless needs no library but libc, and no display"

# Where apt can bring the drivers, a Vulkan test that finds none has failed.
ifeq ($(shell [ "$$(uname -s)" = Linux ] && command -v apt-get >/dev/null && echo yes),yes)
test: export TANDEM_VULKAN_TESTS ?= required
endif

test: setup toolchain vet test-fast test-scalar test-race test-wasm

vet:
	$(GO) vet ./...
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }

test-fast:
	$(GO) test -timeout 20m ./...

# Vulkan's kernels have no scalar twins, so once is enough for them.
test-scalar:
ifeq ($(HAVE_FAST),yes)
	$(SCALAR) TANDEM_VULKAN_TESTS=none $(GO) test ./...
endif

test-race:
	$(GO) test -race -short ./...

test-wasm: wasm
	@if command -v node >/dev/null; then \
		echo "$(GO) test in WebAssembly $(WASM)"; \
		$(WASM_ENV) $(GO) test -short -exec "bash $$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec" $(WASM); \
	else \
		echo "node is not installed: the tests in WebAssembly are left out"; \
	fi

wasm:
	GOOS=js GOARCH=wasm $(GO) build $(BROWSER)
	@echo "the engine compiles for the browser; the page itself comes later"

# A network that learns while you watch. Every run gets a folder of its own.
demo: build
	@n=1; while [ -e "demo/$$n" ]; do n=$$((n+1)); done; \
	echo "./tandem train --data fashion-mnist --net alexnet-mini --out demo/$$n"; \
	./tandem train --data fashion-mnist --net alexnet-mini --out "demo/$$n"

bench: build
	bench/compare.sh

clean:
	rm -rf tandem build
