/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of guest/qspinlock.c, step by step and under the names that the
 * file gives the steps. A line here is an instruction there that others can
 * see; what one atomic instruction does is one atomic step.
 *
 * Each of CPUS processes takes and releases one lock ROUNDS times. What time and
 * the host decide is left open: whether a vCPU is seen preempted, when a waiter
 * has spun enough, whether a newcomer tries to steal. So whatever holds here
 * holds for every setting of the tunables and for a host whose yields do
 * nothing; and yields are left out, for they change nothing.
 *
 * Checked: two holders never meet; the lock is held in its word while somebody
 * holds it; a head is passed MAX_STEALS times at most; the pending byte names
 * the head. A wake-up that is lost leaves a process where it sleeps, which Spin
 * reports as an invalid end state.
 *
 * SPURIOUS: a sleeper may wake up without a kick, as an interrupt makes it.
 * That hides lost wake-ups, so it is a run of its own.
 * UNBOUNDED: steals are not counted, now and then, as with the part off.
 * MUTANT_*: the protocol broken on purpose, to prove that it would be noticed.
 *
 * Memory is sequentially consistent here. x86 moves only a load before a store
 * of the same CPU: each store that a later load depends on is part of a locked
 * instruction, in the C file and here.
 */
#ifndef CPUS
#define CPUS		3
#endif
#ifndef ROUNDS
#define ROUNDS		2
#endif
#ifndef MAX_STEALS
#define MAX_STEALS	1
#endif

#define NOBODY		0
#define NAME(cpu)	(cpu + 1)	/* code and tail of a CPU */
#define CPU(name)	(name - 1)

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

/* The lock word. */
byte locked, pending, tail;
bool closed;

typedef node_t {
	byte next;
	bool used;		/* ->lock is set */
	byte state;
	byte mode;
	byte passed;
};

node_t node[CPUS];

/* A kick that came before its halt makes the halt return at once. */
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

/* Loads from the lock word; @seen_* are the reader's own. */
inline read_word()
{
	d_step {
		seen_locked = locked;
		seen_pending = pending;
		seen_closed = closed;
		seen_tail = tail
	}
}

/* Values that nobody reads again would only make states differ. */
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

/* for_each_pvsched_head(): with so few CPUs a code is a CPU's. */
#define IS_HEAD(name)	(name != NOBODY && node[CPU(name)].used && \
			 node[CPU(name)].state == HEAD)

/* pvsched_note_steal() */
inline note_steal()
{
	assert(pending == seen_pending);
	assert(IS_HEAD(seen_pending));
	if
#ifdef UNBOUNDED
	:: true
#endif
	:: node[CPU(seen_pending)].passed < MAX_STEALS + 1 ->
		node[CPU(seen_pending)].passed++;
#ifndef UNBOUNDED
		assert(node[CPU(seen_pending)].passed <= MAX_STEALS);
#endif
		if
		:: node[CPU(seen_pending)].passed >= MAX_STEALS ->
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
	:: break			/* it has spun enough, or nobody is off CPU */
	:: read_word();
		if
		:: seen_tail == NOBODY -> break
#ifndef MUTANT_STEAL_CLOSED
		:: seen_tail != NOBODY && seen_closed -> break
		:: seen_tail != NOBODY && !seen_closed && !IS_HEAD(seen_pending) -> break
		:: seen_tail != NOBODY && !seen_closed && IS_HEAD(seen_pending) ->
#else
		:: seen_tail != NOBODY && !IS_HEAD(seen_pending) -> break
		:: seen_tail != NOBODY && IS_HEAD(seen_pending) ->
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
		:: seen_tail == NOBODY -> node[cpu].state = HEAD
		:: else -> node[cpu].state = WAITING
		fi;
		atomic {
			if
			:: locked != seen_locked || pending != seen_pending ||
			   closed != seen_closed || tail != seen_tail
			:: else ->
				if
				:: seen_tail != NOBODY ->
					tail = NAME(cpu)
				:: seen_tail == NOBODY && seen_locked == FREE ->
					locked = LOCKED;
					got = true
				:: seen_tail == NOBODY && seen_locked != FREE ->
#ifndef MUTANT_HEAD_UNKNOWN
					pending = NAME(cpu);
#endif
					tail = NAME(cpu)
				fi;
				break
			fi
		}
	od
}

/* Step "turn". */
inline turn(cpu)
{
	do
	:: node[cpu].state == HEAD -> break
	:: node[cpu].state == WAITING ->	/* it has spun enough */
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
			if
			:: node[cpu].state == HALTED -> halt(cpu)
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

/* Step "hand over". */
inline hand_over(cpu)
{
	if
	:: next == NOBODY ->
		node[cpu].next != NOBODY;
		next = node[cpu].next;
		pending = next
	:: else
	fi;
#ifndef MUTANT_HAND_OVER_NO_XCHG
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
#ifndef MUTANT_HAND_OVER_NO_SLOW
		locked = SLOW
#else
		skip
#endif
	:: else
	fi;
	assert(pending == next)
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
				assert(pending == NAME(cpu));
				locked = LOCKED;
				closed = false;
				if
				:: tail == NAME(cpu) -> tail = NOBODY; pending = NOBODY
				:: else -> pending = next
				fi;
				got = true
			:: else
			fi
		}
		if
		:: got && seen_tail != NAME(cpu) -> hand_over(cpu); break
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
		if
		:: locked == SLOW -> halt(cpu)
		:: else
		fi
	:: else
	fi
}

/* pvsched_head() */
inline head(cpu)
{
	do
	:: got -> break
	:: else ->
		node[cpu].mode = SPINNING;
		take(cpu);
		if
		:: got
		:: else		/* it spins on */
		:: !got ->	/* it has spun enough */
			node[cpu].mode = ASLEEP;
			arm(cpu)
		fi
	od
}

/* pvsched_wait() */
inline queue(cpu)
{
	node[cpu].next = NOBODY;
	node[cpu].passed = 0;
	node[cpu].mode = QUEUED;
	node[cpu].used = true;
	enqueue(cpu);
	if
	:: got -> forget()
	:: else ->
		if
		:: seen_tail != NOBODY ->
			node[CPU(seen_tail)].next = NAME(cpu);
			forget();
			turn(cpu)
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
		:: locked == LOCKED && pending == NOBODY && tail == NOBODY ->
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
		:: locked == SLOW && IS_HEAD(seen_pending) -> kicked[CPU(seen_pending)] = true
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
		:: seen_locked == SLOW && IS_HEAD(seen_pending) ->
			kicked[CPU(seen_pending)] = true
		:: else
		fi
#endif
	fi;
	d_step { got = false; seen_locked = 0; seen_pending = 0 }
}

proctype cpu(byte me)
{
	byte round, next;
	byte seen_locked, seen_pending, seen_tail;
	bool seen_closed, got, sleep;

	do
	:: round == ROUNDS -> break
	:: else ->
		atomic {
			if
			:: locked == FREE && pending == NOBODY && tail == NOBODY ->
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
	assert(locked == FREE && pending == NOBODY && tail == NOBODY && !closed)
}
