/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel as guest/pvsched.c and guest/ipi.c see it.
 */
#ifndef _UNIT_GUEST_H
#define _UNIT_GUEST_H

#include <linux/kvm_para.h>
#include "kernel.h"

#define UNIT_MAX_CPUS	512

struct task_struct;

/* CPUs */
struct cpumask {
	unsigned long bits[UNIT_MAX_CPUS / 64];
};

#define CPUHP_AP_ONLINE_DYN	0

extern unsigned int nr_cpu_ids;
extern int unit_cpu;

unsigned int unit_cpumask_next(const struct cpumask *mask, unsigned int from);

#define for_each_cpu_from(cpu, mask)					\
	for ((cpu) = unit_cpumask_next(mask, cpu); (cpu) < nr_cpu_ids;	\
	     (cpu) = unit_cpumask_next(mask, (cpu) + 1))

#define for_each_cpu(cpu, mask)						\
	for ((cpu) = unit_cpumask_next(mask, 0); (cpu) < nr_cpu_ids;	\
	     (cpu) = unit_cpumask_next(mask, (cpu) + 1))

#define for_each_possible_cpu(cpu)	\
	for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)

#define num_possible_cpus()	(nr_cpu_ids)

extern const struct cpumask *cpu_active_mask;

unsigned int num_active_cpus(void);
bool cpu_active(int cpu);
bool cpu_is_isolated(int cpu);
bool tick_nohz_full_cpu(int cpu);

#define for_each_online_cpu(cpu)	for_each_cpu(cpu, cpu_active_mask)

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask)
{
	return mask->bits[cpu / 64] >> cpu % 64 & 1;
}

/* A CPU that comes or goes calls these. */
#define cpuhp_setup_state_nocalls(state, name, startup, teardown)	\
	(unit_register("cpuhp", "online", startup),			\
	 unit_register("cpuhp", "offline", teardown), 0)

#define X86_FEATURE_MWAIT	0

bool boot_cpu_has(int feature);
bool vcpu_is_preempted(int cpu);
int idle_cpu(int cpu);
void cpu_relax(void);

/* Per-CPU variables: one copy of the section for each CPU. */
#define DECLARE_PER_CPU(type, name)	extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name)	\
	__attribute__((section("unit_percpu"))) __typeof__(type) name

void *unit_per_cpu(const void *var, int cpu);

#define per_cpu_ptr(ptr, cpu)	((__typeof__(ptr))unit_per_cpu(ptr, cpu))
#define per_cpu(var, cpu)	(*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr)	per_cpu_ptr(ptr, unit_cpu)
#define this_cpu_inc(var)	(per_cpu(var, unit_cpu)++)
#define this_cpu_inc_return(var)	(++per_cpu(var, unit_cpu))
#define this_cpu_read(var)	per_cpu(var, unit_cpu)
#define this_cpu_write(var, v)	(per_cpu(var, unit_cpu) = (v))
#define this_cpu_add(var, n)	(per_cpu(var, unit_cpu) += (n))

DECLARE_PER_CPU(u32, x86_cpu_to_apicid);

/* Calls to other CPUs */
#define CSD_FLAG_LOCK	0x01

typedef struct {
	struct {
		unsigned int u_flags;
	} node;
} call_single_data_t;

struct smp_ops {
	void (*send_call_func_ipi)(const struct cpumask *mask);
};

extern struct smp_ops smp_ops;

void native_send_call_func_ipi(const struct cpumask *mask);

/* Static keys */
struct static_key_false {
	bool enabled;
};

#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name
#define static_branch_unlikely(key)	((key)->enabled)
#define static_branch_enable(key)	((key)->enabled = true)

/* Locks: one that is taken twice is broken. */
typedef struct {
	bool held;
} raw_spinlock_t;

#define __RAW_SPIN_LOCK_UNLOCKED(name)	{ false }
#define lockdep_assert_held(lock)	unit_require((lock)->held)
#define raw_spin_trylock(lock)		(!(lock)->held && ((lock)->held = true))
#define raw_spin_unlock(lock)		((lock)->held = false)
#define raw_spin_lock_irqsave(lock, flags)	\
	do { (flags) = 0; unit_require(raw_spin_trylock(lock)); } while (0)
#define raw_spin_unlock_irqrestore(lock, flags)	((void)(flags), raw_spin_unlock(lock))
#define guard(name)			unit_guard
#define scoped_guard(name, ...)	for (bool unit_once = true; unit_once; unit_once = false)

static inline void unit_guard(void)
{
}

#define virt_rmb()	__asm__ volatile("" : : : "memory")

/* Memory */
#define GFP_KERNEL	0
#define kcalloc(n, size, flags)	calloc(n, size)
#define kfree(p)		free(p)
#define swap(a, b)	do { __typeof__(a) unit_a = (a); (a) = (b); (b) = unit_a; } while (0)

/* Tracepoints: functions that the test defines, as in shim/host.h */
#define TP_PROTO(...)				__VA_ARGS__
#define TRACE_EVENT(name, proto, ...)		void trace_##name(proto);

/* Time */
#define HZ	250
#define TICK_NSEC	(NSEC_PER_SEC / HZ)

u64 paravirt_steal_clock(int cpu);

extern unsigned long jiffies;

#define time_after(a, b)	((long)((b) - (a)) < 0)

u64 local_clock(void);

/* Strings and messages */
int match_string(const char * const *array, size_t n, const char *string);
int sysfs_match_string(const char * const *array, const char *string);
int kstrtobool(const char *s, bool *res);

void unit_printk(const char *level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define sysfs_emit	sprintf

#define pr_info(fmt, ...)	unit_printk("info", pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	unit_printk("warn", pr_fmt(fmt), ##__VA_ARGS__)

/* Boot options, initcalls and parameters */
#define early_param(name, fn)	UNIT_REGISTER("option", option_##fn, name, fn)
#define late_initcall(fn)	UNIT_REGISTER("initcall", initcall_##fn, #fn, fn)

struct kernel_param {
	const struct kernel_param_ops *ops;
	void *arg;
};

struct kernel_param_ops {
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
};

int param_get_bool(char *buffer, const struct kernel_param *kp);

#define module_param_cb(name, param_ops, param_arg, perm)		\
	static const struct kernel_param unit_param_##name = {		\
		.ops = (param_ops), .arg = (param_arg),			\
	};								\
	UNIT_REGISTER("param", param_##name, #name, &unit_param_##name)

/* debugfs */
struct dentry;

struct seq_file {
	char text[4096];
	size_t len;
};

struct file_operations {
	int (*show)(struct seq_file *m, void *v);
};

#define DEFINE_SHOW_ATTRIBUTE(name)	\
	static const struct file_operations name##_fops = { .show = name##_show }

/* A file that holds one number */
struct unit_attribute {
	int (*get)(void *data, u64 *val);
	int (*set)(void *data, u64 val);
};

#define DEFINE_DEBUGFS_ATTRIBUTE(name, g, s, fmt)	\
	static const struct unit_attribute name = { .get = g, .set = s }

void seq_printf(struct seq_file *m, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);

#define debugfs_create_file(name, mode, dir, data, fops)	\
	((void)(dir), unit_register("debugfs", name, fops))
#define debugfs_create_file_unsafe	debugfs_create_file
#define debugfs_create_u32(name, mode, dir, value)		\
	((void)(dir), unit_register("debugfs", name, value))

#endif /* _UNIT_GUEST_H */
