/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 32
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* r5 */
#define ARCH_SITE_LOAD_REGISTER 5
/* r9 */
#define ARCH_SITE_MASK_REGISTER 9
/*
 * register_site.h: all but r1 (stack pointer), r2 (thread pointer) and r13 (small data); no windows; the eight fields
 * of CR; FPSCR rounding to zero, with an exception summary and an inexact result; f0–f31.
 */
#define REGISTERS_LOADED 0xffffdff9u
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0xffffffffu
#define CONDITION_PATTERN 0x5a5aa5a5u
#define CONTROL_PATTERN 0x82000001u
#define VECTOR_WORDS 32
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: the lowest two bits of an address are ignored, and every address of 32 bits can be translated. */
#define INSTRUCTION_ALIGNMENT 1
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/ppc32.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
/* Above PAGE_OFFSET. */
#define KERNEL_ADDRESS 0xf0000000ull
