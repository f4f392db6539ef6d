/* SPDX-License-Identifier: MIT */
/*
 * The signal's context (struct sigcontext of arch/mips/include/uapi/asm/sigcontext.h) and ptrace (struct pt_regs of
 * asm/ptrace.h there) have 64 bits for each register, for 32-bit programs too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 29
#define HI 32
#define LO 33
/* In what ptrace hands out HI and LO are the other way round; then EPC, and three more that a debugger may look at. */
#define SAVED_LO 32
#define SAVED_HI 33
#define SAVED_PC 34
#define SAVED_REGISTERS 38

const char *const register_names[GENERAL_REGISTERS] = {
	"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",	 "r7",	"r8",  "r9",  "r10", "r11",
	"r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23",
	"r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31", "hi",  "lo",
};

/* Where a register set keeps what it has. */
struct saved {
	unsigned long long *general, *hi, *lo, *pc;
};

static void load(struct registers *registers, struct saved saved)
{
	for (int i = 0; i < HI; i++)
		registers->general[i] = (unsigned long)saved.general[i];
	registers->general[HI] = (unsigned long)*saved.hi;
	registers->general[LO] = (unsigned long)*saved.lo;
	registers->pc = (unsigned long)*saved.pc;
	registers->npc = 0;
	registers->sp = registers->general[STACK_POINTER];
	/* There are no condition flags. */
	registers->flags = 0;
}

/* As a processor of 64 bits has the words of a 32-bit program: with their sign in the upper half. */
static unsigned long long extended(uint64_t word)
{
	return (unsigned long long)(long)word;
}

static void store(struct saved saved, const struct registers *registers)
{
	for (int i = 0; i < HI; i++)
		saved.general[i] = extended(registers->general[i]);
	*saved.hi = extended(registers->general[HI]);
	*saved.lo = extended(registers->general[LO]);
	*saved.pc = extended(registers->pc);
	saved.general[STACK_POINTER] = extended(registers->sp);
}

static struct saved in_context(void *context)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	return (struct saved){ saved->gregs, &saved->mdhi, &saved->mdlo, &saved->pc };
}

static struct saved in_set(unsigned long long set[SAVED_REGISTERS])
{
	return (struct saved){ set, set + SAVED_HI, set + SAVED_LO, set + SAVED_PC };
}

void registers_load(struct registers *registers, const void *context)
{
	load(registers, in_context((void *)context));
}

void registers_store(void *context, const struct registers *registers)
{
	store(in_context(context), registers);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	unsigned long long set[SAVED_REGISTERS];

	if (ptrace(PTRACE_GETREGS, thread, NULL, set))
		return errno;
	load(registers, in_set(set));
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	unsigned long long set[SAVED_REGISTERS];

	if (ptrace(PTRACE_GETREGS, thread, NULL, set))
		return errno;
	store(in_set(set), registers);
	return ptrace(PTRACE_SETREGS, thread, NULL, set) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The watch registers, where a processor has them, are ptrace's by a request of their own, and not in perf. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
