/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 31
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* x2 */
#define ARCH_SITE_LOAD_REGISTER 2
/* x9 */
#define ARCH_SITE_MASK_REGISTER 9
/* register_site.h: x0–x30; no windows; NZCV; fpcr (low word, rounding to zero) and fpsr; v0–v31. */
#define REGISTERS_LOADED 0x7fffffffu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0xf0000000u
#define CONDITION_PATTERN 0xa0000000u
#define CONTROL_PATTERN 0x0000001500c00000u
#define VECTOR_WORDS 64
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: bits 52–55 must be zero in a user address (56–63 are a tag). */
#define INSTRUCTION_ALIGNMENT 4
#define NOT_CANONICAL 0x0010000000001000
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/arm64.ts. */
#define DEBUGGER_EXECUTE_SLOTS 6
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
