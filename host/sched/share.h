/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of what a VM can have: shares by weight, and one number from many
 * looks. Numbers only, no state of the kernel.
 *
 * CPUs are counted in 1/1024. The number is made in four steps. What they find depends
 * on strangers alone, never on how many vCPUs the VM uses now. So a guest that follows
 * the number does not move it.
 *
 * 1. A level is a group of the hierarchy, and what else is in its parent's queues.
 *    The group can have its share by weight. A stranger cannot use more than one CPU,
 *    though, and strangers that are kept to one CPU no more than that; what they cannot
 *    use is shared by the others.
 * 2. One look is an instant, at which a stranger may sleep that mostly runs. The
 *    mean of the looks follows a step at once, and averages what comes and goes. While
 *    load arrives the weights of its group add up to too much, until the base has
 *    brought all of them up to date: what is seen at a step counts no more than what
 *    follows.
 * 3. A VM that runs on all of its CPUs has its share of each of them at once. One that
 *    runs on fewer has its share only when the load balancer has moved strangers away
 *    from those: for 100 to 200 ms after each sleep, two vCPUs that could have two CPUs
 *    of four get 2/3 of each. In the long run, though, fewer vCPUs wait less for each
 *    other's locks. So the number is what the VM could have without strangers, its CPUs
 *    within quotas, until the VM has been busy beside the same strangers for a second.
 *    Then it is the share.
 * 4. Where vCPUs are votes, fewer vCPUs get less, and the number is "all". They are
 *    beside a stranger in the VM's own group. And a share by weight is a promise that
 *    the load balancer has to keep. A VM that uses as many vCPUs as it was told, and
 *    does not get that much, is told "all" for a while.
 */
#ifndef _PVSCHED_SHARE_H
#define _PVSCHED_SHARE_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/pvsched_sched.h>
#include <linux/time64.h>
#include <linux/types.h>

#define PVSCHED_ONE_CPU		1024u

/* The number is a multiple of this, and does not change for less than three quarters. */
#define PVSCHED_STEP		64u

/* The mean and the deviation have so many more bits, and so long a memory, in looks. */
#define PVSCHED_MEAN_SHIFT	6
#define PVSCHED_MEAN_LOOKS	32
#define PVSCHED_DEV_LOOKS	16

/*
 * A look is off if it differs by more than this, and by more than twice the deviation.
 * So many in a row on one side are a step: a number that is too low costs CPU time, so
 * the way up is shorter.
 */
#define PVSCHED_OFF		128u
#define PVSCHED_LOOKS_UP	2
#define PVSCHED_LOOKS_DOWN	3

/*
 * The number becomes the share after so long. Looks are made by vCPUs that run: where two
 * are further apart than this, the VM slept, and the load balancer has to begin anew.
 */
#define PVSCHED_SETTLE_NS	NSEC_PER_SEC
#define PVSCHED_SLEEP_NS	(100 * NSEC_PER_MSEC)

/*
 * A stranger in the VM's own group counts if it is there at more than half of the looks,
 * once those are so many more, and no longer once they are as few. The sum is bounded.
 */
#define PVSCHED_VOTE_ON		8
#define PVSCHED_VOTE_MAX	16

/* After so many looks the load balancer would have moved what may move. */
#define PVSCHED_STACK_LOOKS	8

/* A promise is checked after so long, twice, and if broken twice not made for so long. */
#define PVSCHED_CHECK_NS	(128 * NSEC_PER_MSEC)
#define PVSCHED_HOLD_NS		NSEC_PER_SEC
#define PVSCHED_MAX_HOLD_NS	(32 * (u64)NSEC_PER_SEC)

/* On a level a share has so many more bits: weights may be 10000 times as large. */
#define PVSCHED_FINE_SHIFT	10

/**
 * struct pvsched_level - A group and what it meets in its parent's queues
 * @weight:	the group's weight, scaled down
 * @share:	what the group is taken to have, in 1/2^20 CPU
 * @free:	weight of the strangers that could use more than they have
 * @capped:	what those have that cannot, in 1/1024 CPU
 */
struct pvsched_level {
	unsigned long weight;
	u64 share;
	u64 free;
	u32 capped;
};

/* Strangers that were runnable for three quarters of the time lately want all they can get. */
#define PVSCHED_ALWAYS		768u

