/* SPDX-License-Identifier: MIT */
/*
 * The signal's context and ptrace have the registers in one order: the PC in the place of x0, then x1 to x31
 * (struct user_regs_struct of arch/riscv/include/uapi/asm/ptrace.h).
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 2

const char *const register_names[GENERAL_REGISTERS] = {
	"zero", "ra", "sp", "gp", "tp",	 "t0",	"t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
	"a6",	"a7", "s2", "s3", "s4",	 "s5",	"s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

static void load(struct registers *registers, const unsigned long saved[GENERAL_REGISTERS])
{
	registers->general[0] = 0;
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved[i];
	registers->pc = saved[0];
	registers->npc = 0;
	registers->sp = saved[STACK_POINTER];
	/* There are no condition flags. */
	registers->flags = 0;
}

static void store(unsigned long saved[GENERAL_REGISTERS], const struct registers *registers)
{
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		saved[i] = registers->general[i];
	saved[0] = registers->pc;
	saved[STACK_POINTER] = registers->sp;
}

void registers_load(struct registers *registers, const void *context)
{
	load(registers, ((const ucontext_t *)context)->uc_mcontext.__gregs);
}

void registers_store(void *context, const struct registers *registers)
{
	store(((ucontext_t *)context)->uc_mcontext.__gregs, registers);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	unsigned long saved[GENERAL_REGISTERS];
	struct iovec where = { saved, sizeof(saved) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	load(registers, saved);
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	unsigned long saved[GENERAL_REGISTERS];
	struct iovec where = { saved, sizeof(saved) };

	store(saved, registers);
	return ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The triggers of the debug specification belong to machine mode; Linux gives them to nobody. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
