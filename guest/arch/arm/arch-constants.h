/* SPDX-License-Identifier: MIT */
/* On a 64-bit kernel, which has other checks and counts other registers, the record says so to the compiler. */
#ifndef KERNEL_LONG_BYTES
#define KERNEL_LONG_BYTES 4
#endif
/* r0–r12 and lr. */
#define GENERAL_REGISTERS 14
#define HAS_NEXT_PC 0
/* A32; Thumb instructions lie at the second halfword of a word here, and there only the length 2 fits. */
#define BREAKPOINT_EXECUTE_LENGTH 4
#define ARCH_EXECUTE_LENGTH_AT(address) ((address) & 2 ? 2 : BREAKPOINT_EXECUTE_LENGTH)
/* r2 */
#define ARCH_SITE_LOAD_REGISTER 2
/* r12 */
#define ARCH_SITE_MASK_REGISTER 12
/*
 * register_site.h: all of them; no windows; N, Z, C, V, Q and GE; fpscr (rounding to zero, three exceptions, flags
 * of its own); d0–d31.
 */
#define REGISTERS_LOADED 0x3fffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0xf80f0000u
#define CONDITION_PATTERN 0xa8050000u
#define CONTROL_PATTERN 0x50c00015u
#define VECTOR_WORDS 32
#define ARCH_FRESH_TEXT_BYTES 65536
/*
 * refused_pc.h: a return to user mode drops the lowest bits of PC, two in A32 and one in Thumb, so that there is no
 * misaligned address to go to; and every address of 32 bits can be translated.
 */
#define INSTRUCTION_ALIGNMENT 1
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/*
 * Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/arm.ts and
 * arm64.ts. A 32-bit kernel keeps one to itself. Its own addresses are above every PAGE_OFFSET.
 */
#if KERNEL_LONG_BYTES == 4
/*
 * Before version 8 of the debug architecture the fault's status does not tell loads from stores, and the kernel refuses
 * events for one of them (hw_breakpoint_arch_parse).
 */
#define ARCH_STORE_WATCH HW_BREAKPOINT_RW
#define DEBUGGER_EXECUTE_SLOTS 5
#define KERNEL_ADDRESS 0xffff8000ull
#else
#define DEBUGGER_EXECUTE_SLOTS 6
#endif
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
