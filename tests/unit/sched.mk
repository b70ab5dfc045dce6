# SPDX-License-Identifier: GPL-2.0
# host/sched in user space. Its files are one another's neighbours, so a mutant is a
# folder of them of which one is broken: mutants/sched-SOURCE-NAME.sed breaks
# SOURCE.c or SOURCE.h there. The test of a source is named here.

SCHED := $(TOP)/host/sched
sched-tests := sched-test eevdf-test vms-test share-test capacity-test vms-sim
# These include all that they test.
whole-tests := eevdf-test share-test capacity-test vms-sim
sched-mutants := $(filter sched-%,$(mutants))
mutants := $(filter-out $(sched-mutants),$(mutants))
sched-test-of = $(or $(filter $(call part,$1,2)-test,$(sched-tests)),sched-test)

SCHED_CPPFLAGS = $(CPPFLAGS) -Ishim-sched
SCHED_CFLAGS = $(CFLAGS) -Wno-unused-function
# There are many, and each takes longer to compile than to run.
$(sched-mutants:%=$(O)/mutants/%): SCHED_CFLAGS = -std=gnu11 -O0 -w

# $(call sched-rules,PROGRAM,TEST,FOLDER OF SOURCES)
define sched-rules
$(O)/$1: $2.c $(wildcard shim-sched/*.h) $(if $(filter $(SCHED),$3),$(wildcard $(SCHED)/*.[ch]),$3/.broken)
	@mkdir -p $$(@D)
	$$(CC) $$(SCHED_CFLAGS) $$(SCHED_CPPFLAGS) -I$3 $$(LDFLAGS) -o $$@ $2.c \
		$(if $(filter $(whole-tests),$2),,$3/vms.c)
endef
$(foreach t,$(sched-tests),$(eval $(call sched-rules,$t,$t,$(SCHED))))
$(foreach m,$(sched-mutants),$(eval $(call sched-rules,mutants/$m,$(call \
	sched-test-of,$m),$(O)/mutants/$m.src)))

$(sched-mutants:%=$(O)/mutants/%.src/.broken): $(O)/mutants/%.src/.broken: mutants/%.sed \
		$(wildcard $(SCHED)/*.[ch])
	@rm -rf $(@D) && mkdir -p $(@D) && cp $(SCHED)/*.[ch] $(@D)
	@cd $(@D) && f=$$(ls $(call part,$*,2).[ch] | head -n1) && \
	sed -i -f $(CURDIR)/$< $$f && ! cmp -s $$f $(abspath $(SCHED))/$$f || { \
		echo "$< changes nothing in host/sched/$(call part,$*,2).[ch]; adapt it" >&2; exit 1; }
	@touch $@
