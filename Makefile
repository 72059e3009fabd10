# The front door. `make help` lists what can be done.
.PHONY: build
build: ## Build the optimised program at build/aex
	@test -f build/build.ninja || meson setup build
	@ninja -C build
