/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 16
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 2
/* d1 and d0, in the order of register_names. */
#define ARCH_SITE_LOAD_REGISTER 1
#define ARCH_SITE_MASK_REGISTER 0
/*
 * register_site.h: all but a7, the stack pointer; no windows; X, Z and C of the condition codes; FPCR rounding to zero
 * (upper word), FPSR with the accrued exceptions invalid and inexact; fp0–fp7, as doubles that they hold exactly.
 */
#define REGISTERS_LOADED 0x7fffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0x1fu
#define CONDITION_PATTERN 0x15u
#define CONTROL_PATTERN 0x0000001000000088u
#define VECTOR_WORDS 8
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: every address of 32 bits can be translated. */
#define INSTRUCTION_ALIGNMENT 2
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 2
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/m68k.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 1
