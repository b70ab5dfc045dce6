/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel as the files of host/ see it. What only fastpath.c and inject.c use is
 * in x86.h, but for the members of structures.
 */
#ifndef _UNIT_HOST_H
#define _UNIT_HOST_H

#include <linux/kvm_para.h>
#include "kernel.h"

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v)		((v)->counter)
#define atomic_set(v, value)	((v)->counter = (value))
#define atomic_inc(v)		((void)(v)->counter++)
#define atomic_dec(v)		((void)(v)->counter--)
#define barrier()		__asm__ volatile("" ::: "memory")

#include <asm/kvm_pvsched.h>
#include <asm/kvm_pvsched_vcpu.h>

/* Bitmaps and numbers */
#define DECLARE_BITMAP(name, bits)	unsigned long name[((bits) + 63) / 64]

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, (bits + 63) / 64 * sizeof(*map));
}

static inline bool unit_test_bit(unsigned long bit, const unsigned long *map)
{
	return map[bit / 64] >> bit % 64 & 1;
}

/* From @start to the end, then from 0 to @start. */
#define for_each_set_bit_wrap(bit, map, size, start)			\
	for (unsigned long unit_n = 0; unit_n < (size); unit_n++)	\
		if ((bit) = ((start) + unit_n) % (size),		\
		    !unit_test_bit(bit, map)) {				\
		} else

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* Every look into a table that a guest can index, and at a vCPU, counts. */
extern unsigned int unit_lookups;

#define array_index_nospec(index, size)					\
({									\
	__typeof__(index) unit_index = (index);				\
									\
	unit_lookups++;							\
	unit_index < (size) ? unit_index : 0;				\
})

/* RCU: pointers are read inside, nothing that may sleep is called inside. */
void preempt_disable(void);
void preempt_enable(void);
bool need_resched(void);
void schedule(void);

extern int unit_rcu_depth;

static inline void rcu_read_lock(void)
{
	unit_rcu_depth++;
}

static inline void rcu_read_unlock(void)
{
	unit_require(unit_rcu_depth > 0);
	unit_rcu_depth--;
}

#define rcu_dereference(p)						\
({									\
	unit_require(unit_rcu_depth > 0);				\
	READ_ONCE(p);							\
})

/* Tasks */
enum pid_type { PIDTYPE_PID };

struct task_struct {
	int cpu;
	int refs;
};

struct pid {
	struct task_struct *task;
};

extern int unit_cpu;

#define raw_smp_processor_id()	(unit_cpu)
#define task_cpu(task)		((task)->cpu)
#define sched_info_on()		(unit_sched_info)

extern bool unit_sched_info;

static inline struct task_struct *pid_task(struct pid *pid, enum pid_type type)
{
	unit_require(unit_rcu_depth > 0 && type == PIDTYPE_PID);
	return pid ? pid->task : NULL;
}

static inline void get_task_struct(struct task_struct *task)
{
	unit_require(unit_rcu_depth > 0);
	task->refs++;
}

static inline void put_task_struct(struct task_struct *task)
{
	unit_require(task->refs > 0);
	task->refs--;
}

/* KVM */
struct kvm_vcpu_stat {
	u64 exits, hypercalls, req_event, directed_yield_attempted;
	PVSCHED_VCPU_STATS(PVSCHED_STAT_FIELD)
};

struct hrtimer {
	bool unit_running;
	struct hrtimer_clock_base {
		struct {
			int cpu;
		} *cpu_base;
	} *base;
};

struct kvm_timer {
	struct hrtimer timer;
	u32 timer_mode;
	u64 tscdeadline;
	atomic_t pending;
};

struct kvm_lapic {
	struct kvm_vcpu *vcpu;
	bool irr_pending;
	bool apicv_active;
	bool unit_x2apic, unit_sw_enabled, unit_hw_enabled;
	struct kvm_timer lapic_timer;
	void *regs;
};

#define APIC_TASKPRI			0x80
#define kvm_lapic_get_reg(apic, reg)	(*(u32 *)((char *)(apic)->regs + (reg)))

enum kvm_apic_logical_mode {
	KVM_APIC_MODE_X2APIC = 4,
	KVM_APIC_MODE_MAP_DISABLED,
};

struct kvm_apic_map {
	u32 max_apic_id;
	enum kvm_apic_logical_mode logical_mode;
	struct kvm_lapic *phys_map[];
};

struct kvm_vm_stat {
	PVSCHED_VM_STATS(PVSCHED_STAT_FIELD)
};

struct kvm {
	atomic_t online_vcpus;
	struct kvm_vm_stat stat;
	u32 dirty_ring_size;
	int last_boosted_vcpu;
	struct kvm_vcpu **unit_vcpus;
	struct {
		struct kvm_apic_map __rcu *apic_map;
		void __rcu *msr_filter;
		unsigned long hypercall_exit_enabled;
		bool unit_xen_hypercalls, unit_xen_msr;
		struct pvsched_kvm pvsched;
	} arch;
};

struct kvm_pmu {
	unsigned long all_valid_pmc_idx[1];
	unsigned long global_ctrl;
	bool unit_has_global_ctrl;
};

struct kvm_run {
	bool request_interrupt_window;
};

