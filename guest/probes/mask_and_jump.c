/* SPDX-License-Identifier: MIT */
/* Clause 6.5: the signal mask after the handler, and a handler that leaves by siglongjmp. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"
#include "stops.h"

#define JUMPS 20
/* The kernel takes no other size than that of its own mask: 128 signals on MIPS, 64 elsewhere. */
#define KERNEL_MASK_BYTES ((_NSIG + 6) / 8)

static sigjmp_buf back;
static volatile bool jump;
static volatile uint64_t mask_inside;
static volatile pid_t handler_thread;

/* The kernel's own mask, of the first 64 signals: bit n - 1 is signal n. */
static uint64_t mask_now(void)
{
	/* Words of the machine, the one of the first signals first, whatever the order of their bytes. */
	unsigned long words[KERNEL_MASK_BYTES / sizeof(unsigned long)] = { 0 };
	uint64_t mask = 0;

	if (syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, words, sizeof(words)))
		broken("rt_sigprocmask", errno);
	for (size_t i = 0; i < sizeof(mask) / sizeof(words[0]); i++)
		mask |= (uint64_t)words[i] << (8 * sizeof(words[0]) * i);
	return mask;
}

static pid_t kernel_thread(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static void on_stop(struct stop *stop)
{
	if (!stop_noted(stop))
		return;
	handler_thread = kernel_thread();
	mask_inside = mask_now();
	/* A handler that runs elsewhere has no way to leave by a jump of the thread. */
	if (jump && stop->context)
		siglongjmp(back, 1);
	stop_go_to(stop, trap_site().next);
}

static void record_masks(const char *what, uint64_t before, uint64_t after)
{
	struct record record;

	record_begin(&record, what);
	record_stops(&record);
	record_site(&record);
	record_boolean(&record, "inTheThread", handler_thread == kernel_thread());
	record_hex(&record, "maskBefore", before);
	record_hex(&record, "maskInside", mask_inside);
	record_hex(&record, "maskAfter", after);
	record_hex(&record, "trapBit", 1ull << (SIGTRAP - 1));
	record_hex(&record, "addedBit", 1ull << (SIGUSR1 - 1));
	record_end(&record);
}

static void mask_and_jump(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	volatile unsigned jumped = 0, fell_through = 0;
	struct sigaction action;
	struct record record;
	uint64_t before;
	sigset_t block;

	trap_use_execute();
	trap_handle(on_stop, 0);
	trap_open_or_refuse(&watch);
	/* The handler blocks SIGUSR1 too; the program itself blocks SIGURG. */
	if (mechanism != BY_PTRACE && mechanism != BY_POLL) {
		sigaction(SIGTRAP, NULL, &action);
		sigaddset(&action.sa_mask, SIGUSR1);
		if (sigaction(SIGTRAP, &action, NULL))
			broken("sigaction", errno);
	}
	sigemptyset(&block);
	sigaddset(&block, SIGURG);
	sigprocmask(SIG_BLOCK, &block, NULL);

	before = mask_now();
	trap_hit(0);
	trap_settle(500);
	record_masks("returned", before, mask_now());

	stop_journal_clear();
	jump = true;
	for (volatile unsigned i = 0; i < JUMPS; i++) {
		if (sigsetjmp(back, 1)) {
			jumped++;
			continue;
		}
		trap_hit(0);
		fell_through++;
	}
	trap_settle(500);
	record_masks("jumped", before, mask_now());
	record_begin(&record, "jumps");
	record_number(&record, "hits", JUMPS);
	record_number(&record, "jumped", jumped);
	record_number(&record, "fellThrough", fell_through);
	record_end(&record);

	/* And a hit with an ordinary return once more. */
	jump = false;
	stop_journal_clear();
	record_begin(&record, "again");
	record_number(&record, "mask", (int64_t)trap_hit(0));
	trap_settle(500);
	record_stops(&record);
	record_end(&record);
}
PROBE("6.5", mask_and_jump);
