/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 15

const char *const register_names[GENERAL_REGISTERS] = {
	"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
};

void registers_load(struct registers *registers, const void *context)
{
	const mcontext_t *saved = &((const ucontext_t *)context)->uc_mcontext;

	/* d0–d7 and a0–a7 in this order, then PC and status. */
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (unsigned)saved->gregs[i];
	registers->pc = (unsigned)saved->gregs[R_PC];
	registers->npc = 0;
	registers->sp = (unsigned)saved->gregs[STACK_POINTER];
	registers->flags = (unsigned)saved->gregs[R_PS];
}

void registers_store(void *context, const struct registers *registers)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved->gregs[i] = (int)registers->general[i];
	saved->gregs[STACK_POINTER] = (int)registers->sp;
	saved->gregs[R_PC] = (int)registers->pc;
	saved->gregs[R_PS] = (int)registers->flags;
}

/* Where struct user_regs_struct keeps a general register: d1–d7, a0–a6, d0, usp. */
static long *place(struct user_regs_struct *user, int number)
{
	if (number == 0)
		return &user->d0;
	if (number == STACK_POINTER)
		return &user->usp;
	return &user->d1 + (number - 1);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (unsigned long)*place(&user, i);
	registers->pc = (unsigned long)user.pc;
	registers->npc = 0;
	registers->sp = (unsigned long)user.usp;
	registers->flags = (unsigned short)user.sr;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		*place(&user, i) = (long)registers->general[i];
	user.usp = (long)registers->sp;
	user.pc = (long)registers->pc;
	user.sr = (short)registers->flags;
	return ptrace(PTRACE_SETREGS, thread, NULL, &user) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
