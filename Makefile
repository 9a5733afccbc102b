# Every target is one script in scripts/, so that everything also works without make.
.DEFAULT_GOAL := help
.PHONY: help run build model image kernel test chaos soak bench fuzz sanitize lint fmt clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  \033[1mmake %-9s\033[0m %s\n", $$1, $$2 }' Makefile

run: ## Build everything, start a VM named demo and compute something in it
	@scripts/run

build: ## Compile the programs into build/bin
	@scripts/build

image: ## Make the kernel and root file system of the VMs
	@scripts/image

kernel: ## Make only the guest kernel
	@scripts/install-packages image
	@vm-images/kernel/build

test: ## Run the unit tests, then the integration tests on real VMs
	@scripts/test

chaos: ## Kill the ledger in CHAOS_LEDGER_SEEDS (100) storms, and the supervisor at CHAOS_ROUNDS (50) moments
	@scripts/chaos

soak: ## Work with VMs for SOAK_MINUTES (60): nothing may grow, nothing may be left
	@scripts/soak

bench: ## Measure, against peers on this machine; writes docs/benchmarks.md
	@scripts/bench

fuzz: ## Run each fuzz target for FUZZ_SECONDS (60)
	@scripts/fuzz

sanitize: ## Run the unit tests under ThreadSanitizer and AddressSanitizer
	@scripts/sanitize

model: ## Train the task router again, from the generator to the scores
	@scripts/train-model

lint: ## Check formatting, file sizes, scripts and the dependency list
	@scripts/lint

fmt: ## Format all Swift files
	@scripts/fmt

clean: ## Remove what was built in this checkout (caches and VMs stay)
	@rm -rf .build build
