/* SPDX-License-Identifier: MIT */
/*
 * The breakpoint instruction, with the number that debuggers use. The kernel goes by its lower four bits; of 0x3c,
 * which its table calls a breakpoint, it says nothing to the program (arch/sh/kernel/debugtraps.S, hw_breakpoint.c).
 */
.macro BREAKPOINT
	trapa	#0xc3
.endm
