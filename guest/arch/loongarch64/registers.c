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

#define STACK_POINTER 3

const char *const register_names[GENERAL_REGISTERS] = {
	"zero", "ra", "tp", "sp", "a0", "a1",  "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3",
	"t4",	"t5", "t6", "t7", "t8", "r21", "fp", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8",
};

void registers_load(struct registers *registers, const void *context)
{
	const mcontext_t *saved = &((const ucontext_t *)context)->uc_mcontext;

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved->__gregs[i];
	registers->pc = saved->__pc;
	registers->npc = 0;
	registers->sp = saved->__gregs[STACK_POINTER];
	/* The condition flags are the floating-point unit's: register_site.S has them with its control. */
	registers->flags = 0;
}

void registers_store(void *context, const struct registers *registers)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	for (int i = 1; i < GENERAL_REGISTERS; i++)
		saved->__gregs[i] = registers->general[i];
	saved->__gregs[STACK_POINTER] = registers->sp;
	saved->__pc = registers->pc;
}

static int regset(int request, pid_t thread, struct user_regs_struct *user)
{
	struct iovec where = { user, sizeof(*user) };

	return ptrace(request, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct user_regs_struct user;
	int error = regset(PTRACE_GETREGSET, thread, &user);

	if (error)
		return error;
	memcpy(registers->general, user.regs, sizeof(registers->general));
	registers->pc = user.csr_era;
	registers->npc = 0;
	registers->sp = user.regs[STACK_POINTER];
	registers->flags = 0;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct user_regs_struct user;
	int error = regset(PTRACE_GETREGSET, thread, &user);

	if (error)
		return error;
	memcpy(user.regs, registers->general, sizeof(registers->general));
	user.regs[STACK_POINTER] = registers->sp;
	user.csr_era = registers->pc;
	return regset(PTRACE_SETREGSET, thread, &user);
}

/* Notes of linux/elf.h; the C library's elf.h may be older. */
#define HW_BREAK_NOTE 0xa05
#define HW_WATCH_NOTE 0xa06

/* struct user_watch_state_v2 of arch/loongarch/include/uapi/asm/ptrace.h: a count of slots, then each one's registers. */
struct debug_state {
	uint64_t info;
	struct {
		uint64_t address, mask;
		uint32_t control, pad;
	} slot[14];
};

/*
 * Control word: LoongArch reference manual, volume 1, MWPnCFG3: PLV3 bit 4, loads bit 8, stores bit 9, size bits 10-11
 * (3: one byte, 2: two, 1: four, 0: eight); FWPnCFG3 has PLV3 alone.
 */
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	unsigned long set = type == HW_BREAKPOINT_X ? HW_BREAK_NOTE : HW_WATCH_NOTE;
	const uint32_t size = length == 1 ? 3 : length == 2 ? 2 : length == 4 ? 1 : 0;
	/* R 1, W 2, RW 3, as the manual has loads and stores. */
	const uint32_t access = type == HW_BREAKPOINT_X ? 0 : type;
	struct debug_state state;
	struct iovec where = { &state, sizeof(state) };

	memset(&state, 0, sizeof(state));
	if (ptrace(PTRACE_GETREGSET, thread, (void *)set, &where))
		return errno;
	if (slot >= (int)(state.info & 0x3f))
		return ENOSPC;
	state.slot[slot].address = address;
	state.slot[slot].mask = 0;
	state.slot[slot].control = length ? size << 10 | access << 8 | 1u << 4 : 0;
	where.iov_len = offsetof(struct debug_state, slot) + (size_t)(slot + 1) * sizeof(state.slot[0]);
	return ptrace(PTRACE_SETREGSET, thread, (void *)set, &where) ? errno : 0;
}
