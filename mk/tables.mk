# SPDX-License-Identifier: GPL-2.0
#
# The tables of the README files, and the results that they are made from.

RESULTS := tests/bench/results
READMES := README.md guest/README.md host/README.md tests/README.md

# What is measured for the tables, in this order, and how; lists of scenarios as in tests/bench/figures.c
FIGURES := yield lock exits handover cyclic yield-flat stress
all_scenarios := 1vm-1x,1vm-2x,1vm-4x,2vm-2x,1vm-1burn,1vm-2burn,1vm-2x-1burn
crowded := 1vm-4x,2vm-2x,1vm-1burn,1vm-2burn
FIGURE_yield := PROFILES=base,off,unfolded,on SCENARIO=$(all_scenarios) WINDOWS=3
FIGURE_yield-flat := PROFILES=base,off,unfolded,on SCENARIO=$(crowded) LAYOUT=flat WINDOWS=3
FIGURE_lock := PROFILES=base,off,on SCENARIO=$(all_scenarios) WINDOWS=3
FIGURE_exits := PROFILES=off,on WINDOWS=3 LAB=auto
FIGURE_handover := PROFILES=native,tas,base,off,on SCENARIO=1vm-1x WINDOWS=3
FIGURE_stress := PROFILES=base,off,on SCENARIO=1vm-1x,1vm-2x,1vm-4x WINDOWS=3
FIGURE_cyclic := PROFILES=base,off,on SCENARIO=1vm-1x,1vm-2x WINDOWS=5
# The benchmark, where it has another name, and the results that it leaves
BENCH_yield-flat := yield
bench_of = $(or $(BENCH_$(1)),$(1))
FILES_exits := exits-bochs exits-icount
files_of = $(or $(FILES_$(1)),$(1))

# The commit that is measured. Results and README files are no part of it: storing
# the first ones must not change what the next ones are of.
measured = $(shell git -C $(TOP) describe --always)
changed = $(shell git -C $(TOP) status --porcelain -- . ':!$(RESULTS)' ':!*README.md')

.PHONY: tables figures $(FIGURES:%=figure-%)

tables: | $(B)
	$(call need,gcc make gnuplot-nox)
	@$(MAKE) -s -C tests/bench O=$(TOP)/$(B)/bench
	@[ ! -e $(RESULTS)/yield.jsonl ] || $(B)/bench/pvreport --draw=records_per_s \
		--svg=$(RESULTS)/yield.svg $(RESULTS)/yield.jsonl > /dev/null
	@$(B)/bench/pvtables --results=$(RESULTS) $(READMES)

# Benchmarks of this commit that have been stored are not run again.
figures: deps-bench
	@[ -z "$(changed)" ] || { echo "pvsched: commit your changes first, for results name the commit they are of:" \
		"$(wordlist 1,6,$(changed))" >&2; exit 1; }
	@n=0; for f in $(FIGURES); do n=$$((n + 1)); \
		echo "pvsched: figures, $$n of $(words $(FIGURES)): $$f, $$(date +%T)"; \
		$(MAKE) --no-print-directory figure-$$f COMMIT=$(measured); done
	@$(MAKE) --no-print-directory tables
	@echo "pvsched: the results are in $(RESULTS), the tables in $(READMES)"

# $(call stored,NAME): all results of a benchmark are of the commit that is measured
stored = grep -qs '"commit":"$(COMMIT)"' $(RESULTS)/$(1).jsonl
$(FIGURES:%=figure-%): figure-%:
	@if $(foreach f,$(call files_of,$*),$(call stored,$f) &&) :; then \
		echo "pvsched: $* is stored already"; \
	else \
		$(MAKE) --no-print-directory bench BENCH=$(call bench_of,$*) $(FIGURE_$*) && \
		mkdir -p $(RESULTS) && $(foreach f,$(call files_of,$*),\
		cp $(B)/results/$(call bench_of,$f).jsonl $(RESULTS)/$f.part && \
		mv $(RESULTS)/$f.part $(RESULTS)/$f.jsonl &&) :; \
	fi
