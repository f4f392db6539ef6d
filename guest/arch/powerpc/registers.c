/* SPDX-License-Identifier: MIT */
/*
 * The signal's context and ptrace have the registers in one order: r0 to r31, then NIP and others
 * (struct pt_regs of arch/powerpc/include/uapi/asm/ptrace.h).
 */
#define _GNU_SOURCE
#include <elf.h>
#include <asm/ptrace.h>
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stddef.h>
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

#ifdef __powerpc64__
/* One for each register of each thread that was ever armed; those of threads that are gone are left over. */
#define ARMED 256

static struct armed {
	pid_t thread;
	int slot;
	long handle; /* the kernel's; 0: not armed */
	struct ppc_hw_breakpoint request;
} armed[ARMED];

static int arm(struct armed *one)
{
	one->handle = ptrace(PPC_PTRACE_SETHWDEBUG, one->thread, NULL, &one->request);
	if (one->handle > 0)
		return 0;
	one->handle = 0;
	return errno;
}

static int disarm(struct armed *one)
{
	long handle = one->handle;

	one->handle = 0;
	return handle && ptrace(PPC_PTRACE_DELHWDEBUG, one->thread, NULL, handle) ? errno : 0;
}

static struct armed *armed_at(pid_t thread, int slot)
{
	struct armed *unused = NULL;

	for (struct armed *one = armed; one < armed + ARMED; one++) {
		if (one->thread == thread && one->slot == slot)
			return one;
		if (!one->thread && !unused)
			unused = one;
	}
	if (unused) {
		unused->thread = thread;
		unused->slot = slot;
	}
	return unused;
}

/* ENODEV where the kernel has no register of the type; it would say EINVAL of a request for one. */
static int registers_for(pid_t thread, unsigned type)
{
	struct ppc_debug_info info;

	if (ptrace(PPC_PTRACE_GETHWDBGINFO, thread, NULL, &info))
		return errno;
	return (type == HW_BREAKPOINT_X ? info.num_instruction_bps : info.num_data_bps) ? 0 : ENODEV;
}

int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	struct armed *one = armed_at(thread, slot);
	int error = one ? disarm(one) : ENOSPC;

	if (!error && length)
		error = registers_for(thread, type);
	if (error || !length)
		return error;
	one->request = (struct ppc_hw_breakpoint){
		.version = 1,
		.trigger_type = (type & HW_BREAKPOINT_R ? PPC_BREAKPOINT_TRIGGER_READ : 0) |
				(type & HW_BREAKPOINT_W ? PPC_BREAKPOINT_TRIGGER_WRITE : 0),
		/* The kernel takes the difference for the length: the end is not in it, whatever the mode is called. */
		.addr_mode = length > 1 ? PPC_BREAKPOINT_MODE_RANGE_INCLUSIVE : PPC_BREAKPOINT_MODE_EXACT,
		.condition_mode = PPC_BREAKPOINT_CONDITION_NONE,
		.addr = address,
		.addr2 = length > 1 ? address + length : 0,
	};
	return arm(one);
}

void debug_registers_again(pid_t thread)
{
	for (struct armed *one = armed; one < armed + ARMED; one++)
		if (one->thread == thread && one->handle && !disarm(one))
			arm(one);
}
#else
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length)
{
	/* Book E has address compare registers of another kind, for which the kernel has no perf events. */
	(void)thread, (void)slot, (void)address, (void)type, (void)length;
	return ENODEV;
}
#endif
