# Tandem. `make` builds the program, `make demo` trains a network with it, and
# `make test` checks everything. Nothing here needs more than Go, make and a C
# compiler. GLFW also wants X11's headers, and the tests what TESTED_WITH lists: on
# Debian and its relatives that gets installed for root, elsewhere GLFW and the
# tests that miss something are left out.

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

# GLFW is C code, and ours to link on Linux only. x11 succeeds if that can work;
# it is asked anew at each use, for packages are installed meanwhile.
X11_HEADERS := X11/Xlib.h X11/Xcursor/Xcursor.h X11/extensions/Xrandr.h X11/extensions/Xinerama.h X11/extensions/XInput2.h GL/glx.h
X11_LIBRARIES := GL X11 Xrandr Xxf86vm Xi Xcursor Xinerama
x11 = { [ "$$(uname -s)" != Linux ] || echo 'int main(void) { return 0; }' | \
	$$(go env CC) $(X11_HEADERS:%=-include %) -x c - -o /dev/null $(X11_LIBRARIES:%=-l%) 2>/dev/null; }
GO = $(shell $(x11) || echo env GOFLAGS=-tags=noglfw) go

# Packages that also run in a browser, and those whose tests run there.
BROWSER := ./engine/tensor ./engine/device ./engine/cpu ./engine/nn ./engine/data ./engine/weights ./engine/viz ./engine/viz/saliency ./engine/viz/survey \
	./engine/train/... ./cmd/internal/scene ./cmd/internal/lab ./cmd/internal/live ./cmd/internal/viewer/...
WASM := ./engine/tensor ./engine/device/... ./engine/cpu ./engine/nn
# Node refuses a large environment, so the tests in WebAssembly get a small one.
WASM_ENV := env -i HOME="$(HOME)" PATH="$(PATH)" GOTOOLCHAIN="$(GOTOOLCHAIN)" GOEXPERIMENT="$(GOEXPERIMENT)" GOOS=js GOARCH=wasm

.PHONY: build setup toolchain x11 shaders headless test vet test-fast test-scalar test-race test-wasm wasm demo bench clean

build: toolchain x11
	$(GO) build $(LDFLAGS) -o tandem ./cmd/desktop

toolchain:
	@command -v go >/dev/null || { echo "Go 1.26 or later is needed: https://go.dev/dl"; exit 1; }
ifneq ($(HAVE_FAST),yes)
	@echo "note: $(FAST_GO) cannot be fetched here, so $$($(GO) env GOVERSION) builds the scalar kernels, which are several times slower"
endif

# What is wanted of a machine besides Go: a command, or the path of a file (with a
# slash; * stands for anything), and Debian's package.
BUILT_WITH := cc:gcc /usr/include/stdlib.h:libc6-dev \
	/usr/include/X11/Xlib.h:libx11-dev \
	/usr/include/X11/Xcursor/Xcursor.h:libxcursor-dev \
	/usr/include/X11/extensions/Xrandr.h:libxrandr-dev \
	/usr/include/X11/extensions/Xinerama.h:libxinerama-dev \
	/usr/include/X11/extensions/XInput2.h:libxi-dev \
	/usr/lib/*/libXxf86vm.so:libxxf86vm-dev \
	/usr/include/GL/glx.h:libgl-dev
# The Vulkan tests run on two drivers that need no GPU, Mesa's and the one in
# Chromium, and under the validation layer; the window's tests on an X server
# without a screen, where Mesa draws. The libraries of X11 that ebiten opens come
# with the headers above.
TESTED_WITH := node:nodejs glslc:glslc spirv-val:spirv-tools \
	/usr/lib/*/libvulkan.so.1:libvulkan1 \
	/usr/include/vulkan/vulkan_core.h:libvulkan-dev \
	/usr/share/vulkan/icd.d/lvp_icd*.json:mesa-vulkan-drivers \
	/usr/lib/chromium*/vk_swiftshader_icd.json:chromium \
	/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json:vulkan-validationlayers \
	Xvfb:xvfb xclip:xclip \
	/usr/lib/*/libGL.so.1:libgl1 \
	/usr/lib/*/dri/swrast_dri.so:libgl1-mesa-dri

# install gets what is missing of such a list. Silent where all is there.
install = missing=; for n in $(1); do what=$${n%%:*}; \
		case $$what in \
		*/*) ls $$what >/dev/null 2>&1;; \
		*) command -v $$what >/dev/null;; \
		esac || missing="$$missing $${n\#\#*:}"; \
	done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing$$missing"; \
		{ apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; } || \
			echo "could not install$$missing: $(2)"; \
	else \
		echo "please install (Debian's names):$$missing"; \
	fi

setup: x11
	@$(call install,$(TESTED_WITH),tests that need them fail or are left out)

x11:
	@$(x11) || { $(call install,$(BUILT_WITH),there is a way without them); }
	@$(x11) || echo "note: X11's headers or a C compiler are missing, so GLFW is left out: no facts about monitors"

# Only for those who change a kernel: what glslc makes is committed.
shaders:
	@cd shaders && $(GO) run ./internal/build

# Without windows, for servers: nothing but the C library is linked, and Vulkan is
# opened where there is one. The tag is not called headless, for vulkan-go has a
# tag of that name, and does not link with it.
headless: toolchain
	CGO_ENABLED=1 $(GO) build $(LDFLAGS) -tags nowindow -o build/tandem-headless ./cmd/desktop
	@echo "build/tandem-headless needs no library but libc, and no display"

# Where apt can bring drivers and X server, a test that finds none has failed.
ifeq ($(shell [ "$$(uname -s)" = Linux ] && command -v apt-get >/dev/null && echo yes),yes)
test: export TANDEM_VULKAN_TESTS ?= required
test: export TANDEM_WINDOW_TESTS ?= required
endif

test: setup toolchain vet test-fast test-scalar test-race test-wasm

vet:
	$(GO) vet ./...
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }

test-fast:
	$(GO) test -timeout 20m ./...

# Neither Vulkan's kernels nor the window have scalar twins: once is enough for them.
test-scalar:
ifeq ($(HAVE_FAST),yes)
	$(SCALAR) TANDEM_VULKAN_TESTS=none TANDEM_WINDOW_TESTS=none $(GO) test ./...
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
# Without a display the program says so, and trains all the same.
demo: build
	@n=1; while [ -e "demo/$$n" ]; do n=$$((n+1)); done; \
	echo "./tandem --out demo/$$n"; \
	./tandem --out "demo/$$n"

bench: build
	bench/compare.sh

clean:
	rm -rf tandem build
