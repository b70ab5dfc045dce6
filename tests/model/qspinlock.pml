/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of guest/qspinlock.c, step by step, with the names that the file
 * gives the steps. A line here is an instruction there that other CPUs can observe;
 * an atomic instruction is one atomic step.
 *
 * Each of CPUS processes takes and releases one lock ROUNDS times. The model leaves
 * open what depends on time and on the host: whether a vCPU is seen preempted, when
 * a waiter has spun enough, whether a newcomer tries to steal. So the results hold
 * for every setting of the tunables and for a host whose yields do nothing. Yields
 * change no state and are left out.
 *
 * Checked: two holders never meet; the word says locked while a process holds the
 * lock; a lock is stolen from one queue head at most MAX_STEALS times; the pending
 * byte names the queue head. A lost wake-up leaves a process asleep, which Spin
 * reports as an invalid end state.
 *
 * SPURIOUS: a sleeper may wake up without a kick, as after an interrupt. That hides
 * lost wake-ups, so it is a configuration of its own.
 * UNBOUNDED: now and then a steal is not counted, as with the part off.
 * SHARED_CODE: all CPUs have the same code, as some have in a VM with more CPUs than
 * codes. A waiter that is about to queue may look like the queue head.
 * RESCUE: the waiter behind a queue head that sleeps may kick it when the lock is
 * free; see pvsched_rescue_head().
 * NESTED: an interrupt that nests in a wait waits for another lock, and its halt may end
 * by the kick that was for the wait below. An interrupt ends a halt as well.
 * TWICE: CPU 0 takes the lock once more than the others and uses its node again.
 * MUTANT_*: the protocol broken on purpose, to prove that the model notices.
 *
 * Memory is sequentially consistent here. x86 reorders only a load before an earlier
 * store of the same CPU. Each store that a later load depends on is part of a locked
 * instruction, in the C file and here.
 */
#ifndef CPUS
#define CPUS		3
#endif
#ifndef ROUNDS
#define ROUNDS		2
#endif
#ifdef TWICE
#define MORE_ROUNDS(cpu)	(cpu == 0)
#else
#define MORE_ROUNDS(cpu)	0
#endif
#ifndef MAX_STEALS
#define MAX_STEALS	1
#endif

#define NONE		0
#define NAME(cpu)	(cpu + 1)	/* tail of a CPU */
#define CPU(name)	(name - 1)
#ifdef SHARED_CODE
#define CODE(cpu)	1
#else
#define CODE(cpu)	NAME(cpu)
#endif

/* locked */
#define FREE		0
#define LOCKED		1
#define SLOW		3

/* state */
#define WAITING		0
#define HALTED		1
#define HEAD		2

/* mode */
#define QUEUED		0
#define SPINNING	1
#define ASLEEP		2
#define KICKED		3

/* The lock word. */
byte locked, pending, tail;
bool closed;

typedef node_t {
	byte next;
	bool used;		/* ->lock is set */
	byte state;
	byte mode;
	byte steals;
};

node_t node[CPUS];

/* A kick that comes before its halt makes the halt return at once. */
bool kicked[CPUS];

byte holders;

inline halt(cpu)
{
	if
	:: atomic { kicked[cpu]; kicked[cpu] = false }
#ifdef SPURIOUS
	:: skip
#endif
	fi
}

/*
 * Where an interrupt may come before a halt, which is before its look at what it waits for:
 * pv_wait() has interrupts off from there on.
 */
inline nest(cpu)
{
	if
	:: kicked[cpu] -> kicked[cpu] = false
	:: skip
	fi
}

#ifdef NESTED
#define NEST(cpu)	nest(cpu)
#else
#define NEST(cpu)	skip
#endif
#ifdef MUTANT_NEST_LATE
#define NEST_LATE(cpu)	nest(cpu)
#else
#define NEST_LATE(cpu)	skip
#endif

