/* SPDX-License-Identifier: MIT */
/* The PSW holds the PC and, in its mask, the condition code; the stack pointer is r15. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 15

const char *const register_names[GENERAL_REGISTERS] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

/* What the signal's context and ptrace's general registers begin with. */
struct saved {
	unsigned long mask, address;
	unsigned long general[GENERAL_REGISTERS];
};
_Static_assert(offsetof(mcontext_t, psw) == 0 && offsetof(mcontext_t, gregs) == offsetof(struct saved, general),
	       "mcontext_t begins with the PSW and the general registers");

/* The regset of arch/s390/kernel/ptrace.c: behind them the access registers and what a system call was asked for. */
struct regset {
	struct saved saved;
	uint32_t access[16];
	unsigned long original;
};

static void load(struct registers *registers, const struct saved *saved)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved->general[i];
	registers->pc = saved->address;
	registers->npc = 0;
	registers->sp = saved->general[STACK_POINTER];
	registers->flags = saved->mask;
}

static void store(struct saved *saved, const struct registers *registers)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved->general[i] = registers->general[i];
	saved->address = registers->pc;
	saved->general[STACK_POINTER] = registers->sp;
	saved->mask = registers->flags;
}

void registers_load(struct registers *registers, const void *context)
{
	struct saved saved;

	memcpy(&saved, &((const ucontext_t *)context)->uc_mcontext, sizeof(saved));
	load(registers, &saved);
}

void registers_store(void *context, const struct registers *registers)
{
	struct saved saved;

	store(&saved, registers);
	memcpy(&((ucontext_t *)context)->uc_mcontext, &saved, sizeof(saved));
}

static int regset(int request, pid_t thread, struct regset *set)
{
	struct iovec where = { set, sizeof(*set) };

	return ptrace(request, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct regset set;
	int error = regset(PTRACE_GETREGSET, thread, &set);

	if (!error)
		load(registers, &set.saved);
	return error;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct regset set;
	int error = regset(PTRACE_GETREGSET, thread, &set);

	if (error)
		return error;
	store(&set.saved, registers);
	return regset(PTRACE_SETREGSET, thread, &set);
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* PER watches one range and has no slots; Linux gives it to ptrace in a way of its own (struct per_struct). */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
