/* SPDX-License-Identifier: GPL-2.0 */
/* The exported numbers, and what a guest asks through them. */
#ifndef _UNIT_LINUX_KVM_PARA_H
#define _UNIT_LINUX_KVM_PARA_H

#include_next <linux/kvm_para.h>
#include "kernel.h"

bool kvm_para_has_feature(unsigned int feature);
bool kvm_para_has_hint(unsigned int feature);
long kvm_hypercall4(unsigned int nr, unsigned long p1, unsigned long p2,
		    unsigned long p3, unsigned long p4);

#endif /* _UNIT_LINUX_KVM_PARA_H */
