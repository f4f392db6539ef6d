/* SPDX-License-Identifier: MIT */
/* r0 to r15, PR, MACH and MACL. */
#define GENERAL_REGISTERS 19
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 2
#define ARCH_SITE_LOAD_REGISTER 1
#define ARCH_SITE_MASK_REGISTER 0
/*
 * register_site.h: all but r15, the stack pointer, and PR, which holds the site's address: there is no other way to a
 * far place that needs no register; no windows; M, S and T of SR, M by an exclusive or with Q, which is 0; FPSCR
 * (lower word) in the other bank, of double precision, rounding to zero, with the flags overflow and inexact; FPUL
 * (upper word); fr0-fr15 and xf0-xf15 in pairs.
 */
#define REGISTERS_LOADED 0x67fffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0x203u
#define CONDITION_PATTERN 0x203u
#define CONTROL_PATTERN 0x5a5a123400280015u
#define VECTOR_WORDS 16
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h: the upper half of the addresses is not a program's, whatever is mapped there. */
#define INSTRUCTION_ALIGNMENT 2
#define NOT_CANONICAL 0x90000000u
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/sh4.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
#define KERNEL_ADDRESS 0x8c002000ull
