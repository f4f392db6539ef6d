/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "hits.h"

#define STACK_TOUCHED (48 * 1024)

volatile unsigned char *hit_target(int number)
{
	return trap_target + (trigger == PAGE_FAULT ? number * getpagesize() : 0);
}

unsigned long hit_at(volatile unsigned char *target, unsigned long value)
{
	if (trigger != HW_BREAKPOINT && trigger != PAGE_FAULT)
		return trap_hit(value);
	trap_progress();
	trap_refresh(target);
	return site_store(target, value);
}

bool stop_is_of_target(const struct stop *stop)
{
	uintptr_t address = (uintptr_t)stop->info.si_addr, first = (uintptr_t)trap_target;

	if (trigger != PAGE_FAULT || mechanism != BY_SIGTRAP)
		return true;
	return address >= first && address < first + 8 * (uintptr_t)getpagesize();
}

bool stop_is_of(const struct stop *stop, struct site site)
{
	uint64_t pc = stop->registers.pc;

	if (pc != site.instruction && pc != site.next)
		return false;
	return stop_is_of_target(stop);
}

void stop_step_over(struct stop *stop, struct site site)
{
	/* After a page fault the page is there, and a probed instruction was stepped by the kernel. */
	if (trigger == PAGE_FAULT || trigger == UPROBE)
		return;
	if (!stop->has_registers || stop->registers.pc != site.instruction)
		return;
	stop_go_to(stop, site.next);
}

int hits_affordable(int wanted)
{
	return mechanism == BY_SIGTRAP || mechanism == BY_NOTHING ? wanted : wanted / 10;
}

void share_processor(void)
{
	cpu_set_t one;

	if (mechanism != BY_POLL && mechanism != BY_PTRACE)
		return;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		broken("sched_setaffinity", errno);
}

void hit_wait(const volatile int *stops, int before)
{
	const struct timespec pause = { 0, 20000 };
	struct timespec begin, now;

	if (mechanism != BY_POLL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		if (*stops != before)
			return;
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < 100);
}

__attribute__((noinline)) void stack_touch(void)
{
	volatile unsigned char below[STACK_TOUCHED];

	for (size_t i = 0; i < sizeof(below); i += 1024)
		below[i] = 0;
}

void run_first(void)
{
	const struct sched_param parameter = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &parameter))
		broken("sched_setscheduler", errno);
}

void count_up(volatile int *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}