/**
 * pvsched_level_add() - Count the strangers on one CPU.
 * @level:	the level
 * @weight:	their weight, scaled down, or 0
 * @cpus:	how many CPUs they could use
 *
 * Context: any.
 */
static inline void pvsched_level_add(struct pvsched_level *level, u64 weight, u32 cpus)
{
	u64 most = (u64)cpus * PVSCHED_ONE_CPU;

	if (level->share * weight > level->weight * most << PVSCHED_FINE_SHIFT)
		level->capped += most;
	else
		level->free += weight;
}

/**
 * pvsched_level_add_sleepers() - Count strangers on one CPU that have what they want.
 * @level:	the level
 * @util:	how much that is, in 1/1024 CPU
 *
 * Context: any.
 */
static inline void pvsched_level_add_sleepers(struct pvsched_level *level, u32 util)
{
	level->capped += min(util, PVSCHED_ONE_CPU);
}

/**
 * pvsched_level_share() - The group's share, if @share of the level was about right.
 * @level:	the level, with the strangers of all CPUs counted
 * @avail:	what the parent has, in 1/1024 CPU
 *
 * This is a step of Newton's method on a concave function. From any @share it leads to
 * the solution or below, and from below it never leads beyond.
 *
 * Context: any.
 * Return: the share in 1/2^20 CPU; the solution if that is @share of the level.
 */
static inline u64 pvsched_level_share(const struct pvsched_level *level, u32 avail)
{
	u64 total = level->weight + level->free;

	if (level->capped >= avail || !total)
		return 0;

	return div64_u64(((u64)(avail - level->capped) << PVSCHED_FINE_SHIFT) * level->weight,
			 total);
}

/* Is a look too far from the mean for what looks deviate by? */
static inline bool pvsched_mean_misses(const struct pvsched_mean *mean, u32 apart)
{
	return apart > (PVSCHED_OFF << PVSCHED_MEAN_SHIFT) + 2 * mean->deviation;
}

/* Count looks that are off on the same side; true if those are a step. */
static inline bool pvsched_mean_steps(struct pvsched_mean *mean, u32 value)
{
	bool up = value > mean->value;
	u32 apart = up ? value - mean->value : mean->value - value;

	if (!pvsched_mean_misses(mean, apart)) {
		mean->off = 0;
		return false;
	}

	mean->off = up == mean->off_up ? mean->off + 1 : 1;
	mean->off_up = up;

	return mean->off >= (up ? PVSCHED_LOOKS_UP : PVSCHED_LOOKS_DOWN);
}

/* A step adds little, for its looks are few. What comes again and again soon adds a lot. */
static inline void pvsched_mean_deviates(struct pvsched_mean *mean, s64 apart)
{
	s64 most = 4 * (s64)mean->deviation + (PVSCHED_OFF << PVSCHED_MEAN_SHIFT);

	mean->deviation += (min(apart, most) - (s64)mean->deviation) / PVSCHED_DEV_LOOKS;
}

/**
 * pvsched_mean_add() - Take another look into the mean.
 * @mean:	the mean
 * @share:	the look, in 1/1024 CPU
 *
 * Context: any.
 * Return: true if the mean was made anew, at a step or by the first look.
 */
static inline bool pvsched_mean_add(struct pvsched_mean *mean, u32 share)
{
	u32 value = share << PVSCHED_MEAN_SHIFT;
	s64 apart;

	if (!mean->looks || pvsched_mean_steps(mean, value)) {
		mean->looks = 1;
		mean->value = value;
		mean->off = 0;
		return true;
	}

	/* One that may be the first of a step counts for little until then. */
	if (!mean->off)
		mean->looks = min(mean->looks + 1, PVSCHED_MEAN_LOOKS);

	apart = (s64)value - mean->value;
	mean->value += apart / (mean->off ? PVSCHED_MEAN_LOOKS : mean->looks);
	pvsched_mean_deviates(mean, apart < 0 ? -apart : apart);
	return false;
}

static inline bool pvsched_is_before(u64 now, u64 until)
{
	return (s64)(until - now) > 0;
}

static inline void pvsched_settle_begin(struct pvsched_settle *s, const struct pvsched_look *look)
{
	s->since = look->now;
	s->looks = 0;
	s->wanted = 0;
}

/* Do strangers take what is worth a wait? */
static inline bool pvsched_has_less(const struct pvsched_capacity *c)
{
	return c->alone > c->by_weight + PVSCHED_OFF;
}

