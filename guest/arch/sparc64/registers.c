/* SPDX-License-Identifier: MIT */
/*
 * The third argument of a handler is no ucontext_t. For a 64-bit task it points at the siginfo part of struct
 * rt_signal_frame (arch/sparc/kernel/signal_64.c), which the registers follow; for a 32-bit task at the registers of
 * struct rt_signal_frame32 (signal32.c).
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "arch.h"

#define STACK_POINTER 14

/*
 * struct pt_regs and pt_regs32 of arch/sparc/include/uapi/asm/ptrace.h, as far as they are used; and the general
 * regset: globals, outs, locals, ins, then state, PC, nPC and others (genregs64_get, genregs32_get of ptrace_64.c).
 */
#if __SIZEOF_POINTER__ == 8
#define FRAME_REGISTERS 128
struct frame {
	uint64_t general[16];
	uint64_t state, pc, npc;
};
struct regset {
	uint64_t general[32];
	uint64_t state, pc, npc, y;
};
#else
#define FRAME_REGISTERS 0
struct frame {
	uint32_t state, pc, npc, y;
	uint32_t general[16];
};
struct regset {
	uint32_t general[32];
	uint32_t state, pc, npc, y, others[2];
};
#endif

const char *const register_names[GENERAL_REGISTERS] = {
	"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7",
	"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7",
};

void registers_load(struct registers *registers, const void *context)
{
	const struct frame *frame = (const void *)((const char *)context + FRAME_REGISTERS);

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = frame->general[i];
	registers->pc = frame->pc;
	registers->npc = frame->npc;
	registers->sp = frame->general[STACK_POINTER];
	registers->flags = frame->state;
}

void registers_store(void *context, const struct registers *registers)
{
	struct frame *frame = (void *)((char *)context + FRAME_REGISTERS);

	for (int i = 0; i < GENERAL_REGISTERS; i++)
		frame->general[i] = registers->general[i];
	frame->general[STACK_POINTER] = registers->sp;
	frame->pc = registers->pc;
	frame->npc = registers->npc;
	frame->state = registers->flags;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct regset set;
	struct iovec where = { &set, sizeof(set) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = set.general[i];
	registers->pc = set.pc;
	registers->npc = set.npc;
	registers->sp = set.general[STACK_POINTER];
	registers->flags = set.state;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct regset set;
	struct iovec where = { &set, sizeof(set) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		set.general[i] = registers->general[i];
	set.general[STACK_POINTER] = registers->sp;
	set.pc = registers->pc;
	set.npc = registers->npc;
	set.state = registers->flags;
	return ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The MMU has a watchpoint register, and nothing in the kernel programs it. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
