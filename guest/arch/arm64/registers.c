/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <ucontext.h>

#include "arch.h"

const char *const register_names[GENERAL_REGISTERS] = {
	"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",	 "x7",	"x8",  "x9",  "x10",
	"x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
	"x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30",
};

void registers_load(struct registers *registers, const void *context)
{
	const mcontext_t *saved = &((const ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved->regs[i];
	registers->pc = saved->pc;
	registers->npc = 0;
	registers->sp = saved->sp;
	registers->flags = saved->pstate;
}

void registers_store(void *context, const struct registers *registers)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved->regs[i] = registers->general[i];
	saved->pc = registers->pc;
	saved->sp = registers->sp;
	saved->pstate = registers->flags;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs_struct user;
	struct iovec where = { &user, sizeof(user) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	memcpy(registers->general, user.regs, sizeof(registers->general));
	registers->pc = user.pc;
	registers->npc = 0;
	registers->sp = user.sp;
	registers->flags = user.pstate;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs_struct user;
	struct iovec where = { &user, sizeof(user) };

	memcpy(user.regs, registers->general, sizeof(registers->general));
	user.pc = registers->pc;
	user.sp = registers->sp;
	user.pstate = registers->flags;
	return ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

/* The regset of arch/arm64/kernel/ptrace.c: a count of slots, then address and control of each. */
struct debug_state {
	uint32_t info, pad;
	struct {
		uint64_t address;
		uint32_t control, pad;
	} slot[16];
};

/* Control word: Arm ARM, DBGWCR_EL1: E bit 0, PAC 0b10 (EL0), LSC bits 3-4, BAS bits 5-12. */
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	unsigned long set = type == HW_BREAKPOINT_X ? NT_ARM_HW_BREAK : NT_ARM_HW_WATCH;
	struct debug_state state;
	struct iovec where = { &state, sizeof(state) };
	uint32_t access = type == HW_BREAKPOINT_X ? 0 : type; /* R 1, W 2, RW 3, as LSC has it */
	uint32_t bytes;

	memset(&state, 0, sizeof(state));
	if (ptrace(PTRACE_GETREGSET, thread, (void *)set, &where))
		return errno;
	if (slot >= (int)(state.info & 0xff))
		return ENOSPC;
	if (length) {
		bytes = ((1u << length) - 1) << (address & 7);
		if (type == HW_BREAKPOINT_X)
			bytes = 15;
		state.slot[slot].address = type == HW_BREAKPOINT_X ? address : address & ~7ull;
		state.slot[slot].control = bytes << 5 | access << 3 | 2u << 1 | 1u;
	} else {
		state.slot[slot].control &= ~1u;
	}
	where.iov_len = offsetof(struct debug_state, slot) + (size_t)(slot + 1) * sizeof(state.slot[0]);
	return ptrace(PTRACE_SETREGSET, thread, (void *)set, &where) ? errno : 0;
}
