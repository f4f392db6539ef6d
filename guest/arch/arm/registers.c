/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <ucontext.h>

#include "arch.h"

/* In the order of struct user_regs, and of the context from arm_r0 on: r0–r15, then CPSR. */
enum { SP = 13, LR = 14, PC = 15, CPSR = 16 };

const char *const register_names[GENERAL_REGISTERS] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr",
};

static int place_of(int general)
{
	return general < SP ? general : LR;
}

static void take(struct registers *registers, const unsigned long *saved)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved[place_of(i)];
	registers->pc = saved[PC];
	registers->npc = 0;
	registers->sp = saved[SP];
	registers->flags = saved[CPSR];
}

static void give(unsigned long *saved, const struct registers *registers)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved[place_of(i)] = (unsigned long)registers->general[i];
	saved[PC] = (unsigned long)registers->pc;
	saved[SP] = (unsigned long)registers->sp;
	saved[CPSR] = (unsigned long)registers->flags;
}

void registers_load(struct registers *registers, const void *context)
{
	take(registers, &((const ucontext_t *)context)->uc_mcontext.arm_r0);
}

void registers_store(void *context, const struct registers *registers)
{
	give(&((ucontext_t *)context)->uc_mcontext.arm_r0, registers);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs user;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	take(registers, user.uregs);
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs user;

	/* What is not in `registers` stays as it is. */
	if (ptrace(PTRACE_GETREGS, thread, NULL, &user))
		return errno;
	give(user.uregs, registers);
	return ptrace(PTRACE_SETREGS, thread, NULL, &user) ? errno : 0;
}

/*
 * PTRACE_SETHBPREGS (arch/arm/kernel/ptrace.c, and compat_arch_ptrace of arm64): 2n + 1 and 2n + 2 are address and
 * control of breakpoint n, their negatives those of watchpoint n. Control (Arm ARM, DBGWCR): enable bit 0, privilege
 * 0b10 (user) from bit 1, load 1 and store 2 from bit 3, bytes from bit 5.
 */
#define USER_ENABLED 5u

static int put(pid_t thread, long number, uint32_t value)
{
	return ptrace(PTRACE_SETHBPREGS, thread, (void *)number, &value) ? errno : 0;
}

static int disarm(pid_t thread, long control)
{
	uint32_t value;

	if (ptrace(PTRACE_GETHBPREGS, thread, (void *)control, &value))
		return errno;
	/* Zero: it was never armed, and to ask would take a register. */
	return value ? put(thread, control, value & ~1u) : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	const long sign = type == HW_BREAKPOINT_X ? 1 : -1;
	const long number = sign * (2 * slot + 1), control = sign * (2 * slot + 2);
	uint32_t bytes = (1u << length) - 1, kind = (type == HW_BREAKPOINT_X ? 0u : type) << 3 | USER_ENABLED;
	int error;

	if (!length)
		return disarm(thread, control);
	/* Each step is checked by itself: an address has to fit the length that was there before. */
	error = put(thread, number, 0);
	if (!error)
		error = put(thread, control, bytes << 5 | (kind & ~1u));
	if (error)
		return error;
	if (!put(thread, number, (uint32_t)address))
		return put(thread, control, bytes << 5 | kind);
	/* A 64-bit kernel takes the length with the enable bit alone, and the offset in the word from the bytes. */
	error = put(thread, number, (uint32_t)address & ~3u);
	return error ? error : put(thread, control, bytes << (address & 3) << 5 | kind);
}
