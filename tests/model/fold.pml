/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks and folded CPUs: guest/preferred.c and guest/evacuate.c against wake-ups,
 * changes of affinity and CPU hotplug, with the names that those files give the steps.
 *
 * Three CPUs have a tick and a stopper each. Two tasks wake up and sleep, change their
 * affinity, and are moved. A policy that knows no reason folds and unfolds any CPU, all
 * of them included, CHANGES times. One CPU goes offline and comes back. What the base
 * does is one step where it holds a lock, and several where it does not; a task that
 * the balancer moves is a task that evacuate.c moves.
 *
 * Checked: no task is ever put on a CPU that it may not use, or that has gone; nothing
 * waits for ever; and when all is quiet no task is on a folded CPU that could be on
 * one in use. What may run on folded CPUs only is on one of those.
 *
 * ONE_TASK: the other task sleeps all the time.
 * NO_HOTPLUG: all CPUs stay.
 * MUTANT_*: broken on purpose, to prove that the model notices.
 */
#define CPUS		3
#define TASKS		2
#ifndef CHANGES
#define CHANGES		2
#endif
#ifndef WAKES
#define WAKES		1
#endif

#ifdef ONE_TASK
#define MOVED		1
#else
#define MOVED		TASKS
#endif

#define ALL		((1 << CPUS) - 1)
#define BIT(cpu)	(1 << (cpu))

/* Where a task is: on a CPU, or */
#define ASLEEP		CPUS
#define MIGRATING	(CPUS + 1)

byte folded, up = ALL, online = ALL;
byte where[TASKS] = ASLEEP;
byte allowed[TASKS] = ALL;
bool pi_lock[TASKS];

/* CPUs that have interrupts off in a move: none goes offline meanwhile. */
byte irqs_off;

/* pvsched_stop_queued, the work itself, and whether the stopper takes any */
bool queued[CPUS], work[CPUS];
byte disturbers;

#define IN_USE(t)	(allowed[t] & up & ~folded & ALL)
#define CAN_LEAVE(t, c)	(where[t] == c && IN_USE(t))
/* pvsched_is_inhabited(), in the tick of a folded CPU */
#define INHABITED(c)	((folded & online & BIT(c)) && (CAN_LEAVE(0, c) || CAN_LEAVE(1, c)))

/* Any CPU of the mask @from: the load decides, and the load may be anything. */
inline any_of(cpu, from)
{
	assert(from);
	if
	:: (from) & BIT(0) -> cpu = 0
	:: (from) & BIT(1) -> cpu = 1
	:: (from) & BIT(2) -> cpu = 2
	fi
}

inline enqueue(t, cpu)
{
	assert(allowed[t] & BIT(cpu));
	assert(online & BIT(cpu));
	where[t] = cpu;
}

/* pvsched_settle(). The stopper of a CPU that is offline takes no work. */
inline settle(c)
{
	if
	:: queued[c] -> skip
	:: else ->
		queued[c] = true;
		if
		:: online & BIT(c) -> work[c] = true
#ifdef MUTANT_KEEPS_QUEUED
		:: else -> skip
#else
		:: else -> queued[c] = false
#endif
		fi
	fi
}

/* try_to_wake_up(): selected with p->pi_lock held, put into the queue a step later */
proctype waker(byte t)
{
	byte n, cpu, mask;

	do
	:: n == WAKES -> break
	:: atomic { n < WAKES && !pi_lock[t] && where[t] == ASLEEP ->
		pi_lock[t] = true;
		/* __pvsched_select_task_rq() */
		mask = IN_USE(t);
#ifdef MUTANT_NO_WAY_OUT
		mask = up & ~folded & ALL;
#endif
		if
		:: mask -> skip
		:: !mask && (allowed[t] & up) -> mask = allowed[t] & up
		:: !mask && !(allowed[t] & up) -> allowed[t] = ALL; mask = up
		fi;
		any_of(cpu, mask);
		mask = 0
	   }
	   /* The CPU may be folded now. It may be about to go offline, which waits. */
	   d_step { enqueue(t, cpu); pi_lock[t] = false; cpu = 0; n++ }
	   if
	   :: atomic { where[t] < CPUS -> where[t] = ASLEEP }
	   :: skip
	   fi
	:: atomic { where[t] < CPUS -> break }
	od;
	disturbers--
}

