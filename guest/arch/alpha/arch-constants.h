/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 32
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* r2 (t1) and r1 (t0) */
#define ARCH_SITE_LOAD_REGISTER 2
#define ARCH_SITE_MASK_REGISTER 1
/*
 * register_site.h: all but r30, the stack pointer, and r31, which is zero (the thread's pointer is none of them); no
 * windows; no condition flags; FPCR rounding to zero with two exceptions seen, invalid and inexact, and their summary;
 * f0–f30.
 */
#define REGISTERS_LOADED 0x3fffffffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0u
#define CONDITION_PATTERN 0u
#define CONTROL_PATTERN 0x8110000000000000u
#define VECTOR_WORDS 31
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/*
 * refused_pc.h. The two lowest bits of an address to go to are ignored. Of an address that is not refused, the upper
 * bits (from 42 or 47 on) are equal.
 */
#define INSTRUCTION_ALIGNMENT 1
#define NOT_CANONICAL 0x0100000000001000
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 4
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/alpha.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