/* Load the lock word; seen_* are local to the reader. */
inline read_word()
{
	d_step {
		seen_locked = locked;
		seen_pending = pending;
		seen_closed = closed;
		seen_tail = tail
	}
}

/* Clear values that are not read again: they only make states differ. */
inline forget()
{
	d_step {
		seen_locked = 0;
		seen_pending = 0;
		seen_closed = false;
		seen_tail = 0;
		next = 0
	}
}

/* pvsched_is_head() */
#define IS_HEAD(cpu)	(node[cpu].used && node[cpu].state == HEAD)

/* for_each_pvsched_head(), to find any; without SHARED_CODE a code names one CPU. */
#ifdef SHARED_CODE
#define HAS_HEAD(code)	(code != NONE && \
			 (IS_HEAD(0) || IS_HEAD(1) || (CPUS > 2 && IS_HEAD(CPUS - 1))))
#else
#define HAS_HEAD(code)	(code != NONE && IS_HEAD(CPU(code)))
#endif

/* pvsched_kick_heads(). All that look like the queue head are kicked. */
#ifdef SHARED_CODE
#define MAY_KICK(code)	(code != NONE)
#else
#define MAY_KICK(code)	HAS_HEAD(code)
#endif

inline kick_heads(code)
{
#ifdef SHARED_CODE
	i = 0;
	do
	:: i == CPUS -> break
	:: i < CPUS && IS_HEAD(i) ->
		kicked[i] = true;
#ifdef MUTANT_KICK_FIRST_MATCH
		break;
#endif
		i++
	:: i < CPUS && !IS_HEAD(i) -> i++
	od;
	i = 0
#elif !defined(MUTANT_NO_KICK)
	kicked[CPU(code)] = true
#else
	skip
#endif
}

/* pvsched_note_steal() */
inline note_steal()
{
	assert(pending == seen_pending);
	assert(HAS_HEAD(seen_pending));
#ifdef SHARED_CODE
	/* Count in all, also in a waiter's node that never is the queue head. */
	i = 0;
	do
	:: i == CPUS -> break
	:: i < CPUS && IS_HEAD(i) ->
		if
		:: node[i].steals < MAX_STEALS -> node[i].steals++
		:: else
		fi;
		if
		:: node[i].steals >= MAX_STEALS -> closed = true
		:: else
		fi;
		i++
	:: i < CPUS && !IS_HEAD(i) -> i++
	od;
	i = 0
#else
	if
#ifdef UNBOUNDED
	:: true
#endif
	:: node[CPU(seen_pending)].steals < MAX_STEALS + 1 ->
		node[CPU(seen_pending)].steals++;
#ifndef UNBOUNDED
		assert(node[CPU(seen_pending)].steals <= MAX_STEALS);
#endif
		if
		:: node[CPU(seen_pending)].steals >= MAX_STEALS ->
#ifndef MUTANT_NEVER_CLOSED
			closed = true
#else
			skip
#endif
		:: else
		fi
#ifdef UNBOUNDED
	:: else
#endif
	fi
#endif
}

#ifndef MUTANT_STEAL_LOCKED_ONLY
#define SAME_PENDING	(pending == seen_pending && closed == seen_closed)
#else
#define SAME_PENDING	true
#endif

/* Step "steal". A look at a head that spins may find it preempted or not. */
inline steal()
{
	do
	:: break			/* spun enough, or no vCPU is off CPU */
	:: read_word();
		if
		:: seen_tail == NONE -> break
#ifndef MUTANT_STEAL_CLOSED
		:: seen_tail != NONE && seen_closed -> break
		:: seen_tail != NONE && !seen_closed && !HAS_HEAD(seen_pending) -> break
		:: seen_tail != NONE && !seen_closed && HAS_HEAD(seen_pending) ->
#else
		:: seen_tail != NONE && !HAS_HEAD(seen_pending) -> break
		:: seen_tail != NONE && HAS_HEAD(seen_pending) ->
#endif
			if
			:: seen_locked == FREE ->
				atomic {
					if
					:: locked == FREE && SAME_PENDING ->
						locked = LOCKED;
						got = true
					:: else
					fi
				}
				if
				:: got -> note_steal(); break
				:: else
				fi
			:: else
			fi
		fi
	od;
	forget()
}

