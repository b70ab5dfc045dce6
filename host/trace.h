/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the host part, one for each decision.
 */
#if !defined(_TRACE_KVM_PVSCHED_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KVM_PVSCHED_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_pvsched

/* A yield hypercall with valid arguments has been carried out. */
TRACE_EVENT(pvsched_yield,
	TP_PROTO(u32 vcpu_id, u32 reason, u32 named, u32 directed),
	TP_ARGS(vcpu_id, reason, named, directed),

	TP_STRUCT__entry(
		__field(u32, vcpu_id)
		__field(u32, reason)
		__field(u32, named)
		__field(u32, directed)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->reason = reason;
		__entry->named = named;
		__entry->directed = directed;
	),

	TP_printk("vcpu %u reason %s named %u directed %u", __entry->vcpu_id,
		  __print_symbolic(__entry->reason,
				   { PVSCHED_YIELD_CALL_FUNC, "call_func" },
				   { PVSCHED_YIELD_QUEUE_HEAD, "queue_head" },
				   { PVSCHED_YIELD_LOCK_HOLDER, "lock_holder" }),
		  __entry->named, __entry->directed)
);

/* What became of one target of a yield. */
TRACE_EVENT(pvsched_target,
	TP_PROTO(u32 vcpu_id, u32 apic_id, int verdict),
	TP_ARGS(vcpu_id, apic_id, verdict),

	TP_STRUCT__entry(
		__field(u32, vcpu_id)
		__field(u32, apic_id)
		__field(int, verdict)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->apic_id = apic_id;
		__entry->verdict = verdict;
	),

	TP_printk("vcpu %u target apic %u %s", __entry->vcpu_id, __entry->apic_id,
		  __print_symbolic(__entry->verdict,
				   { PVSCHED_GRANTED, "granted" },
				   { PVSCHED_SELF, "self" },
				   { PVSCHED_ABSENT, "absent" },
				   { PVSCHED_IDLE, "idle" },
				   { PVSCHED_BOUND, "bound" },
				   { PVSCHED_SCHED, "sched" }))
);

/* An exit was handled before interrupts are enabled, or the base is to handle it. */
TRACE_EVENT(pvsched_fast,
	TP_PROTO(u32 vcpu_id, int kind, int result),
	TP_ARGS(vcpu_id, kind, result),

	TP_STRUCT__entry(
		__field(u32, vcpu_id)
		__field(int, kind)
		__field(int, result)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->kind = kind;
		__entry->result = result;
	),

	TP_printk("vcpu %u %s %s", __entry->vcpu_id,
		  __print_symbolic(__entry->kind,
				   { PVSCHED_FAST_ICR, "icr" },
				   { PVSCHED_FAST_SELF_IPI, "self_ipi" },
				   { PVSCHED_FAST_SEND_IPI, "send_ipi" },
				   { PVSCHED_FAST_DEADLINE, "deadline" },
				   { PVSCHED_FAST_YIELD, "yield" },
				   { PVSCHED_FAST_SCHED_YIELD, "sched_yield" },
				   { PVSCHED_FAST_INJECT, "inject" }),
		  __print_symbolic(__entry->result,
				   { PVSCHED_HANDLED, "handled" },
				   { PVSCHED_SLOW_DEBUG, "debug" },
				   { PVSCHED_SLOW_CALLER, "caller" },
				   { PVSCHED_SLOW_APIC, "apic" },
				   { PVSCHED_SLOW_FILTER, "filter" },
				   { PVSCHED_SLOW_INVALID, "invalid" },
				   { PVSCHED_SLOW_MODE, "mode" },
				   { PVSCHED_SLOW_BOUND, "bound" },
				   { PVSCHED_SLOW_BUSY, "busy" },
				   { PVSCHED_SLOW_WAITING, "waiting" }))
);

#define PVSCHED_REASON_SYMBOLS					\
	{ PVSCHED_HINTED, "hinted" },				\
	{ PVSCHED_INTERRUPT, "interrupt" },			\
	{ PVSCHED_IRQS_OFF, "irqs_off" },			\
	{ PVSCHED_AHEAD, "queued" },				\
	{ PVSCHED_KERNEL, "kernel" },				\
	{ PVSCHED_ANY, "any" },					\
	{ PVSCHED_HYPERCALL, "hypercall" },			\
	{ PVSCHED_BASE, "base" }

/* A target was chosen for a vCPU that spins. */
TRACE_EVENT(pvsched_boost,
	TP_PROTO(u32 vcpu_id, u32 target_id, int reason, bool granted),
	TP_ARGS(vcpu_id, target_id, reason, granted),

	TP_STRUCT__entry(
		__field(u32, vcpu_id)
		__field(u32, target_id)
		__field(int, reason)
		__field(bool, granted)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->target_id = target_id;
		__entry->reason = reason;
		__entry->granted = granted;
	),

	TP_printk("vcpu %u target %u reason %s %s", __entry->vcpu_id, __entry->target_id,
		  __print_symbolic(__entry->reason, PVSCHED_REASON_SYMBOLS),
		  __entry->granted ? "granted" : "declined")
);

/* What became of a yield that was granted. */
TRACE_EVENT(pvsched_outcome,
	TP_PROTO(u32 target_id, int reason, int outcome),
	TP_ARGS(target_id, reason, outcome),

	TP_STRUCT__entry(
		__field(u32, target_id)
		__field(int, reason)
		__field(int, outcome)
	),

	TP_fast_assign(
		__entry->target_id = target_id;
		__entry->reason = reason;
		__entry->outcome = outcome;
	),

	TP_printk("target %u reason %s %s", __entry->target_id,
		  __print_symbolic(__entry->reason, PVSCHED_REASON_SYMBOLS),
		  __print_symbolic(__entry->outcome,
				   { PVSCHED_STUCK, "stuck" },
				   { PVSCHED_IGNORED, "ignored" },
				   { PVSCHED_BOUNCED, "bounced" }))
);

/* What a VM can have has changed, or why that is the number. */
TRACE_EVENT(pvsched_capacity,
	TP_PROTO(u32 vcpu_id, u32 before, u32 number, int reason),
	TP_ARGS(vcpu_id, before, number, reason),

	TP_STRUCT__entry(
		__field(u32, vcpu_id)
		__field(u32, before)
		__field(u32, number)
		__field(int, reason)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->before = before;
		__entry->number = number;
		__entry->reason = reason;
	),

	TP_printk("vcpu %u capacity %u before %u by %s", __entry->vcpu_id,
		  __entry->number, __entry->before,
		  __print_symbolic(__entry->reason,
				   { PVSCHED_CAPACITY_OFF, "off" },
				   { PVSCHED_CAPACITY_CPUS, "cpus" },
				   { PVSCHED_CAPACITY_QUOTA, "quota" },
				   { PVSCHED_CAPACITY_VOTES, "votes" },
				   { PVSCHED_CAPACITY_UNLIKE, "unlike" }))
);

#endif /* _TRACE_KVM_PVSCHED_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../arch/x86/kvm/pvsched
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
