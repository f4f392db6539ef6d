/* SPDX-License-Identifier: MIT */
/*
 * The signal's context and ptrace have the registers in one order: r0 to r31, then NIP and others
 * (struct pt_regs of arch/powerpc/include/uapi/asm/ptrace.h).
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "arch.h"
#include "words.h"

#define STACK_POINTER 1
#define NIP 32
#define CCR 38
#define SAVED_REGISTERS 48

const char *const register_names[GENERAL_REGISTERS] = {
	"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",	 "r7",	"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
	"r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31",
};

static void load(struct registers *registers, const unsigned long *saved)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		registers->general[i] = saved[i];
	registers->pc = saved[NIP];
	registers->npc = 0;
	registers->sp = saved[STACK_POINTER];
	registers->flags = saved[CCR];
}

static void store(unsigned long *saved, const struct registers *registers)
{
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		saved[i] = registers->general[i];
	saved[NIP] = registers->pc;
	saved[STACK_POINTER] = registers->sp;
	saved[CCR] = registers->flags;
}

void registers_load(struct registers *registers, const void *context)
{
	load(registers, ((const ucontext_t *)context)->uc_mcontext.CONTEXT_REGISTERS);
}

void registers_store(void *context, const struct registers *registers)
{
	store(((ucontext_t *)context)->uc_mcontext.CONTEXT_REGISTERS, registers);
}

static int regset(int request, pid_t thread, unsigned long saved[SAVED_REGISTERS])
{
	struct iovec where = { saved, SAVED_REGISTERS * sizeof(*saved) };

	return ptrace(request, thread, (void *)NT_PRSTATUS, &where) ? errno : 0;
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	unsigned long saved[SAVED_REGISTERS];
	int error = regset(PTRACE_GETREGSET, thread, saved);

	if (!error)
		load(registers, saved);
	return error;
}

int registers_put(pid_t thread, const struct registers *registers)
{
	unsigned long saved[SAVED_REGISTERS];
	int error = regset(PTRACE_GETREGSET, thread, saved);

	if (error)
		return error;
	store(saved, registers);
	return regset(PTRACE_SETREGSET, thread, saved);
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/*
	 * The kernel has switched a POWER9's data address watchpoint register off; Book E has address compare registers of
	 * another kind, for which it has no perf events.
	 */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