/* Did the VM sleep since the last look, or is there nothing to wait for? */
static inline bool pvsched_settle_is_void(const struct pvsched_capacity *c,
					  const struct pvsched_look *look)
{
	return !pvsched_is_before(look->now, c->settle.last + PVSCHED_SLEEP_NS) ||
	       !pvsched_has_less(c);
}

/*
 * After a second: did more than half of the looks find a VM that wants its share? Once that
 * is the number, more than a quarter will do: so a VM that is on the edge goes back and
 * forth less.
 */
static inline void pvsched_settle_judge(struct pvsched_settle *s, const struct pvsched_look *look)
{
	if (pvsched_is_before(look->now, s->since + PVSCHED_SETTLE_NS))
		return;

	s->is_done = s->wanted * (s->is_done ? 4 : 2) > s->looks;
	pvsched_settle_begin(s, look);
}

/* Take another look, at which the mean share made a step or not. */
static inline void pvsched_settle_add(struct pvsched_capacity *c, const struct pvsched_look *look,
				      bool steps)
{
	bool is_void = pvsched_settle_is_void(c, look);
	struct pvsched_settle *s = &c->settle;

	/* More than what is settled takes no wait. */
	if (is_void || (steps && !c->mean.off_up))
		s->is_done = false;
	if (is_void || steps)
		pvsched_settle_begin(s, look);

	s->last = look->now;
	s->looks++;
	s->wanted += look->runnable * PVSCHED_ONE_CPU + PVSCHED_ONE_CPU / 2 >= c->by_weight;
	pvsched_settle_judge(s, look);
}

static inline u64 pvsched_hold_longer(u64 hold)
{
	return clamp(2 * hold, (u64)PVSCHED_HOLD_NS, PVSCHED_MAX_HOLD_NS);
}

/* Strangers among the VM's own vCPUs count if they take more than 1/64 of the share. */
static inline bool pvsched_look_has_votes(const struct pvsched_look *look)
{
	return (u64)look->foreign * PVSCHED_ONE_CPU * 64 > look->share;
}

static inline void pvsched_count_votes(struct pvsched_capacity *c, const struct pvsched_look *look)
{
	if (pvsched_look_has_votes(look))
		c->votes = min(c->votes + 1, PVSCHED_VOTE_MAX);
	else if (c->votes)
		c->votes--;

	if (c->votes >= PVSCHED_VOTE_ON)
		c->is_voting = true;
	else if (!c->votes)
		c->is_voting = false;
}

/*
 * Strangers that share a CPU for long while another one is idle are kept there. Remember
 * that, for nothing shows it once the VM uses the idle one.
 */
static inline void pvsched_watch_stacks(struct pvsched_capacity *c, const struct pvsched_look *look)
{
	if (!look->is_stacked || !look->is_idle) {
		c->stacks = 0;
		return;
	}

	if (pvsched_is_before(look->now, c->stacks_until) || ++c->stacks < PVSCHED_STACK_LOOKS)
		return;

	c->stacks_hold = pvsched_hold_longer(c->stacks_hold);
	c->stacks_until = look->now + c->stacks_hold;
}

static inline void pvsched_promise_begin(struct pvsched_promise *p, const struct pvsched_look *look)
{
	p->since = look->now;
	p->ran_before = look->ran;
	p->looks = 0;
	p->runnable = 0;
	p->met = 0;
}

/*
 * Did the VM use about as many vCPUs as it was told, beside strangers, and get less than
 * seven eighths of that? What it waits for without strangers, siblings have.
 */
static inline bool pvsched_promise_is_due(const struct pvsched_promise *p, u32 number)
{
	u64 used = div64_u64(p->runnable * PVSCHED_ONE_CPU, p->looks);

	return 2 * p->met > p->looks && used + PVSCHED_ONE_CPU / 2 >= number &&
	       used <= number + PVSCHED_ONE_CPU;
}

static inline bool pvsched_promise_is_kept(const struct pvsched_promise *p,
					   const struct pvsched_look *look, u32 number)
{
	u64 used = div64_u64(p->runnable * PVSCHED_ONE_CPU, p->looks);
	u64 got = div64_u64((look->ran - p->ran_before) * PVSCHED_ONE_CPU, look->now - p->since);

	return 8 * got >= 7 * min_t(u64, used, number);
}

