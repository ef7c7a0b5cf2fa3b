# One command per intent; Meson does the work. `make help` lists the intents.
# On Debian 12 every target installs the packages that it lacks and asks nothing.

BUILD ?= build
PREFIX ?= /usr/local
TARGET ?=
TIME ?= 60

.PHONY: all help demo check check-full bench install format tidy fuzz clean

all: ## build the library and the program (build/src/hpm)
	@tools/install-deps build test
	@tools/build $(BUILD)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: all ## print margin reports of the sample accounts
	@tools/demo $(BUILD)/src/hpm

check: ## build and test (under 3 minutes on two cores)
	@tools/install-deps build test
	@tools/check $(BUILD)

check-full: ## lint, same-bits matrix, sanitizers, fuzz smoke, install test, pages in a browser
	@tools/install-deps build test lint full web
	@tools/check-full

bench: ## benchmarks beside QuantLib, numpy and scipy, pinned to one core
	@tools/install-deps build test bench
	@tools/bench

install: all ## install under PREFIX (default /usr/local); honours DESTDIR
	meson configure $(BUILD) -Dprefix=$(PREFIX)
	meson install -C $(BUILD)
	@if [ -z "$$DESTDIR" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

format: ## format the C and C++ files in place
	@tools/install-deps lint
	git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format -i

tidy: ## clang-format (check only), clang-tidy and cppcheck
	@tools/install-deps build test lint full
	@tools/stages/lint

fuzz: ## fuzz: make fuzz TARGET=market TIME=600; every target if none is named
	@tools/install-deps build test full
	@tools/stages/fuzz $(TIME) $(TARGET)

clean: ## remove everything that was built
	rm -rf $(BUILD) build-*