/* set_cpus_allowed_ptr(): both locks are held, so the task is not MIGRATING. */
proctype setter(byte t)
{
	byte mask, cpu;

	atomic {
		!pi_lock[t] && where[t] != MIGRATING ->
		select(mask : 1 .. ALL);
		if
		:: !(mask & up) -> skip
		:: else ->
			allowed[t] = mask;
			if
			:: where[t] < CPUS && !(mask & BIT(where[t])) ->
				any_of(cpu, (mask & up));
				enqueue(t, cpu)
			:: else -> skip
			fi
		fi;
		disturbers--
	}
}

/* The CPUs that pvsched_evacuate_one() chooses from */
#ifdef MUTANT_ANY_AFFINITY
#define REFUGES(t)	(up & ~folded & ALL)
#elif defined(MUTANT_INACTIVE)
#define REFUGES(t)	(allowed[t] & ~folded & ALL)
#else
#define REFUGES(t)	IN_USE(t)
#endif

/* The stopper of a CPU: pvsched_settle_stop() */
proctype stopper(byte c)
{
	byte t, cpu;

end:	do
	:: atomic { work[c] -> work[c] = false }
#ifndef MUTANT_NEVER_CLEARED
		queued[c] = false;
#endif
		do
		:: atomic {
			(folded & BIT(c)) && ((where[0] == c && REFUGES(0)) ||
					      (where[1] == c && REFUGES(1))) ->
			t = (where[0] == c && REFUGES(0) -> 0 : 1);
			any_of(cpu, REFUGES(t));
			where[t] = MIGRATING;
#ifndef MUTANT_IRQS_ON
			irqs_off++;
#endif
			skip
		   }
		   /* pvsched_move(): the other queue is locked, interrupts are still off. */
		   d_step { enqueue(t, cpu); irqs_off = (irqs_off -> irqs_off - 1 : 0); cpu = 0; t = 0 }
		:: else -> break
		od
	od
}

/* The tick of a CPU that has tasks: pvsched_leave() */
proctype tick(byte c)
{
	do
	:: atomic { INHABITED(c) && !queued[c] -> settle(c) }
	:: atomic { !INHABITED(c) && !disturbers && !irqs_off -> break }
	od
}

proctype policy()
{
	byte n, c;

	do
	:: n == CHANGES -> break
	:: n < CHANGES ->
		atomic { any_of(c, ALL); folded = folded ^ BIT(c) }
		atomic { settle(c); c = 0; n++ }
	od;
	disturbers--
}

/* The last CPU goes and comes back. */
proctype hotplug()
{
	byte t, cpu;

	/* Each task has another one. */
	atomic { up = up & ~BIT(CPUS - 1) }
	/* synchronize_rcu(): what was selected before is in the queue. */
	t = 0;
	do
	:: t == TASKS -> break
	:: t < TASKS -> (!pi_lock[t]); t++
	od;
	/* balance_push(): everything is pushed, also what is moved here meanwhile. */
	do
	:: atomic {
		!irqs_off && !work[CPUS - 1] &&
		where[0] != CPUS - 1 && where[1] != CPUS - 1 ->
		online = online & ~BIT(CPUS - 1)
	   }
	   break
	:: atomic {
		where[0] == CPUS - 1 && !pi_lock[0] ->
		if
		:: !(allowed[0] & up) -> allowed[0] = ALL
		:: else -> skip
		fi;
		any_of(cpu, (allowed[0] & up));
		enqueue(0, cpu)
	   }
	:: atomic {
		where[1] == CPUS - 1 && !pi_lock[1] ->
		if
		:: !(allowed[1] & up) -> allowed[1] = ALL
		:: else -> skip
		fi;
		any_of(cpu, (allowed[1] & up));
		enqueue(1, cpu)
	   }
	od;
	online = ALL;
	up = ALL;
	disturbers--
}

init {
	byte i;

	atomic {
		disturbers = 2 * MOVED + 1;
		i = 0;
		do
		:: i < MOVED -> run waker(i); run setter(i); i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < CPUS ->
			run stopper(i);
#ifndef MUTANT_NO_TICK
			run tick(i);
#endif
			i++
		:: else -> break
		od;
		run policy();
#ifndef NO_HOTPLUG
		disturbers++;
		run hotplug();
#endif
		skip
	}
	/* Quiet: nothing disturbs, and no CPU has anything to do. */
	(!disturbers && !irqs_off);
	timeout;
	i = 0;
	do
	:: i < TASKS ->
		assert(where[i] == ASLEEP || !(folded & BIT(where[i])) || !IN_USE(i));
		assert(where[i] == ASLEEP || (allowed[i] & BIT(where[i])));
		i++
	:: else -> break
	od
}