/* At the end of a check: what came of it. */
static inline void pvsched_promise_end(struct pvsched_promise *p,
				       const struct pvsched_look *look, u32 number)
{
	if (!pvsched_promise_is_due(p, number)) {
		p->broken = 0;
	} else if (pvsched_promise_is_kept(p, look, number)) {
		p->broken = 0;
		p->hold = 0;
	} else if (++p->broken == 2) {
		p->broken = 0;
		p->hold = pvsched_hold_longer(p->hold);
		p->until = look->now + p->hold;
	}
}

/* Check the promise that @number is; there is none if that is no share, or means all. */
static inline void pvsched_check_promise(struct pvsched_promise *p,
					 const struct pvsched_look *look, u32 number, bool is_share)
{
	if (!p->looks || number != p->number || !is_share ||
	    number >= look->vcpus * PVSCHED_ONE_CPU) {
		if (number != p->number)
			p->broken = 0;
		p->number = number;
		pvsched_promise_begin(p, look);
	}

	p->looks++;
	p->runnable += look->runnable;
	p->met += look->met;
	if (look->now - p->since < PVSCHED_CHECK_NS)
		return;

	pvsched_promise_end(p, look, number);
	p->looks = 0;
}

/*
 * The mean as a number, which stays as it is for small differences, and beside load that
 * comes and goes also for some that are not as small: rather too high than too low.
 */
static inline u32 pvsched_round(const struct pvsched_mean *mean, u32 number)
{
	u32 value = mean->value >> PVSCHED_MEAN_SHIFT;
	u32 noise = mean->deviation >> PVSCHED_MEAN_SHIFT;
	u32 apart = value > number ? value - number : number - value;

	if (number && apart < max(PVSCHED_STEP * 3 / 4, value > number ? noise / 8 : noise / 3))
		return number;

	return max(PVSCHED_STEP, (value + PVSCHED_STEP / 2) / PVSCHED_STEP * PVSCHED_STEP);
}

/* Learn from a look that means something. */
static inline void pvsched_capacity_learn(struct pvsched_capacity *c,
					  const struct pvsched_look *look, u32 all)
{
	bool steps = pvsched_mean_add(&c->mean, min(look->share, all));

	c->by_weight = min(all, pvsched_round(&c->mean, c->by_weight));
	pvsched_mean_add(&c->mean_alone, min(look->alone, all));
	c->alone = min(all, pvsched_round(&c->mean_alone, c->alone));

	pvsched_settle_add(c, look, steps);
	pvsched_count_votes(c, look);
	pvsched_watch_stacks(c, look);
}

static inline enum pvsched_capacity_reason
pvsched_reason(const struct pvsched_capacity *c, const struct pvsched_look *look)
{
	if (!look->is_known)
		return PVSCHED_CAPACITY_UNLIKE;
	if (c->is_voting)
		return PVSCHED_CAPACITY_VOTES;
	if (pvsched_is_before(look->now, c->promise.until))
		return PVSCHED_CAPACITY_BROKEN;
	if (pvsched_has_less(c) && !c->settle.is_done)
		return PVSCHED_CAPACITY_CPUS;

	return PVSCHED_CAPACITY_SHARE;
}

static inline u32 pvsched_number(const struct pvsched_capacity *c, u32 all)
{
	if (c->reason != PVSCHED_CAPACITY_SHARE && c->reason != PVSCHED_CAPACITY_CPUS)
		return all;

	return c->settle.is_done ? c->by_weight : max(c->by_weight, c->alone);
}

/**
 * pvsched_capacity_next() - What a VM can have, after another look.
 * @c:		what is known of the VM; all zero at first
 * @look:	the look
 *
 * Context: one at a time for each @c.
 * Return: CPUs in 1/1024, never 0 and never more than those of @look->vcpus, which
 * means all.
 */
static inline u32 pvsched_capacity_next(struct pvsched_capacity *c, const struct pvsched_look *look)
{
	u32 all = look->vcpus * PVSCHED_ONE_CPU;

	if (look->is_known)
		pvsched_capacity_learn(c, look, all);
	pvsched_check_promise(&c->promise, look, c->number, c->reason == PVSCHED_CAPACITY_SHARE);

	c->reason = pvsched_reason(c, look);
	c->number = pvsched_number(c, all);
	return c->number;
}

#endif /* _PVSCHED_SHARE_H */
