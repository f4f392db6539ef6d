/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <ucontext.h>

#include "arch.h"

const char *const register_names[GENERAL_REGISTERS] = { "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp" };

static const int context_index[GENERAL_REGISTERS] = {
	REG_EAX, REG_EBX, REG_ECX, REG_EDX, REG_ESI, REG_EDI, REG_EBP,
};

#define USER(name) offsetof(struct user_regs_struct, name)
static const size_t user_offset[GENERAL_REGISTERS] = {
	USER(eax), USER(ebx), USER(ecx), USER(edx), USER(esi), USER(edi), USER(ebp),
};

void registers_load(struct registers *registers, const void *context)
{
	const greg_t *saved = ((const ucontext_t *)context)->uc_mcontext.gregs;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (uint32_t)saved[context_index[i]];
	registers->pc = (uint32_t)saved[REG_EIP];
	registers->npc = 0;
	registers->sp = (uint32_t)saved[REG_ESP];
	registers->flags = (uint32_t)saved[REG_EFL];
}

void registers_store(void *context, const struct registers *registers)
{
	greg_t *saved = ((ucontext_t *)context)->uc_mcontext.gregs;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved[context_index[i]] = (greg_t)registers->general[i];
	saved[REG_EIP] = (greg_t)registers->pc;
	/* sigreturn takes the stack pointer from here; REG_UESP is a copy that it does not read. */
	saved[REG_ESP] = (greg_t)registers->sp;
	saved[REG_EFL] = (greg_t)registers->flags;
}

static long *user_register(struct user_regs_struct *user, int index)
{
	return (long *)((char *)user + user_offset[index]);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (uint32_t)*user_register(&user, i);
	registers->pc = (uint32_t)user.eip;
	registers->npc = 0;
	registers->sp = (uint32_t)user.esp;
	registers->flags = (uint32_t)user.eflags;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		*user_register(&user, i) = (long)registers->general[i];
	user.eip = (long)registers->pc;
	user.esp = (long)registers->sp;
	user.eflags = (long)registers->flags;
	return ptrace(PTRACE_SETREGS, thread, NULL, &user) ? errno : 0;
}

static int poke(pid_t thread, int number, unsigned long value)
{
	size_t offset = offsetof(struct user, u_debugreg) + (size_t)number * sizeof(int);

	return ptrace(PTRACE_POKEUSER, thread, (void *)offset, (void *)value) ? errno : 0;
}

/* DR7: Intel SDM vol. 3B, 18.2.4: enable bits 2n, R/W at 16 + 4n, LEN at 18 + 4n; LEN 10 (8 bytes) is 64-bit only. */
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	static const unsigned length_bits[9] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };
	size_t control_offset = offsetof(struct user, u_debugreg) + 7 * sizeof(int);
	unsigned long control;
	unsigned access;
	int error;

	if (slot > 3)
		return ENOSPC;
	errno = 0;
	control = (unsigned long)ptrace(PTRACE_PEEKUSER, thread, (void *)control_offset, NULL);
	if (errno)
		return errno;
	control &= ~(3ul << (2 * slot) | 15ul << (16 + 4 * slot));
	error = poke(thread, 7, control);
	if (error || !length)
		return error;
	if (type == HW_BREAKPOINT_R || length > 8)
		return EINVAL;
	access = type == HW_BREAKPOINT_X ? 0 : (type == HW_BREAKPOINT_W ? 1 : 3) | length_bits[length] << 2;
	error = poke(thread, slot, (unsigned long)address);
	if (error)
		return error;
	return poke(thread, 7, control | 1ul << (2 * slot) | (unsigned long)access << (16 + 4 * slot));
}
