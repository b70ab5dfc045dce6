# SPDX-License-Identifier: GPL-2.0
# host/sched in user space. Its files are one another's neighbours, so a mutant is a
# folder of them of which one is broken: mutants/sched-SOURCE-NAME.sed breaks
# SOURCE.c or SOURCE.h there. The test of a source is named here.
#
# A test TEST-BASE is TEST over what shim-sched/BASE/ stands in for, and one without a
# base is over the first. A mutant of which NAME is BASE_... is for the test of that base.

SCHED := $(TOP)/host/sched
sched-bases := 6.12 7.3
sched-tests := sched-test sched-test-7.3 eevdf-test vms-test capacity-test
# $(call sched-base,TEST OR MUTANT) and $(call sched-source,TEST)
sched-base = $(firstword $(foreach b,$(sched-bases),$(if $(filter %-$b,$1)$(findstring -$b_,$1),$b)) $(sched-bases))
sched-source = $(patsubst %-$(call sched-base,$1),%,$1)
# These include all that they test.
whole-tests := eevdf-test capacity-test
sched-mutants := $(filter sched-%,$(mutants))
mutants := $(filter-out $(sched-mutants),$(mutants))
sched-test-of = $(or $(filter $(call part,$1,2)-test,$(sched-tests)),sched-test)

# $(call sched-flags,BASE)
sched-flags = -Ishim-sched/$1 $(CPPFLAGS) -Ishim-sched
SCHED_CFLAGS = $(CFLAGS) -Wno-unused-function
# There are many, and each takes longer to compile than to run.
$(sched-mutants:%=$(O)/mutants/%): SCHED_CFLAGS = -std=gnu11 -O0 -w

# $(call sched-rules,PROGRAM,TEST,FOLDER OF SOURCES)
define sched-rules
$(O)/$1: $2.c $(wildcard shim-sched/*.h shim-sched/$(call sched-base,$1)/*.h) $(if $(filter $(SCHED),$3),$(wildcard $(SCHED)/*.[ch]),$3/.broken)
	@mkdir -p $$(@D)
	$$(CC) $$(SCHED_CFLAGS) $(call sched-flags,$(call sched-base,$1)) -I$3 $$(LDFLAGS) -o $$@ $2.c \
		$(if $(filter $(whole-tests),$2),,$3/vms.c)
endef
$(foreach t,$(sched-tests),$(eval $(call sched-rules,$t,$(call sched-source,$t),$(SCHED))))
$(foreach m,$(sched-mutants),$(eval $(call sched-rules,mutants/$m,$(call \
	sched-test-of,$m),$(O)/mutants/$m.src)))

$(sched-mutants:%=$(O)/mutants/%.src/.broken): $(O)/mutants/%.src/.broken: mutants/%.sed \
		$(wildcard $(SCHED)/*.[ch])
	@rm -rf $(@D) && mkdir -p $(@D) && cp $(SCHED)/*.[ch] $(@D)
	@cd $(@D) && f=$$(ls $(call part,$*,2).[ch] | head -n1) && \
	sed -i -f $(CURDIR)/$< $$f && ! cmp -s $$f $(abspath $(SCHED))/$$f || { \
		echo "$< changes nothing in host/sched/$(call part,$*,2).[ch]; adapt it" >&2; exit 1; }
	@touch $@
