/* SPDX-License-Identifier: MIT */
/* Words of the machine in assembler: 64 bits (V9), or the 32 of a program that is built for V8+. */
#if __SIZEOF_POINTER__ == 8
#define WORD 8
#define LOAD_WORD ldx
#define STORE_WORD stx
/* The condition codes that compares of words are looked at by. */
#define CONDITION_CODES %xcc
#define STACK_BIAS 2047
/* A window's registers, and room for six arguments. */
#define SMALLEST_FRAME 176
#else
#define WORD 4
#define LOAD_WORD lduw
#define STORE_WORD stw
#define CONDITION_CODES %icc
#define STACK_BIAS 0
/* There is a word for the address of a returned structure, too. */
#define SMALLEST_FRAME 96
#endif

#ifdef __ASSEMBLER__
	/* Brings an address to a register. */
	.macro	address_to	register, scratch, symbol
#if __SIZEOF_POINTER__ == 8
	setx	\symbol, \scratch, \register
#else
	set	\symbol, \register
#endif
	.endm
#endif
