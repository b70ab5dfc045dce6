/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What several programs here need beyond the kernel's selftest library.
 */
#ifndef PVSCHED_TEST_H
#define PVSCHED_TEST_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apic.h"
#include "kvm_util.h"
#include "processor.h"
#include "pvsched_base.h"

/* A vCPU that takes interrupts without ever having run. */
static inline void vcpu__enable_apic(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic_state state;
	struct kvm_sregs sregs;

	vcpu_sregs_get(vcpu, &sregs);
	sregs.apic_base |= X2APIC_ENABLE;
	vcpu_sregs_set(vcpu, &sregs);
	vcpu_ioctl(vcpu, KVM_GET_LAPIC, &state);
	*(uint32_t *)(state.regs + APIC_SPIV) |= APIC_SPIV_APIC_ENABLED;
	vcpu_ioctl(vcpu, KVM_SET_LAPIC, &state);
}

/* Let ring 3 fetch from a page: every level of its mapping has a say. */
static inline void page__allow_user(struct kvm_vm *vm, uint64_t gva)
{
	uint64_t *pte, table = vm_page_table(vm);
	int shift;

	for (shift = 39; shift >= 12; shift -= 9) {
		pte = (uint64_t *)addr_gpa2hva(vm, table) + (gva >> shift & 511);
		*pte |= BIT_ULL(2);
		table = *pte & GENMASK_ULL(51, 12);
	}
}

/* A counter among the binary statistics behind @fd. */
static inline uint64_t stat__read_fd(int fd, const char *name)
{
	struct kvm_stats_desc *descs, *desc = NULL;
	struct kvm_stats_header header;
	uint64_t value;
	int i;

	read_stats_header(fd, &header);
	descs = read_stats_descriptors(fd, &header);
	for (i = 0; i < header.num_desc; i++) {
		desc = get_stats_descriptor(descs, i, &header);
		if (!strcmp(desc->name, name))
			break;
	}
	TEST_ASSERT(i < header.num_desc, "no statistic named %s", name);
	read_stat_data(fd, &header, desc, &value, 1);
	free(descs);

	return value;
}

/* Without a next RIP the vendor's dispatcher answers nothing. */
static inline bool next_rip_is_known(void)
{
	if (!host_cpu_is_amd || get_kvm_amd_param_integer("nrips"))
		return true;

	return !access("/sys/module/kvm_amd/parameters/lab_next_rip", R_OK) &&
	       get_kvm_amd_param_bool("lab_next_rip");
}

#endif /* PVSCHED_TEST_H */
