/* SPDX-License-Identifier: MIT */
/*
 * The third argument of a handler is no ucontext_t. For a 64-bit task it points at the siginfo part of struct
 * rt_signal_frame (arch/sparc/kernel/signal_64.c), which the registers follow; for a 32-bit task at the registers of
 * struct rt_signal_frame32 (signal32.c).
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "arch.h"

#define STACK_POINTER 14

/* What is used of struct pt_regs and pt_regs32 of arch/sparc/include/uapi/asm/ptrace.h; and of what ptrace gives. */
#if __SIZEOF_POINTER__ == 8
#define FRAME_REGISTERS 128
struct frame {
	uint64_t general[16];
	uint64_t state, pc, npc;
};
/* The general regset: globals, outs, locals, ins, tstate, tpc, tnpc, y. */
struct traced {
	uint64_t general[32];
	uint64_t state, pc, npc, y;
};
#else
#define FRAME_REGISTERS 0
struct frame {
	uint32_t state, pc, npc, y;
	uint32_t general[16];
};
/* The older request's: psr, pc, npc, y, then g1 to o7; y lies where g0 would. */
struct traced {
	uint32_t state, pc, npc;
	uint32_t general[16];
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

/* Return 0 or a positive errno. */
#if __SIZEOF_POINTER__ == 8
static int read_traced(pid_t thread, struct traced *traced)
{
	struct iovec where = { traced, sizeof(*traced) };

	return ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

static int write_traced(pid_t thread, struct traced *traced)
{
	struct iovec where = { traced, sizeof(*traced) };

	return ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}
#else
/* Not by the regset, which the kernel writes wrongly: docs/findings/sparc64-regset-32-bit.md. */
static int read_traced(pid_t thread, struct traced *traced)
{
	return ptrace(PTRACE_GETREGS, thread, traced, NULL) ? errno : 0;
}

static int write_traced(pid_t thread, struct traced *traced)
{
	return ptrace(PTRACE_SETREGS, thread, traced, NULL) ? errno : 0;
}
#endif

int registers_fetch(pid_t thread, struct registers *registers)
{
	struct traced traced;
	int error = read_traced(thread, &traced);

	if (error)
		return error;
	registers->general[0] = 0;
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		registers->general[i] = traced.general[i];
	registers->pc = traced.pc;
	registers->npc = traced.npc;
	registers->sp = traced.general[STACK_POINTER];
	registers->flags = traced.state;
	return 0;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	struct traced traced;
	int error = read_traced(thread, &traced);

	if (error)
		return error;
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		traced.general[i] = registers->general[i];
	traced.general[STACK_POINTER] = registers->sp;
	traced.pc = registers->pc;
	traced.npc = registers->npc;
	traced.state = registers->flags;
	return write_traced(thread, &traced);
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The MMU has a watchpoint register, and nothing in the kernel programs it. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
