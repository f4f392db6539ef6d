/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 16
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 2
/* r4 */
#define ARCH_SITE_LOAD_REGISTER 4
/* r1 */
#define ARCH_SITE_MASK_REGISTER 1
/*
 * register_site.h: all but r15, the stack pointer; no windows; the condition code of the PSW; the floating-point
 * control rounding to zero, with the flags of an invalid and an inexact operation; v0–v31, of which f0–f15 are parts.
 */
#define REGISTERS_LOADED 0x7fffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 44
#define CONDITION_MASK 3u
#define CONDITION_PATTERN 2u
#define CONTROL_PATTERN 0x880001u
#define VECTOR_WORDS 64
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h: every address of 64 bits can be translated. */
#define INSTRUCTION_ALIGNMENT 2
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 2
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/s390x.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
