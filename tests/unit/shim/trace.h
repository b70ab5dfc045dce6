/* SPDX-License-Identifier: GPL-2.0 */
/* KVM's own tracepoints: functions that the test defines. */
#include "host.h"

void trace_kvm_apic_accept_irq(u32 apicid, u16 dm, u16 tm, u8 vec);
void trace_kvm_apic_ipi(u32 icr_low, u32 dest_id);
void trace_kvm_msr_write(u32 ecx, u64 data);
void trace_kvm_hypercall(unsigned long nr, unsigned long a0, unsigned long a1,
			 unsigned long a2, unsigned long a3);
void trace_kvm_hv_timer_state(u32 vcpu_id, bool used);
bool trace_kvm_entry_enabled(void);
void trace_kvm_pv_eoi(struct kvm_lapic *apic, int vector);

#define trace_kvm_msr_enabled()		true
#define trace_kvm_hypercall_enabled()	true
