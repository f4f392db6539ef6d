/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 32
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* a2 */
#define ARCH_SITE_LOAD_REGISTER 12
/* t0 */
#define ARCH_SITE_MASK_REGISTER 5
/*
 * register_site.h: all but x0 (zero), sp, gp and tp, which the C library needs in the handler; no windows; no
 * condition flags; fcsr rounding to zero with two accrued exceptions; f0–f31.
 */
#define REGISTERS_LOADED 0xffffffe2u
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0u
#define CONDITION_PATTERN 0u
#define CONTROL_PATTERN 0x25u
#define VECTOR_WORDS 32
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/*
 * refused_pc.h. With compressed instructions the alignment is two bytes, and bit 0 of sepc is always zero: there is
 * no misaligned address to go to. Of an address that is not refused, the upper bits (from 38, 47 or 56 on) are equal.
 */
#define INSTRUCTION_ALIGNMENT 1
#define NOT_CANONICAL 0x0100000000001000
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/riscv64.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
