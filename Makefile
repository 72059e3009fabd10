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

MANUALS = $(wildcard man/*.[1-8])
BASH_COMPLETION = $(wildcard completions/aex.bash)
ZSH_COMPLETION = $(wildcard completions/_aex)
FISH_COMPLETION = $(wildcard completions/aex.fish)

.PHONY: install
install: build ## Install under PREFIX (and DESTDIR)
	install -D -m 755 $(BUILD)/aex $(DESTDIR)$(PREFIX)/bin/aex
	$(foreach page,$(MANUALS),install -D -m 644 $(page) $(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)) &&) true
	$(if $(BASH_COMPLETION),install -D -m 644 $(BASH_COMPLETION) $(DESTDIR)$(PREFIX)/share/bash-completion/completions/aex)
	$(if $(ZSH_COMPLETION),install -D -m 644 $(ZSH_COMPLETION) $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_aex)
	$(if $(FISH_COMPLETION),install -D -m 644 $(FISH_COMPLETION) $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/aex.fish)

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf $(BUILD) build-*
