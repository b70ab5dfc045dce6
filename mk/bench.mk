# SPDX-License-Identifier: GPL-2.0
#
# Benchmarks: run the windows in one machine or more, then report.

# Wake-ups need no more than a VM that fits, and one that does not.
SCENARIO_cyclic := 1vm-1x,1vm-2x
SCENARIO_stress := 1vm-1x,1vm-2x,1vm-4x
SCENARIO_workload := 1vm-1x,1vm-2x
# The lock has more to be compared with, and each of those boots.
PROFILES_LOCK := native,tas,base,off,on
PROFILES_OFF := off,on

comma := ,
bench_scenarios = $(subst $(comma), ,$(SCENARIO))
# What a benchmark needs in its guests
PROGRAMS_cyclic := /usr/bin/cyclictest
PROGRAMS_stress := /usr/bin/hackbench /usr/bin/stress-ng
guest_programs = $(addprefix --guest-add=,$(PROGRAMS_$(BENCH)) $(ADD)) $(if $(GUEST_IMAGE),--guest-image=$(B)/image.cpio)
# A window of it is long, and nothing is heard before its end.
SILENCE_stress := 1500

# In virtual time machines do not disturb each other: one machine a core, each of
# which takes its share of the scenarios.
bench_machines = $$([ "$(call which,$(steady_lab))$(DRY)" = bochs ] && \
	printf '%s\n' $(JOBS) $(if $(filter all,$(bench_scenarios)),,$(words $(bench_scenarios))) | sort -n | head -n1 || echo 1)
bench_lab = $(call lab,$(steady_lab),5400,$(1)) $(ours)
bench_run = $(if $(WHERE),--where) $(MEMORY:%=--memory=%) $(if $(WORKLOAD),--workload="$$WORKLOAD_COMMAND" \
	$(if $(WORKLOAD_METRIC),--metric="$$WORKLOAD_METRIC") $(if $(SETUP),--setup="$$SETUP") $(if $(workload_higher),--higher)) --windows=$(WINDOWS) --profiles=$(PROFILES) --layout=$(LAYOUT)
only = $(if $(filter-out all,$(SCENARIO)),--scenarios=$(SCENARIO))

# $(call report,NAME,RESULTS[,OPTIONS]): print the table, draw the plot
report = $(if $(DRY),:,$(B)/bench/pvreport --commit=$(COMMIT) --windows=$(WINDOWS) --profiles=$(PROFILES) $(3) \
	--out=$(B)/results/$(1).jsonl --svg=$(B)/results/$(1).svg $(2))

.PHONY: bench bench-scenarios bench-exits bench-ping
bench: named deps-bench $(if $(GUEST_IMAGE),guest-image) kernels tools
	@$(call alone,$(BENCH),$(or $(filter bench-exits bench-ping,bench-$(BENCH)),bench-scenarios))

bench-scenarios:
	@rm -rf "$(B)/run/$(BENCH)"-*; n=$(bench_machines); \
	for i in $$(seq $$n); do $(call bench_lab,$(BENCH)-$$i) $(guest_programs) \
		$(if $(WHERE),--add=$(B)/guest/System.map:/guest.map) $(SILENCE_$(BENCH):%=--silence=%) -- \
		--share=$$i/$$n --boots=$(BOOTS) --seconds=$(DURATION) $(bench_run) \
		bench $(BENCH) $(bench_scenarios) & pids="$$pids $$!"; done; \
	bad=0; for p in $$pids; do wait $$p || bad=$$?; done; exit $$bad
	@$(if $(DRY),:,cat $(B)/run/$(BENCH)-*/results.jsonl > $(B)/run/$(BENCH).jsonl)
	@$(call report,$(BENCH),$(B)/run/$(BENCH).jsonl,$(only))
	@$(if $(DRY),:,echo "pvsched: the table's figures are in $(B)/results/$(BENCH).jsonl, the plot in $(B)/results/$(BENCH).svg")

# A system of the user's for the guests
.PHONY: guest-image
guest-image: deps-bench
	@mk/image.sh "$(GUEST_IMAGE)" $(B)/image.cpio

# IPI ping-pong between two vCPUs on two CPUs
bench-ping:
	@$(selftests)
	@$(call lab,$(steady_lab),600,ping) --pcpus=2 $(ours) --add=$(B)/selftests/pvsched_ping \
		-- --windows=$(WINDOWS) --profiles=$(PROFILES) bench ping
	@$(call report,ping,$(B)/run/ping/results.jsonl)

# Single exits, counted in instructions: of one CPU, in virtual time, and
# without the wait that makes a timer fire exactly on time.
exits_labs = $(if $(filter auto,$(LAB)),bochs icount,$(LAB))
exits_of = $(call lab,$(1),600,exits-$(1)) --pcpus=1 \
	--append='kvm.lapic_timer_advance=0 kvm_amd.lab_next_rip=1' $(ours) --add=$(B)/selftests/pvsched_exits \
	-- --windows=$(WINDOWS) --profiles=$(PROFILES) bench exits

bench-exits:
	@[ -z "$(filter-out bochs icount,$(exits_labs))" ] || \
		{ echo "pvsched: only LAB=bochs and LAB=icount count instructions" >&2; exit 1; }
	@$(selftests)
	@$(foreach l,$(exits_labs),$(call exits_of,$(l)) && $(call report,exits-$(l),$(B)/run/exits-$(l)/results.jsonl) &&) :
	@$(if $(DRY),:,cat $(exits_labs:%=$(B)/results/exits-%.jsonl) > $(B)/results/exits.jsonl)
	@$(if $(DRY),:,echo "pvsched: the tables' figures are in $(B)/results/exits.jsonl; the plots: $(exits_labs:%=$(B)/results/exits-%.svg)")
