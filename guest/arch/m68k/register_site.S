/* SPDX-License-Identifier: MIT */
/*
 * register_site.h. Everything is stored relative to the stack pointer, by instructions that change no condition code,
 * before any register is used again.
 */
#include "sites.h"

#define STACK_POINTER 128
#define CONDITIONS 132
#define CONTROL 136
#define VECTOR 144
#define IMAGE_SIZE 208
/* d2–d7, a2–a6; fp2–fp7; then the return address and the arguments. */
#define KEPT 44 + 72
#define LOAD KEPT + 4
#define STORED IMAGE_SIZE + KEPT + 8

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* load, stored */
	movem.l	%d2-%d7/%a2-%a6, -(%sp)
	fmovem.x %fp2-%fp7, -(%sp)
	move.l	LOAD(%sp), %a0
	lea	-IMAGE_SIZE(%sp), %sp
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fmove.d	VECTOR + 8 * \n(%a0), %fp\n
	.endr
	fmove.l	CONTROL(%a0), %fpcr
	fmove.l	CONTROL + 4(%a0), %fpsr
	move.l	CONDITIONS(%a0), %d0
	move.w	%d0, %ccr
	movem.l	(%a0), %d0-%d7/%a0-%a6
	jmp	\name\()_instruction

	FRESH_TEXT
	.balign	2
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	movem.l	%d0-%d7/%a0-%a7, (%sp)
	move.w	%ccr, %d0
	and.l	#0x1f, %d0
	move.l	%d0, CONDITIONS(%sp)
	move.l	%sp, STACK_POINTER(%sp)
	fmove.l	%fpcr, CONTROL(%sp)
	fmove.l	%fpsr, CONTROL + 4(%sp)
	moveq	#0, %d0
	fmove.l	%d0, %fpcr
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fmove.d	%fp\n, VECTOR + 8 * \n(%sp)
	.endr
	fmove.l	%d0, %fpsr
	move.l	STORED(%sp), %d0
	move.l	%sp, %d1
	pea	IMAGE_SIZE
	move.l	%d1, -(%sp)
	move.l	%d0, -(%sp)
	jsr	memcpy
	lea	12 + IMAGE_SIZE(%sp), %sp
	fmovem.x (%sp)+, %fp2-%fp7
	movem.l	(%sp)+, %d2-%d7/%a2-%a6
	rts
	.text
.endm

REGISTER_SITE site_registers_execute, "nop"
REGISTER_SITE site_registers_trap, "trap #15"

FUNCTION(vectors_clobber)
	/* Against the calling convention fp2–fp7 are not saved: the kernel has to. */
	moveq	#-1, %d0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fmove.l	%d0, %fp\n
	.endr
	moveq	#0, %d0
	fmove.l	%d0, %fpcr
	fmove.l	%d0, %fpsr
	rts

	NO_EXECUTABLE_STACK
