/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 32
#define HAS_NEXT_PC 0
#define BREAKPOINT_EXECUTE_LENGTH 4
/* a2 */
#define ARCH_SITE_LOAD_REGISTER 6
/* t0 */
#define ARCH_SITE_MASK_REGISTER 12
/*
 * register_site.h: all but r0 (zero), tp and sp, which the C library needs in the handler, and r21, which is reserved;
 * no windows. The condition flags (fcc0–fcc7) belong to the floating-point unit: they are the upper word of the
 * control, above fcsr, which rounds to zero and has two flags. xr0–xr31, the lowest 64 bits of which are f0–f31.
 */
#define REGISTERS_LOADED 0xffdffff2u
#define WINDOW_LOADED 0u
#define CONDITION_SHIFT 0
#define CONDITION_MASK 0u
#define CONDITION_PATTERN 0u
#define CONTROL_PATTERN 0x000000a500050100u
#define VECTOR_WORDS 128
/* The linker's stubs of indirect functions come behind it: register_site.S fills a second 64 KiB, to their end. */
#define ARCH_FRESH_TEXT_BYTES 131072
/* refused_pc.h: programs have 47 bits of addresses, and bits above the implemented ones must be copies of the highest. */
#define INSTRUCTION_ALIGNMENT 4
#define NOT_CANONICAL 0x0100000000001000
#define RESUME_FLAG 0u
/* The PC that the kernel reports for the trap instruction, counted from that instruction. */
#define TRAP_PC_OFFSET 0
/* Execute breakpoints that a debugger tries to arm: by hand profile.slots.execute of harness/arch/loongarch64.ts. */
#define DEBUGGER_EXECUTE_SLOTS 8
/* arch_uprobe_analyze_insn() of arch/loongarch/kernel/uprobes.c puts a breakpoint behind the copy. */
#define ARCH_UPROBES_STEP 0
/* Does a call store its return address in memory, at the stack pointer? */
#define CALL_PUSHES_RETURN_ADDRESS 0
