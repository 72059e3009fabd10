# The front door. `make help` lists what can be done; meson and ninja do the work behind it.
PREFIX ?= /usr/local
BUILD := build

.DEFAULT_GOAL := help
.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the optimised program at build/aex
	@scripts/install-dependencies.sh build
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD)
	@ninja -C $(BUILD) aex

.PHONY: demo
demo: build ## Build, and show what aex does on real tool calls
	@scripts/demo.sh

.PHONY: test
test: ## Build and run every test; `make test ONLY=PATTERN` for some
	@scripts/install-dependencies.sh test
	@tests/run $(ONLY)

.PHONY: bench
bench: ## Measure against a baseline taken in the same run
	@scripts/install-dependencies.sh bench
	@scripts/bench.sh $(ONLY)

.PHONY: fuzz
fuzz: ## Fuzz each target for a minute; or TARGET=name SECONDS=n
	@scripts/install-dependencies.sh fuzz
	@scripts/fuzz.sh "$(TARGET)" "$(SECONDS)"

.PHONY: lint
lint: ## Look for mistakes without running anything
	@scripts/install-dependencies.sh lint
	@scripts/lint.sh

.PHONY: format
format: ## Lay out all C and shell code
	@scripts/install-dependencies.sh format
	@scripts/format.sh

.PHONY: fixtures
fixtures: ## Record the hook inputs of the real agents anew
	@scripts/install-dependencies.sh fixtures
	@node scripts/record-fixtures.mjs

.PHONY: install
install: build ## Install under PREFIX (and DESTDIR), with manual and completions
	@scripts/install.sh $(BUILD)/aex "$(DESTDIR)$(PREFIX)"

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf $(BUILD) build-*
