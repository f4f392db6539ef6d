/* SPDX-License-Identifier: MIT */
/* general[0] is r0, which is zero: the signal's context has the PSW there, which is `flags`. */
#define GENERAL_REGISTERS 32
/* The instruction address queue: its front is PC, its back nPC. */
#define HAS_NEXT_PC 1
#define BREAKPOINT_EXECUTE_LENGTH 4
/* r22 */
#define ARCH_SITE_LOAD_REGISTER 22
/* r28 */
#define ARCH_SITE_MASK_REGISTER 28
/*
 * register_site.h: all but r0, r27 (the program's data, which a handler needs) and r30 (stack); no windows; in the PSW V
 * (0x00020000) and the carry (0x00008000: those of the seven lower digits are seen by DCOR alone, which QEMU 7.2 has
 * wrong); the floating-point status, with rounding to zero and two exceptions, and in the lower word the shift amount
 * (cr11), which the signal's context holds too; fr4–fr31.
 */
#define REGISTERS_LOADED 0xb7fffffeu
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0x00028000u
#define CONDITION_PATTERN 0x00028000u
#define CONTROL_PATTERN 0x1800020000000011u
#define VECTOR_WORDS 28
/* The assembler fills a section up to its alignment: what fresh.S does not hold is in the next 64 KiB. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h: the lowest two bits of an address are a privilege level, and every address of 32 bits can be translated. */
#define INSTRUCTION_ALIGNMENT 1
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/parisc.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
/* To the assembler a semicolon begins a comment. */
#define ARCH_SEPARATOR !
#define ARCH_STACK_GROWS_UP 1
/* What the kernel makes a SIGTRAP of, silently: arch/parisc/kernel/traps.c GDB_BREAK_INSN. */
#define BREAKPOINT break 4, 8
