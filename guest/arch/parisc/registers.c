/* SPDX-License-Identifier: MIT */
/*
 * The signal's context is struct sigcontext of arch/parisc/include/uapi/asm/sigcontext.h, ptrace's general registers are
 * struct user_regs_struct of asm/ptrace.h; both have the PSW in the place of r0.
 *
 * The lowest two bits of an instruction address are the privilege level: 0 is the kernel's, 3 a program's. PC and nPC
 * are recorded with these two bits inverted: a program's address reads as in its symbols, and one of another level as a
 * misaligned one, with nothing lost. So an address that a handler makes of symbols has the program's level.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "arch.h"

#define STACK_POINTER 30
#define USER_LEVEL 3u
/* In struct user_regs_struct: behind the general and the space registers. */
#define IAOQ 40
#define REGSET_WORDS 80
/* In what PTRACE_POKEUSR writes to, struct pt_regs, in bytes: behind the floating-point and other space registers. */
#define POKED_IAOQ 424

const char *const register_names[GENERAL_REGISTERS] = {
	"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",	 "r7",	"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
	"r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31",
};

static void load(struct registers *registers, const unsigned long *general, const unsigned long *queue)
{
	registers->general[0] = 0;
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		registers->general[i] = general[i];
	registers->pc = queue[0] ^ USER_LEVEL;
	registers->npc = queue[1] ^ USER_LEVEL;
	registers->sp = general[STACK_POINTER];
	registers->flags = general[0];
}

static void store(unsigned long *general, unsigned long *queue, const struct registers *registers)
{
	for (int i = 1; i < GENERAL_REGISTERS; i++)
		general[i] = registers->general[i];
	queue[0] = registers->pc ^ USER_LEVEL;
	queue[1] = registers->npc ^ USER_LEVEL;
	general[STACK_POINTER] = registers->sp;
	general[0] = registers->flags;
}

void registers_load(struct registers *registers, const void *context)
{
	const mcontext_t *saved = &((const ucontext_t *)context)->uc_mcontext;

	load(registers, saved->sc_gr, saved->sc_iaoq);
}

void registers_store(void *context, const struct registers *registers)
{
	mcontext_t *saved = &((ucontext_t *)context)->uc_mcontext;

	store(saved->sc_gr, saved->sc_iaoq, registers);
}

int registers_fetch(pid_t thread, struct registers *registers)
{
	unsigned long set[REGSET_WORDS];
	struct iovec where = { set, sizeof(set) };

	if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &where))
		return errno;
	load(registers, set, set + IAOQ);
	return 0;
}

/* Word by word: PTRACE_SETREGSET takes every second word of what it is given (docs/findings/parisc-ptrace-registers.md). */
int registers_put(pid_t thread, const struct registers *registers)
{
	unsigned long general[GENERAL_REGISTERS], queue[2];

	store(general, queue, registers);
	for (unsigned long i = 0; i < GENERAL_REGISTERS; i++)
		if (ptrace(PTRACE_POKEUSER, thread, (void *)(i * sizeof(*general)), general[i]))
			return errno;
	for (unsigned long i = 0; i < 2; i++)
		if (ptrace(PTRACE_POKEUSER, thread, (void *)(POKED_IAOQ + i * sizeof(*queue)), queue[i]))
			return errno;
	return 0;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* The architecture has none; a page can be made to trap, which the kernel lets no debugger do. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
