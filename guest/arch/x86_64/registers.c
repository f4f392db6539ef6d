/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <ucontext.h>

#include "arch.h"

const char *const register_names[GENERAL_REGISTERS] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
	"r9",  "r10", "r11", "r12", "r13", "r14", "r15",
};

static const int context_index[GENERAL_REGISTERS] = {
	REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_R8,
	REG_R9,	 REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

#define USER(name) offsetof(struct user_regs_struct, name)
static const size_t user_offset[GENERAL_REGISTERS] = {
	USER(rax), USER(rbx), USER(rcx), USER(rdx), USER(rsi), USER(rdi), USER(rbp), USER(r8),
	USER(r9),  USER(r10), USER(r11), USER(r12), USER(r13), USER(r14), USER(r15),
};

void registers_load(struct registers *registers, const void *context)
{
	const greg_t *saved = ((const ucontext_t *)context)->uc_mcontext.gregs;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = (uint64_t)saved[context_index[i]];
	registers->pc = (uint64_t)saved[REG_RIP];
	registers->npc = 0;
	registers->sp = (uint64_t)saved[REG_RSP];
	registers->flags = (uint64_t)saved[REG_EFL];
}

void registers_store(void *context, const struct registers *registers)
{
	greg_t *saved = ((ucontext_t *)context)->uc_mcontext.gregs;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved[context_index[i]] = (greg_t)registers->general[i];
	saved[REG_RIP] = (greg_t)registers->pc;
	saved[REG_RSP] = (greg_t)registers->sp;
	saved[REG_EFL] = (greg_t)registers->flags;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = *(unsigned long long *)((char *)&user + user_offset[i]);
	registers->pc = user.rip;
	registers->npc = 0;
	registers->sp = user.rsp;
	registers->flags = user.eflags;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		*(unsigned long long *)((char *)&user + user_offset[i]) = registers->general[i];
	user.rip = registers->pc;
	user.rsp = registers->sp;
	user.eflags = registers->flags;
	return ptrace(PTRACE_SETREGS, thread, NULL, &user) ? errno : 0;
}

static int poke(pid_t thread, int number, unsigned long value)
{
	size_t offset = offsetof(struct user, u_debugreg) + (size_t)number * sizeof(long);

	return ptrace(PTRACE_POKEUSER, thread, (void *)offset, (void *)value) ? errno : 0;
}

/* DR7: Intel SDM vol. 3B, 18.2.4: enable bits 2n, R/W at 16 + 4n, LEN at 18 + 4n. */
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	static const unsigned length_bits[9] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };
	size_t control_offset = offsetof(struct user, u_debugreg) + 7 * sizeof(long);
	unsigned long control, access;
	int error;

	if (slot > 3)
		return ENOSPC;
	errno = 0;
	control = (unsigned long)ptrace(PTRACE_PEEKUSER, thread, (void *)control_offset, NULL);
	if (errno)
		return errno;
	control &= ~(3ul << (2 * slot)) & ~(15ul << (16 + 4 * slot));
	error = poke(thread, 7, control);
	if (error || !length)
		return error;
	if (type == HW_BREAKPOINT_R)
		return EINVAL;
	access = type == HW_BREAKPOINT_X ? 0 : type == HW_BREAKPOINT_W ? 1 : 3;
	if (type != HW_BREAKPOINT_X)
		access |= (unsigned long)length_bits[length & 15 & (length > 8 ? 0 : 15)] << 2;
	error = poke(thread, slot, address);
	if (error)
		return error;
	control |= 1ul << (2 * slot) | access << (16 + 4 * slot);
	return poke(thread, 7, control);
}
