/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the guest part.
 */
#if !defined(_TRACE_PVSCHED_GUEST_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_PVSCHED_GUEST_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM pvsched

/* Another number of vCPUs is in use from now on. */
TRACE_EVENT(pvsched_fold,
	TP_PROTO(u32 capacity, unsigned int from, unsigned int to, unsigned int all),
	TP_ARGS(capacity, from, to, all),

	TP_STRUCT__entry(
		__field(u32, capacity)
		__field(unsigned int, from)
		__field(unsigned int, to)
		__field(unsigned int, all)
	),

	TP_fast_assign(
		__entry->capacity = capacity;
		__entry->from = from;
		__entry->to = to;
		__entry->all = all;
	),

	TP_printk("capacity %u/1024 vcpus %u -> %u of %u", __entry->capacity,
		  __entry->from, __entry->to, __entry->all)
);

#endif /* _TRACE_PVSCHED_GUEST_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../arch/x86/kernel/pvsched
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
