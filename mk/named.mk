# SPDX-License-Identifier: GPL-2.0
#
# Workloads by name, "make bench WORKLOAD=dbench". Each has a package of Debian's, what of it goes
# into the guest, with the libraries that it needs, a command (%v: vCPUs, %s: seconds), and what of its
# output is the figure, with # for the number, of which more is better where that is said. One that
# cannot run here has the reason.

package_dbench := dbench
files_dbench := /usr/bin/dbench /usr/share/dbench/client.txt:/usr/share/dbench/client.txt
command_dbench := dbench -t %s -D /tmp -c /usr/share/dbench/client.txt %v
metric_dbench := Throughput \#
higher_dbench := 1

package_hackbench := rt-tests
files_hackbench := /usr/bin/hackbench
command_hackbench := hackbench -g %v -f 2 -l 200
metric_hackbench := Time: \#

package_sysbench := sysbench
files_sysbench := /usr/bin/sysbench
command_sysbench := sysbench threads --threads=%v --time=%s run
metric_sysbench := total number of events: \#
higher_sysbench := 1

of_yours = name one that you built: WORKLOAD="$(1)" ADD=FILE
lacks_schbench := Debian has no package of it; $(call of_yours,schbench ...)
lacks_dedup := Debian has no package of PARSEC; $(call of_yours,dedup ...)
lacks_kernbench := Debian has no package of it; run a build in a guest that has a compiler: \
	GUEST_IMAGE=FILE WORKLOAD="make -C /src -j%v"
lacks_pgbench := its server needs System V shared memory, which the guest kernel of the lab does not have

NAMED := dbench hackbench sysbench
NOT_NAMED := schbench dedup kernbench pgbench

# $(call named,FIELD) of the workload, if it is one of these, and not brought by the user
workload_name := $(if $(word 2,$(WORKLOAD)),,$(filter $(NAMED) $(if $(ADD)$(GUEST_IMAGE),,$(NOT_NAMED)),$(WORKLOAD)))
named = $(if $(workload_name),$($(1)_$(workload_name)))

# What the user says comes first.
PKGS_workload := $(call named,package)
PROGRAMS_workload := $(call named,files)
workload_higher = $(if $(METRIC),$(HIGHER),$(or $(HIGHER),$(call named,higher)))
export WORKLOAD_COMMAND = $(or $(call named,command),$(WORKLOAD))
export WORKLOAD_METRIC = $(or $(METRIC),$(call named,metric))

.PHONY: named list-named
named:
	@$(if $(call named,lacks),echo 'pvsched: $(workload_name) skipped: $(call named,lacks)' >&2; exit 4)

list-named:
	@$(foreach n,$(NAMED),echo 'workload $n (package $(package_$n))';)
	@$(foreach n,$(NOT_NAMED),echo 'workload $n (skipped: $(lacks_$n))';)
