/* SPDX-License-Identifier: MIT */
/*
 * A 32-bit program on a 64-bit kernel, for clause 3.2: `/compat32 hw-breakpoint|page-fault`. It opens a
 * sigtrap event, makes one hit and writes what its handler was given (report.h). There is no C library:
 * arch/<architecture>/compat32.h has its start, its system calls, its handler's frame and its site.
 */
#include <stdint.h>

#include "report.h"

/*
 * From the architecture: compat32_call (a system call of five arguments; a negative errno on failure), the numbers
 * NR_*, compat32_action (asks for a handler), the PC in a handler's context, the site, and COMPAT32_TRAPS_BEFORE.
 */
#include "compat32.h"

/* WATCHES_WITH_KERNEL of guest/lib/arch.h */
#ifndef COMPAT32_WATCHES_WITH_KERNEL
#define COMPAT32_WATCHES_WITH_KERNEL 0
#endif

#define PAGE 65536

/* struct perf_event_attr as far as PERF_ATTR_SIZE_VER7 (128 bytes): the same for 32-bit and 64-bit programs. */
struct event {
	uint32_t type, size;
	uint64_t config, period, sample_type, read_format, flags;
	uint32_t wakeup, breakpoint_type;
	uint64_t address, length;
	uint64_t branch, user_registers;
	uint32_t user_stack;
	int32_t clock;
	uint64_t interrupt_registers;
	uint32_t aux_watermark;
	uint16_t max_stack, reserved;
	uint32_t aux_size, reserved2;
	uint64_t data;
};

/* Bits of perf_event_attr's flags, counted from the first declared: a bit field begins at the big end on SPARC. */
#define ATTRIBUTE_BIT(number)                                                                      \
	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 1ull << (63 - (number)) : 1ull << (number))
#define PINNED ATTRIBUTE_BIT(2)
#define EXCLUDE_KERNEL ATTRIBUTE_BIT(5)
#define EXCLUDE_HYPERVISOR ATTRIBUTE_BIT(6)
#define REMOVE_ON_EXEC ATTRIBUTE_BIT(36)
#define SIGTRAP_EVENT ATTRIBUTE_BIT(37)

#define SIGTRAP_NUMBER 5
#define TYPE_SOFTWARE 1
#define PAGE_FAULTS 2
#define TYPE_BREAKPOINT 5
#define BREAKPOINT_WRITE 2
#define SAMPLE_ADDRESS 8

/* Never touched before the hit, so that it faults; nothing else lies in it. */
static unsigned char target[PAGE] __attribute__((aligned(PAGE)));
static struct compat32_report report;
static volatile int watching; /* by a debug register: one that traps before the store traps again, for ever */

static void on_signal(int number, void *siginfo, void *context)
{
	const volatile unsigned char *bytes = siginfo;
	unsigned pc = compat32_pc(context);

	(void)number;
	if (pc != (uintptr_t)compat32_site_instruction && pc != (uintptr_t)compat32_site_next) {
		report.elsewhere++;
		return;
	}
	if (!report.stops++) {
		report.pc = pc;
		for (int i = 0; i < COMPAT32_SIGINFO; i++)
			report.siginfo[i] = bytes[i];
	}
	if (COMPAT32_TRAPS_BEFORE && watching)
		compat32_go_to(context, (uintptr_t)compat32_site_next);
}

static _Noreturn void finish(void)
{
	compat32_call(NR_write, 3, (long)&report, sizeof(report), 0, 0);
	for (;;)
		compat32_call(NR_exit, 0, 0, 0, 0, 0);
}

static long failed(unsigned call, long result)
{
	if (result >= 0)
		return result;
	report.failed_call = call;
	report.error = (unsigned)-result;
	finish();
}

/* Called by the architecture's start with the stack that the kernel made: argc, then argv. */
_Noreturn __attribute__((used)) void compat32_begin(const long *stack)
{
	const char *trigger = (const char *)stack[2];
	/* Not on the stack: clearing it there would ask for memset(). */
	static struct event event = { .size = sizeof(event), .period = 1, .data = COMPAT32_DATA };

	report.magic = COMPAT32_MAGIC;
	report.site_instruction = (uintptr_t)compat32_site_instruction;
	report.site_next = (uintptr_t)compat32_site_next;
	report.target = (uintptr_t)target;
	watching = trigger[0] == 'h';
	if (watching) {
		event.type = TYPE_BREAKPOINT;
		event.breakpoint_type = BREAKPOINT_WRITE;
		event.address = (uintptr_t)target;
		event.length = 1;
	} else {
		event.type = TYPE_SOFTWARE;
		event.config = PAGE_FAULTS;
		event.sample_type = SAMPLE_ADDRESS;
	}
	event.flags = PINNED | EXCLUDE_HYPERVISOR | REMOVE_ON_EXEC | SIGTRAP_EVENT;
	if (!watching || !COMPAT32_WATCHES_WITH_KERNEL)
		event.flags |= EXCLUDE_KERNEL;
	failed(1, compat32_action(on_signal));
	/*
	 * Rehearsed without an event: the handler's code, its frame and the place that it returns through (the vDSO) are
	 * fresh pages as well, and their faults would be reported at the site when it is returned to.
	 */
	failed(3, compat32_call(NR_kill, compat32_call(NR_getpid, 0, 0, 0, 0, 0), SIGTRAP_NUMBER, 0, 0, 0));
	report.elsewhere = 0;
	failed(2, compat32_call(NR_perf_event_open, (long)&event, 0, -1, -1, 0));
	report.completed = compat32_site(target);
	finish();
}
