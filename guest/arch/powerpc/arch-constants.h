/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 32
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* r5 */
#define ARCH_SITE_LOAD_REGISTER 5
/* r9 */
#define ARCH_SITE_MASK_REGISTER 9
/*
 * register_site.h: all but r1 (stack pointer), r2 (TOC; 32 bits: thread pointer) and r13 (thread pointer; small data);
 * no windows; the eight fields of CR; FPSCR rounding to zero, with an exception summary and an inexact result;
 * vs0–vs63, of which f0–f31 are halves; of 32 bits f0–f31 alone.
 */
#define REGISTERS_LOADED 0xffffdff9u
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0xffffffffu
#define CONDITION_PATTERN 0x5a5aa5a5u
#define CONTROL_PATTERN 0x82000001u
#define VECTOR_WORDS (__SIZEOF_POINTER__ == 8 ? 128 : 32)
#define ARCH_FRESH_TEXT_BYTES 65536
/* refused_pc.h: the lowest two bits of an address are ignored. */
#define INSTRUCTION_ALIGNMENT 1
#ifdef __powerpc64__
/* Bits 2–11, counted from the left, must be zero. */
#define NOT_CANONICAL 0x0100000000001000
#else
/* Every address of 32 bits can be translated; this one is above PAGE_OFFSET. */
#define KERNEL_ADDRESS 0xf0000000ull
#endif
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/ppc64le.ts and ppc32.ts. */
#define DEBUGGER_EXECUTE_SLOTS 0
#define ARCH_HAS_EXECUTE_REGISTERS 0
#ifdef __powerpc64__
/* QEMU's watchpoints trap a program's accesses only where they trap the kernel's too: docs/findings/qemu-power-user-watch.md. */
#define ARCH_WATCHES_WITH_KERNEL 1
/* ptrace_triggered() of arch/powerpc/kernel/hw_breakpoint.c */
#define ARCH_DEBUGGER_ONE_SHOT 1
#endif
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
/*
 * The big-endian ABI: a function's name is that of its descriptor, which holds the address of its code, that of the
 * table of contents, and nothing. In assembler, in C's asm, and from a pointer.
 */
#if _CALL_ELF == 1
#define ARCH_FUNCTION(name)                                                                        \
	.pushsection .opd, "aw"; .balign 8; .globl name; name: .quad .L##name, .TOC.@tocbase, 0; .popsection; \
	.type name, %function; .balign 16; .L##name:
#define ARCH_FUNCTION_LABEL(name)                                                                  \
	".pushsection .opd, \"aw\"\n.balign 8\n" name ": .quad .L" name ", .TOC.@tocbase, 0\n.popsection\n.L" name ":"
#define ARCH_CODE_ADDRESS(function) (*(const unsigned long *)(function))
#endif
