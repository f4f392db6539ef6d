/* SPDX-License-Identifier: MIT */
/*
 * The signal's context and ptrace have the registers in one order: r0 to r15, then PC and others
 * (struct pt_regs of arch/sh/include/uapi/asm/ptrace_32.h, struct sigcontext of sigcontext.h beside it).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 15
#define PC 16
#define SR 18
#define SAVED_REGISTERS 23

const char *const register_names[GENERAL_REGISTERS] = {
	"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",	 "r7", "r8",   "r9",
	"r10", "r11", "r12", "r13", "r14", "r15", "pr", "mach", "macl",
};

/* Where each of them is saved. */
static const unsigned char places[GENERAL_REGISTERS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 21 };

static void load(struct registers *registers, const unsigned long *saved)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved[places[i]];
	registers->pc = saved[PC];
	registers->npc = 0;
	registers->sp = saved[STACK_POINTER];
	registers->flags = saved[SR];
}

static void store(unsigned long *saved, const struct registers *registers)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved[places[i]] = (unsigned long)registers->general[i];
	saved[PC] = (unsigned long)registers->pc;
	saved[STACK_POINTER] = (unsigned long)registers->sp;
	saved[SR] = (unsigned long)registers->flags;
}

void registers_load(struct registers *registers, const void *context)
{
	load(registers, (const unsigned long *)((const ucontext_t *)context)->uc_mcontext.gregs);
}

void registers_store(void *context, const struct registers *registers)
{
	store((unsigned long *)((ucontext_t *)context)->uc_mcontext.gregs, registers);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	unsigned long saved[SAVED_REGISTERS];

	if (ptrace(PTRACE_GETREGS, thread, NULL, saved))
		return errno;
	load(registers, saved);
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	unsigned long saved[SAVED_REGISTERS];

	if (ptrace(PTRACE_GETREGS, thread, NULL, saved))
		return errno;
	store(saved, registers);
	return ptrace(PTRACE_SETREGS, thread, NULL, saved) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The user break controller is nobody's by ptrace, and on the SH7751R not the kernel's either. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
