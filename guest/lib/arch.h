/* SPDX-License-Identifier: MIT */
/*
 * What every architecture provides, in guest/arch/<architecture>/: the same names everywhere.
 * arch-constants.h there defines the constants; registers.c the functions; *.S the sites.
 */
#ifndef TRAPLINE_ARCH_H
#define TRAPLINE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Defines GENERAL_REGISTERS, HAS_NEXT_PC, BREAKPOINT_EXECUTE_LENGTH. */
#include "arch-constants.h"

/*
 * The registers of a stopped thread. `general` is in the order of `register_names`.
 * `npc` is the next program counter where the architecture has one, else 0.
 */
struct registers {
	uint64_t pc;
	uint64_t npc;
	uint64_t sp;
	uint64_t flags;
	uint64_t general[GENERAL_REGISTERS];
};

extern const char *const register_names[GENERAL_REGISTERS];

/* From and to the third argument of an SA_SIGINFO handler. */
void registers_load(struct registers *registers, const void *context);
void registers_store(void *context, const struct registers *registers);

/* From and to a thread that stands still under ptrace. Return 0 or a positive errno. */
int registers_fetch(pid_t thread, struct registers *registers);
int registers_put(pid_t thread, const struct registers *registers);

/*
 * Arms debug register `slot` of a thread under ptrace (length 0 disarms); the types are
 * those of linux/hw_breakpoint.h. Returns 0 or a positive errno; ENODEV: no such registers.
 */
int debug_register_set(pid_t thread, int slot, uint64_t address, unsigned type, unsigned length);

/*
 * The sites: one instruction each that can trigger, with what comes after it in view.
 * `…_instruction` is its address, `…_next` the instruction after it, `…_elsewhere` another
 * place in the same function at which execution can sensibly go on.
 * Each function returns a mask of what was executed: SITE_BEFORE always, SITE_AFTER when the
 * instruction after the site ran, SITE_ELSEWHERE when execution came to `elsewhere` by a jump
 * that skipped `next`.
 * They speak in the machine's words (unsigned long), so that each argument is one register everywhere.
 */
#define SITE_BEFORE 1u
#define SITE_EFFECT 2u /* site_execute only: the instruction itself ran */
#define SITE_AFTER 4u
#define SITE_ELSEWHERE 8u

/* Stores the low byte of `value` at `target` (the site is one store of one byte). */
unsigned long site_store(volatile void *target, unsigned long value);
/* Loads one byte from `target` into *result through a register that the site names in site_load_register. */
unsigned long site_load(volatile const void *target, unsigned long *result);
/* Executes one harmless instruction whose effect is SITE_EFFECT in the returned mask. */
unsigned long site_execute(void);
/* Returns value + 1; the addition is the instruction. */
unsigned long site_increment(unsigned long value);
/* Executes the architecture's breakpoint instruction. */
unsigned long site_trap(void);

extern char site_store_instruction[], site_store_next[], site_store_elsewhere[];
extern char site_load_instruction[], site_load_next[], site_load_elsewhere[];
extern char site_execute_instruction[], site_execute_next[], site_execute_elsewhere[];
extern char site_increment_instruction[], site_increment_next[];
extern char site_trap_instruction[], site_trap_next[], site_trap_elsewhere[];

/*
 * The code that site_execute and the other sites of fresh.S lie in: pages of their own, 64 KiB aligned, since
 * the kernel maps file pages around a fault in windows of that size. The first instruction that a function
 * of fresh.S executes in there is its site, so that a fetch from the fresh pages faults exactly at it.
 */
extern char fresh_text[];
#define FRESH_TEXT_BYTES ARCH_FRESH_TEXT_BYTES

/* The longest data watch in bytes. */
#ifdef ARCH_WIDEST_WATCH
#define WIDEST_WATCH ARCH_WIDEST_WATCH
#else
#define WIDEST_WATCH 8
#endif

/* Type of a data watch that is to see stores: W, unless the kernel has no registers for stores alone. */
#ifdef ARCH_STORE_WATCH
#define STORE_WATCH ARCH_STORE_WATCH
#else
#define STORE_WATCH HW_BREAKPOINT_W
#endif

/* Length of an execute breakpoint at that address, where instructions of one kind want another than the rest. */
#ifdef ARCH_EXECUTE_LENGTH_AT
#define EXECUTE_LENGTH_AT(address) ARCH_EXECUTE_LENGTH_AT(address)
#else
#define EXECUTE_LENGTH_AT(address) BREAKPOINT_EXECUTE_LENGTH
#endif

/* Do uprobes go past their instruction by a single step, or by a breakpoint behind its copy? */
#ifdef ARCH_UPROBES_STEP
#define UPROBES_STEP ARCH_UPROBES_STEP
#else
#define UPROBES_STEP 1
#endif

/* Has the kernel registers for execution? Where it has none at all, that makes no difference. */
#ifdef ARCH_HAS_EXECUTE_REGISTERS
#define HAS_EXECUTE_REGISTERS ARCH_HAS_EXECUTE_REGISTERS
#else
#define HAS_EXECUTE_REGISTERS 1
#endif

/*
 * Has a data watch to count the kernel's accesses for the emulator to trap the program's? Then it does, unless the probe
 * asks for the program's alone, or may not have the kernel's.
 */
#ifdef ARCH_WATCHES_WITH_KERNEL
#define WATCHES_WITH_KERNEL ARCH_WATCHES_WITH_KERNEL
#else
#define WATCHES_WITH_KERNEL 0
#endif

/* Does the kernel switch a debugger's register off when it was hit? It is then armed anew by debug_registers_again(). */
#ifdef ARCH_DEBUGGER_ONE_SHOT
#define DEBUGGER_ONE_SHOT ARCH_DEBUGGER_ONE_SHOT
void debug_registers_again(pid_t thread);
#else
#define DEBUGGER_ONE_SHOT 0
#endif

/* Where a function's code is: at the address that C has of it, unless the ABI gives functions descriptors. */
#ifdef ARCH_CODE_ADDRESS
#define CODE_ADDRESS(function) ARCH_CODE_ADDRESS(function)
#else
#define CODE_ADDRESS(function) ((uintptr_t)(function))
#endif

/* Does a stack begin at its lowest address? */
#ifdef ARCH_STACK_GROWS_UP
#define STACK_GROWS_UP ARCH_STACK_GROWS_UP
#else
#define STACK_GROWS_UP 0
#endif

/* Room for a new stack at the end at which it begins: what clone(2) is given. */
static inline void *stack_begin(void *lowest, size_t size)
{
	return STACK_GROWS_UP ? lowest : (char *)lowest + size - 64;
}

/* Index in `general` of the register in which site_store, site_execute and site_trap keep their mask. */
#define SITE_MASK_REGISTER ARCH_SITE_MASK_REGISTER
/* Index in `general` of the register that site_load loads into. */
#define SITE_LOAD_REGISTER ARCH_SITE_LOAD_REGISTER

#endif
