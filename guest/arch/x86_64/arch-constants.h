/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 15
#define HAS_NEXT_PC 0
/* arch/x86/kernel/hw_breakpoint.c: an execute breakpoint has the length of the kernel's long. */
#define BREAKPOINT_EXECUTE_LENGTH 8
/* rdx, in the order of register_names. */
#define ARCH_SITE_LOAD_REGISTER 3
/* rax */
#define ARCH_SITE_MASK_REGISTER 0
/*
 * register_site.h: all fifteen; no windows; CF, PF, AF, ZF, SF, OF; mxcsr and x87 control word with
 * rounding to zero (and the x87 status word, its top of stack at 0); xmm0–15, st0–7, upper halves of ymm0–15.
 */
#define REGISTERS_LOADED 0x7fffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0x8d5u
#define CONDITION_PATTERN 0x851u
#define CONTROL_PATTERN 0x00000f7f00007f80u
#define VECTOR_WORDS 74
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: bits 48–63 must repeat bit 47; EFLAGS.RF. */
#define INSTRUCTION_ALIGNMENT 1
#define NOT_CANONICAL 0x0000900000001000
#define RESUME_FLAG 0x10000u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 1
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/x86_64.ts. */
#define DEBUGGER_EXECUTE_SLOTS 4
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 1
