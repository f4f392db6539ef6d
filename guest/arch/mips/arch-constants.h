/* SPDX-License-Identifier: MIT */
/* $0–$31, then HI and LO. */
#define GENERAL_REGISTERS 34
/* A context has the PC of a delay slot's branch: there is no next PC beside it. */
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
#define ARCH_SITE_LOAD_REGISTER 9
#define ARCH_SITE_MASK_REGISTER 8
/*
 * register_site.h: all but $0 (zero), $26 and $27 (the kernel's own), $28 (global pointer) and $29 (stack pointer); no
 * windows; no condition flags but those of floating point, which are in FCSR: conditions 0 and 1 set, rounding to
 * zero, an inexact result; $f0–$f31, of which a 32-bit program has the even ones.
 */
#define REGISTERS_LOADED 0x3c3fffffeull
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0u
#define CONDITION_PATTERN 0u
#define CONTROL_PATTERN 0x2800005u
#define VECTOR_WORDS (__SIZEOF_POINTER__ == 8 ? 32 : 16)
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h. Of 64 bits a user's addresses have 48 at most; of 32 bits the upper half is the kernel's, and there. */
#define INSTRUCTION_ALIGNMENT 4
#if __SIZEOF_POINTER__ == 8
#define NOT_CANONICAL 0x0100000000001000
#endif
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/mips64el.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
