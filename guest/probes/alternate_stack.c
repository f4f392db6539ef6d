/* SPDX-License-Identifier: MIT */
/* Clause 4.4: the handler on an alternate signal stack, when one is asked for, and only then. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>

#include "probe.h"
#include "stops.h"

static unsigned char alternate[65536] __attribute__((aligned(16)));
static volatile uint64_t handler_stack;
static volatile pid_t handler_thread;
static volatile bool on_stack_inside;

static void on_stop(struct stop *stop)
{
	stack_t now;

	if (!stop_noted(stop))
		return;
	handler_stack = stop->stack;
	handler_thread = own_thread();
	on_stack_inside = !sigaltstack(NULL, &now) && now.ss_flags & SS_ONSTACK;
	stop_go_to(stop, trap_site().next);
}

static bool inside(uint64_t address)
{
	return address >= (uintptr_t)alternate && address < (uintptr_t)alternate + sizeof(alternate);
}

static void hit(const char *what)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	struct record record;
	stack_t now;
	uint64_t mask;
	int descriptor = trap_open_or_refuse(&watch);

	stop_journal_clear();
	handler_stack = 0;
	mask = trap_hit(1);
	trap_settle(500);
	trap_close(descriptor);
	sigaltstack(NULL, &now);
	record_begin(&record, what);
	record_stops(&record);
	record_site(&record);
	record_number(&record, "mask", (int64_t)mask);
	record_boolean(&record, "inTheThread", handler_thread == own_thread());
	record_hex(&record, "handlerStack", handler_stack);
	record_hex(&record, "alternateStart", (uintptr_t)alternate);
	record_hex(&record, "alternateEnd", (uintptr_t)alternate + sizeof(alternate));
	record_hex(&record, "contextStack", stop_journal.first.registers.sp);
	record_boolean(&record, "contextStackIsOwn", !inside(stop_journal.first.registers.sp));
	record_boolean(&record, "onStackInside", on_stack_inside);
	record_boolean(&record, "onStackAfter", now.ss_flags & SS_ONSTACK);
	record_end(&record);
}

static void alternate_stack(void)
{
	const stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction action;

	trap_use_execute();
	trap_handle(on_stop, SA_ONSTACK);
	if (sigaltstack(&stack, NULL))
		broken("sigaltstack", errno);
	hit("on-alternate-stack");
	/* The same handler without SA_ONSTACK: the stack is still there, and must not be used. */
	sigaction(SIGTRAP, NULL, &action);
	action.sa_flags &= ~SA_ONSTACK;
	if (mechanism != BY_PTRACE && mechanism != BY_POLL && sigaction(SIGTRAP, &action, NULL))
		broken("sigaction", errno);
	hit("on-own-stack");
}
PROBE("4.4", alternate_stack);
