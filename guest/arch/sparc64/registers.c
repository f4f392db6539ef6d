/* SPDX-License-Identifier: MIT */
/*
 * The third argument of a handler of a 64-bit task points at the siginfo part of
 * struct rt_signal_frame (arch/sparc/kernel/signal_64.c), not at a ucontext_t:
 * the registers follow it, 16 globals and outs, then tstate, tpc, tnpc, y.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "arch.h"

#define FRAME_REGISTERS 128
#define STACK_POINTER 14

/* struct pt_regs of arch/sparc/include/uapi/asm/ptrace.h, 64-bit, as far as it is used. */
struct frame {
	uint64_t general[16];
	uint64_t tstate, tpc, tnpc;
};

/* The general regset: globals, outs, locals, ins, tstate, tpc, tnpc, y. */
struct regset {
	uint64_t general[32];
	uint64_t tstate, tpc, tnpc, y;
};

const char *const register_names[GENERAL_REGISTERS] = {
	"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7",
	"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7",
};

void registers_load(struct registers *registers, const void *context)
{
	const struct frame *frame = (const void *)((const char *)context + FRAME_REGISTERS);

	memcpy(registers->general, frame->general, sizeof(registers->general));
	registers->pc = frame->tpc;
	registers->npc = frame->tnpc;
	registers->sp = frame->general[STACK_POINTER];
	registers->flags = frame->tstate;
}

void registers_store(void *context, const struct registers *registers)
{
	struct frame *frame = (void *)((char *)context + FRAME_REGISTERS);

	memcpy(frame->general, registers->general, sizeof(registers->general));
	frame->general[STACK_POINTER] = registers->sp;
	frame->tpc = registers->pc;
	frame->tnpc = registers->npc;
	frame->tstate = registers->flags;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct regset set;
	struct iovec where = { &set, sizeof(set) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	memcpy(registers->general, set.general, sizeof(registers->general));
	registers->pc = set.tpc;
	registers->npc = set.tnpc;
	registers->sp = set.general[STACK_POINTER];
	registers->flags = set.tstate;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct regset set;
	struct iovec where = { &set, sizeof(set) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	memcpy(set.general, registers->general, sizeof(registers->general));
	set.general[STACK_POINTER] = registers->sp;
	set.tpc = registers->pc;
	set.tnpc = registers->npc;
	set.tstate = registers->flags;
	return ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The MMU has a watchpoint register, and nothing in the kernel programs it. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