struct kvm_vcpu {
	struct kvm *kvm;
	int vcpu_id;
	int vcpu_idx;
	int cpu;
	bool ready;
	bool scheduled_out;
	bool unit_blocking;
	bool unit_runnable;
	bool unit_if;
	unsigned long unit_rip;
	unsigned long unit_rflags;
	int unit_cpl;
	bool unit_64_bit, unit_hv_hypercalls, unit_guest_mode;
	bool unit_reinjection, unit_init, unit_extint, unit_real_mode, unit_xen_timer, unit_hyperv;
	int mode;
	u64 requests;
	unsigned long guest_debug;
	struct kvm_run *run;
	struct pid __rcu *pid;
	struct kvm_vcpu_stat stat;
	struct kvm_vcpu_arch {
		struct pvsched_vcpu pvsched;
		struct kvm_lapic *apic;
		bool apicv_active;
		bool preempted_in_kernel;
		bool at_instruction_boundary;
		int mp_state;
		struct {
			u8 preempted;
			u64 msr_val;
		} st;
		struct {
			bool halted;
		} apf;
		struct {
			bool injected;
			u8 nr;
		} interrupt;
		bool guest_state_protected, nmi_pending, smi_pending;
		unsigned long unit_rax, unit_rbx, unit_rcx, unit_rdx, unit_rsi;
		unsigned long apic_attention;
		struct {
			bool pending;
		} exception, exception_vmexit;
		struct {
			u64 msr_val;
			u8 data;
		} pv_eoi;
		struct kvm_pmu unit_pmu;
		struct {
			u32 features;
			bool enforce;
		} pv_cpuid;
	} arch;
};

int kvm_vcpu_yield_to(struct kvm_vcpu *target);
int kvm_arch_yield_to(struct kvm_vcpu *target, struct task_struct *task);
bool kvm_arch_vcpu_on_spin(struct kvm_vcpu *vcpu);
struct kvm_vcpu *kvm_get_running_vcpu(void);

static inline struct kvm_vcpu *kvm_get_vcpu(struct kvm *kvm, int i)
{
	unit_require(i >= 0 && i < kvm->online_vcpus.counter);
	unit_lookups++;
	return kvm->unit_vcpus[i];
}

#define kvm_arch_dy_runnable(vcpu)		((vcpu)->unit_runnable)
#define kvm_vcpu_is_blocking(vcpu)		((vcpu)->unit_blocking)
#define lapic_in_kernel(vcpu)			((vcpu)->arch.apic != NULL)
#define kvm_vcpu_apicv_active(vcpu)		((vcpu)->arch.apicv_active)
#define kvm_rip_read(vcpu)			unit_rip_read(vcpu)
#define kvm_x86_call(name)			unit_##name

#define KVM_MP_STATE_RUNNABLE	0
#define KVM_MP_STATE_HALTED	3

/* Where a vCPU is scheduled out, KVM's cache of registers may be half updated. */
#define unit_require_readable(vcpu)					\
	unit_require(!(vcpu)->scheduled_out || (vcpu)->arch.at_instruction_boundary || \
		     (vcpu)->arch.pvsched.at_rest)

static inline unsigned long unit_rip_read(struct kvm_vcpu *vcpu)
{
	unit_require_readable(vcpu);
	return vcpu->unit_rip;
}

static inline bool unit_get_if_flag(struct kvm_vcpu *vcpu)
{
	unit_require_readable(vcpu);
	return vcpu->unit_if;
}

void record_steal_time(struct kvm_vcpu *vcpu);

#define KVM_MSR_ENABLED		1
#define KVM_REQ_STEAL_UPDATE	8
#define kvm_make_request(req, vcpu)	((vcpu)->requests |= BIT(req))

#define kvm_for_each_vcpu(i, vcpu, kvm)					\
	for ((i) = 0; (i) < (unsigned long)(kvm)->online_vcpus.counter &&	\
	     ((vcpu) = kvm_get_vcpu(kvm, i)); (i)++)

/* The scheduler and the clock */
u64 rdtsc(void);
unsigned int num_online_cpus(void);
extern unsigned int tsc_khz;

#define USEC_PER_SEC	1000000UL
#define mul_u64_u32_div(a, mul, div)	((u64)((unsigned __int128)(a) * (mul) / (div)))
#define test_and_set_bit_lock(nr, word)	\
	({ bool unit_was = *(word) & BIT(nr); *(word) |= BIT(nr); unit_was; })
#define clear_bit_unlock(nr, word)	(*(word) &= ~BIT(nr))
u64 local_clock(void);
bool single_task_running(void);
int yield_to(struct task_struct *task, bool preempt);

typedef enum {
	EXIT_FASTPATH_NONE,
	EXIT_FASTPATH_REENTER_GUEST,
	EXIT_FASTPATH_EXIT_HANDLED,
	EXIT_FASTPATH_ENTER_AGAIN,
} fastpath_t;

/* Modules and fault injection */
#define module_param(name, type, perm)	\
	UNIT_REGISTER("param", param_##name, #name, &name)
#define MODULE_PARM_DESC(name, desc)

struct dentry;

struct fault_attr {
	int verbose;
};

#define DECLARE_FAULT_ATTR(name)	struct fault_attr name = { .verbose = 2 }

bool should_fail(struct fault_attr *attr, ssize_t size);
struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr);
void debugfs_remove(struct dentry *dentry);

/* A tracepoint is a function that the test defines. */
#define TP_PROTO(...)				__VA_ARGS__
#define TRACE_EVENT(name, proto, ...)		void trace_##name(proto);

#define KVM_MSR_FILTER_WRITE	2

bool kvm_msr_allowed(struct kvm_vcpu *vcpu, u32 index, u32 type);

#endif /* _UNIT_HOST_H */
