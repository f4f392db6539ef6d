/* SPDX-License-Identifier: MIT */
/*
 * The signal's context has r0 to r31 and the PC (struct sigcontext of arch/alpha/include/uapi/asm/sigcontext.h).
 * ptrace has no set of registers: each is asked for by its number.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "arch.h"

#define STACK_POINTER 30
#define ZERO 31
/* arch/alpha/kernel/ptrace.c, the numbers before regoff: r0–r31 are 0 to 31. */
#define NUMBER_OF_PC 64

const char *const register_names[GENERAL_REGISTERS] = {
	"v0", "t0", "t1", "t2", "t3", "t4",  "t5",  "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5", "fp",
	"a0", "a1", "a2", "a3", "a4", "a5",  "t8",  "t9", "t10", "t11", "ra", "pv", "at", "gp", "sp", "zero",
};

void registers_load(struct registers *registers, const void *context)
{
	const mcontext_t *saved = &((const ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (unsigned long)saved->sc_regs[i];
	registers->pc = (unsigned long)saved->sc_pc;
	registers->npc = 0;
	registers->sp = registers->general[STACK_POINTER];
	/* There are no condition flags. */
	registers->flags = 0;
}

void registers_store(void *context, const struct registers *registers)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < ZERO; i++)
		saved->sc_regs[i] = (long)registers->general[i];
	saved->sc_regs[STACK_POINTER] = (long)registers->sp;
	saved->sc_pc = (long)registers->pc;
}

/* The system call itself: it returns the register, where the C library's function expects it in memory. */
static int fetch(pid_t thread, long number, uint64_t *value)
{
	errno = 0;
	*value = (unsigned long)syscall(SYS_ptrace, PTRACE_PEEKUSER, thread, number, 0);
	return errno;
}

static int put(pid_t thread, long number, uint64_t value)
{
	return syscall(SYS_ptrace, PTRACE_POKEUSER, thread, number, value) ? errno : 0;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	int error = fetch(thread, NUMBER_OF_PC, &registers->pc);

	for (int i = 0; i < GENERAL_REGISTERS && !error; i++)
		error = fetch(thread, i, &registers->general[i]);
	registers->npc = 0;
	registers->sp = registers->general[STACK_POINTER];
	registers->flags = 0;
	return error;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	int error = put(thread, NUMBER_OF_PC, registers->pc);

	for (int i = 0; i < ZERO && !error; i++)
		error = put(thread, i, i == STACK_POINTER ? registers->sp : registers->general[i]);
	return error;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
