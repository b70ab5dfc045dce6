/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the KVM selftest libraries of base kernels differ. Names are those of the newer
 * one; what is here for the older one goes when that does.
 */
#ifndef PVSCHED_BASE_H
#define PVSCHED_BASE_H

#include <linux/version.h>

#include "kvm_util.h"
#include "svm_util.h"
#include "vmx.h"

#if LINUX_VERSION_MAJOR >= 7

#define vm_page_table(vm)	((vm)->mmu.pgd)

static inline void nested__set_svm(struct svm_test_data *svm, void *guest, void *stack)
{
	svm->stack = stack;
	generic_svm_setup(svm, guest);
}

static inline void nested__set_vmx(struct vmx_pages *vmx, void *guest, void *stack)
{
	vmx->stack = stack;
	prepare_vmcs(vmx, guest);
}

#else /* 6.12 */

#define gva_t			vm_vaddr_t
#define vm_alloc		vm_vaddr_alloc
#define vm_alloc_page		vm_vaddr_alloc_page
#define vm_page_table(vm)	((vm)->pgd)
#define nested__set_svm		generic_svm_setup
#define nested__set_vmx		prepare_vmcs

#endif

#endif /* PVSCHED_BASE_H */
