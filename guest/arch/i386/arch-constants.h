/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 7
#define HAS_NEXT_PC 0
/*
 * arch/x86/kernel/hw_breakpoint.c: an execute breakpoint has the length of the kernel's long, which is 8 for a
 * 32-bit program on a 64-bit kernel (the record says so to the compiler).
 */
#ifndef KERNEL_LONG_BYTES
#define KERNEL_LONG_BYTES 4
#endif
#define BREAKPOINT_EXECUTE_LENGTH KERNEL_LONG_BYTES
/* The same kernel's: HW_BREAKPOINT_LEN_8 is there for CONFIG_X86_64. */
#define ARCH_WIDEST_WATCH KERNEL_LONG_BYTES
#if KERNEL_LONG_BYTES == 4
/* Above PAGE_OFFSET. */
#define KERNEL_ADDRESS 0xf0000000ull
#endif
/* edx, in the order of register_names. */
#define ARCH_SITE_LOAD_REGISTER 3
/* eax */
#define ARCH_SITE_MASK_REGISTER 0
/*
 * register_site.h: all seven; no windows; CF, PF, AF, ZF, SF, OF; mxcsr and x87 control word with rounding to zero
 * (and the x87 status word, its top of stack at 0); xmm0–7, st0–7.
 */
#define REGISTERS_LOADED 0x7fu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0x8d5u
#define CONDITION_PATTERN 0x851u
#define CONTROL_PATTERN 0x00000f7f00007f80u
#define VECTOR_WORDS 26
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: every address of 32 bits is canonical; EFLAGS.RF. */
#define INSTRUCTION_ALIGNMENT 1
#define RESUME_FLAG 0x10000u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 1
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/i386.ts. */
#define DEBUGGER_EXECUTE_SLOTS 4
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 1
