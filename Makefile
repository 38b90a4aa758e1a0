# Targets that people and CI call. Everything is built in release mode and
# CARGO_TARGET_DIR is honoured.

CARGO ?= cargo
OUT ?= out/demo
PREFIX ?= /usr/local
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system
TARGET = $(or $(CARGO_TARGET_DIR),target)
PROVHA = $(TARGET)/release/provha
# Test binaries that run at the same time: most of them wait for daemons.
JOBS ?= 2
# Seconds for each fuzz target.
FUZZ_SECONDS ?= 3600

.PHONY: all demo test lint deny pages bench drill fuzz install packages package \
  package-test pair-test help

all: ## build the program
	$(CARGO) build --release --locked

demo: all ## the main job on a sample network, below out/demo
	$(PROVHA) demo --out $(OUT)

packages: ## install the Debian packages that the tests need (root)
	./tests/packages.sh

test: packages ## all tests: real daemons, real database
	CARGO="$(CARGO)" tools/run-tests.py --jobs $(JOBS) --release --locked

lint: ## formatting, clippy, documentation, dependencies (with cargo-deny where it is installed)
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps
	@if ! $(CARGO) deny --version >/dev/null 2>&1; then \
	  echo "cargo-deny is not installed: licences, versions and sources are checked by tests/dependencies.rs"; \
	elif ! $(CARGO) metadata --offline --locked --format-version 1 >/dev/null 2>&1 \
	  && ! $(CARGO) fetch --quiet --locked 2>/dev/null; then \
	  echo "cargo-deny reads crates of other platforms too; they are not here and cannot be fetched: tests/dependencies.rs checks those of this one"; \
	else set -x; $(CARGO) deny --locked --offline check licenses bans sources; fi

deny: ## licences, duplicates, sources, advisories of dependencies (cargo install cargo-deny)
	$(CARGO) deny --locked check

pages: ## man/, completions/, docs/json/, golden screens anew, after options or keys changed
	SNAPSHOTS=overwrite PROVHA_PAGES=write $(CARGO) test --release --locked --test all -- transcripts::pages transcripts::golden transcripts::screens

bench: packages all ## speed, as ratios to a floor in the same run
	$(CARGO) bench --locked --bench docsis
	$(CARGO) build --release --locked --example write_loop
	./benches/fleet.py $(PROVHA) $(TARGET)/release/examples/write_loop
	./benches/look.py $(PROVHA)
	./benches/engines.py $(PROVHA)

drill: packages ## the long drills: hundreds of kills, the failover pair
	PROVHA_DRILL=1 $(CARGO) test --release --locked -- --nocapture

fuzz: ## every fuzz target for FUZZ_SECONDS
	FUZZ_SECONDS=$(FUZZ_SECONDS) ./fuzz/run.sh

install: all ## program, man pages, completions, systemd units (none is enabled)
	install -D -m 0755 $(PROVHA) $(DESTDIR)$(PREFIX)/bin/provha
	$(PROVHA) man --out $(DESTDIR)$(PREFIX)/share/man
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(PROVHA) completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/provha
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(PROVHA) completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_provha
	$(PROVHA) completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/provha.fish
	install -d $(DESTDIR)$(UNITDIR)
	for unit in packaging/systemd/*; do \
	  sed 's#/usr/bin/provha#$(PREFIX)/bin/provha#' $$unit > $(DESTDIR)$(UNITDIR)/$${unit##*/}; \
	done

package: all ## .deb (below target/debian) and .rpm (below target/generate-rpm)
	$(CARGO) deb --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-deb
	$(CARGO) generate-rpm --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-generate-rpm
	$(CARGO) deb --locked --no-build
	$(CARGO) generate-rpm $(if $(CARGO_TARGET_DIR),--target-dir $(CARGO_TARGET_DIR))

package-test: package packages ## lintian; install, upgrade and remove the .deb in a clean Debian (root, debootstrap)
	./tools/package-test.sh $(TARGET)

pair-test: package ## two bare Debian machines become a pair from the .deb, and go back (root, debootstrap)
	./tools/pair-test.sh $$(ls -t $(TARGET)/debian/provha_*.deb | head -1) $(PROVHA)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
