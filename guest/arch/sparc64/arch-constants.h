/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 16
#define HAS_NEXT_PC 1
#define BREAKPOINT_EXECUTE_LENGTH 4
/* o3 */
#define ARCH_SITE_LOAD_REGISTER 11
/* o5 */
#define ARCH_SITE_MASK_REGISTER 13
/*
 * register_site.h: g1–g6, o0–o5 and o7 (g7 is the thread's pointer, o6 the stack's); l0–l7 and i0–i5;
 * CCR, as it lies in tstate, or its lower half, icc, as it lies in psr; fsr with rounding to zero and two accrued
 * exceptions; f0–f62.
 */
#define REGISTERS_LOADED 0xbf7eu
#define WINDOW_LOADED 0x3fffu
#if __SIZEOF_POINTER__ == 8
#define CONDITION_SHIFT 32
#define CONDITION_MASK 0xffu
#define CONDITION_PATTERN 0xa5u
#else
#define CONDITION_SHIFT 20
#define CONDITION_MASK 0xfu
#define CONDITION_PATTERN 0x5u
#endif
#define CONTROL_PATTERN 0x400001a0u
#define VECTOR_WORDS 32
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h: UltraSPARC has no addresses from 2^43 to 2^64 - 2^43; it has room for all of 32 bits. */
#define INSTRUCTION_ALIGNMENT 4
#if __SIZEOF_POINTER__ == 8
#define NOT_CANONICAL 0x0000100000001000
#endif
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/sparc64.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