/* Step "enqueue". */
inline enqueue(cpu)
{
	do
	:: read_word();
		if
		:: seen_tail == NONE -> node[cpu].state = HEAD
		:: else -> node[cpu].state = WAITING
		fi;
		atomic {
			if
			:: locked != seen_locked || pending != seen_pending ||
			   closed != seen_closed || tail != seen_tail
			:: else ->
				if
				:: seen_tail != NONE ->
					tail = NAME(cpu)
				:: seen_tail == NONE && seen_locked == FREE ->
					locked = LOCKED;
					got = true
				:: seen_tail == NONE && seen_locked != FREE ->
#ifndef MUTANT_HEAD_UNKNOWN
					pending = CODE(cpu);
#endif
					tail = NAME(cpu)
				fi;
				break
			fi
		}
	od
}

/* pvsched_rescue_head(), by the waiter behind @prev. */
inline rescue(prev)
{
	if
	:: locked == FREE ->
		if
		:: IS_HEAD(prev) ->
			atomic {
				if
				:: node[prev].mode == ASLEEP ->
					node[prev].mode = KICKED;
					sleep = true
				:: else
				fi
			}
			if
			:: sleep -> sleep = false; kicked[prev] = true
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

/* Step "turn". */
inline turn(cpu)
{
	do
	:: node[cpu].state == HEAD -> break
#ifdef RESCUE
	:: node[cpu].state == WAITING -> rescue(CPU(before))
#endif
	:: node[cpu].state == WAITING ->	/* spun enough */
		node[cpu].mode = ASLEEP;
#ifndef MUTANT_TURN_NO_CMPXCHG
		atomic {
			if
			:: node[cpu].state == WAITING ->
				node[cpu].state = HALTED;
				sleep = true
			:: else
			fi
		}
#else
		if
		:: node[cpu].state == WAITING ->
			node[cpu].state = HALTED;
			sleep = true
		:: else
		fi;
#endif
		if
		:: sleep ->
			sleep = false;
			NEST(cpu);
			if
			:: node[cpu].state == HALTED -> NEST_LATE(cpu); halt(cpu)
			:: else
			fi;
			atomic {
				if
				:: node[cpu].state == HALTED -> node[cpu].state = WAITING
				:: else
				fi
			}
		:: else
		fi;
		node[cpu].mode = QUEUED
	od
}

/* Step "promote". */
inline promote(cpu)
{
	if
	:: next == NONE ->
		node[cpu].next != NONE;
		next = node[cpu].next;
		pending = CODE(CPU(next))
	:: else
	fi;
#ifndef MUTANT_PROMOTE_NO_XCHG
	atomic {
		sleep = node[CPU(next)].state == HALTED;
		node[CPU(next)].state = HEAD
	}
#else
	sleep = node[CPU(next)].state == HALTED;
	node[CPU(next)].state = HEAD;
#endif
	if
	:: sleep ->
		sleep = false;
#ifndef MUTANT_PROMOTE_NO_SLOW
		locked = SLOW
#else
		skip
#endif
	:: else
	fi;
	assert(pending == CODE(CPU(next)))
}

/* Step "take". */
inline take(cpu)
{
	read_word();
	do
	:: seen_locked != FREE -> break
	:: seen_locked == FREE ->
		next = node[cpu].next;
		atomic {
			if
			:: locked == seen_locked && pending == seen_pending &&
			   closed == seen_closed && tail == seen_tail ->
				assert(pending == CODE(cpu));
				locked = LOCKED;
				closed = false;
				if
				:: tail == NAME(cpu) -> tail = NONE; pending = NONE
				:: tail != NAME(cpu) && next == NONE -> pending = NONE
				:: tail != NAME(cpu) && next != NONE -> pending = CODE(CPU(next))
				fi;
				got = true
			:: else
			fi
		}
		if
		:: got && seen_tail != NAME(cpu) -> promote(cpu); break
		:: got && seen_tail == NAME(cpu) -> break
		:: else -> read_word()
		fi
	od;
	forget()
}

/* Step "arm". */
inline arm(cpu)
{
#ifndef MUTANT_ARM_NO_CMPXCHG
	atomic {
		if
		:: locked == LOCKED -> locked = SLOW; sleep = true
		:: locked == SLOW -> sleep = true
		:: else
		fi
	}
#else
	if
	:: locked != FREE -> locked = SLOW; sleep = true
	:: else
	fi;
#endif
	if
	:: sleep ->
		sleep = false;
		NEST(cpu);
		if
		:: locked == SLOW -> NEST_LATE(cpu); halt(cpu)
		:: else
		fi
	:: else
	fi
}

/* pvsched_await_lock() */
inline head(cpu)
{
	do
	:: got -> break
	:: else ->
		node[cpu].mode = SPINNING;
		take(cpu);
		if
		:: got
		:: else		/* spin on */
		:: !got ->	/* spun enough */
			node[cpu].mode = ASLEEP;
			arm(cpu)
		fi
	od
}

/* pvsched_lock_queued() */
inline queue(cpu)
{
	node[cpu].next = NONE;
	node[cpu].steals = 0;
	node[cpu].mode = QUEUED;
	node[cpu].used = true;
	enqueue(cpu);
	if
	:: got -> forget()
	:: else ->
		if
		:: seen_tail != NONE ->
			node[CPU(seen_tail)].next = NAME(cpu);
#ifdef RESCUE
			before = seen_tail;
#endif
			forget();
			turn(cpu)
#ifdef RESCUE
			;
			before = NONE
#endif
		:: else -> forget()
		fi;
		head(cpu)
	fi;
	node[cpu].used = false
}

/* Step "unlock". The comparison that fails has read the word. */
inline unlock()
{
	atomic {
		if
		:: locked == LOCKED && pending == NONE && tail == NONE ->
			locked = FREE
		:: else ->
			got = false;
			seen_pending = pending
		fi
	}
	if
	:: got
	:: else ->
#ifdef MUTANT_KICK_FIRST
		if
		:: locked == SLOW && MAY_KICK(seen_pending) -> kick_heads(seen_pending)
		:: else
		fi;
#endif
#ifndef MUTANT_UNLOCK_BLIND
		atomic { seen_locked = locked; locked = FREE; assert(pending == seen_pending) }
#else
		seen_locked = locked;
		locked = FREE;
#endif
		assert(seen_locked != FREE);
#ifndef MUTANT_KICK_FIRST
		if
		:: seen_locked == SLOW && MAY_KICK(seen_pending) -> kick_heads(seen_pending)
		:: else
		fi
#endif
	fi;
	d_step { got = false; seen_locked = 0; seen_pending = 0 }
}

proctype cpu(byte me)
{
	byte round, next, before, i;
	byte seen_locked, seen_pending, seen_tail;
	bool seen_closed, got, sleep;

	do
	:: round == ROUNDS + MORE_ROUNDS(me) -> break
	:: else ->
		atomic {
			if
			:: locked == FREE && pending == NONE && tail == NONE ->
				locked = LOCKED;
				got = true
			:: else
			fi
		}
		if
		:: got
		:: else -> steal()
		fi;
		if
		:: got
		:: else -> queue(me)
		fi;

		holders++;
		assert(holders == 1);
		assert(locked != FREE);
		holders--;

		unlock();
		round++
	od
}

init
{
	byte i;

	atomic {
		do
		:: i == CPUS -> break
		:: else -> run cpu(i); i++
		od
	}
	_nr_pr == 1;
	assert(locked == FREE && pending == NONE && tail == NONE && !closed)
}
