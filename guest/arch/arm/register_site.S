/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"

#define STACK_POINTER 120
#define CONDITIONS 124
#define CONTROL 128
#define VECTOR 136
#define IMAGE_SIZE 392
/* The image, then d8–d15 and the address to store to; r4–r11 and lr lie above, on the stack. */
#define SAVED 392
#define STORED 456
#define FRAME 460

	.syntax	unified
	.arm
	.fpu	neon
	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* r0: load, r1: stored */
	push	{r4-r11, lr}
	sub	sp, sp, #FRAME
	str	r1, [sp, #STORED]
	add	r2, sp, #SAVED
	vstmia	r2, {d8-d15}
	add	r2, r0, #VECTOR
	vldmia	r2!, {d0-d15}
	vldmia	r2, {d16-d31}
	ldr	r2, [r0, #CONTROL]
	vmsr	fpscr, r2
	ldr	r2, [r0, #CONDITIONS]
	msr	apsr_nzcvqg, r2
	ldr	lr, [r0, #52]
	ldm	r0, {r0-r12}
	b	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	stm	sp, {r0-r12}
	str	lr, [sp, #52]
	str	sp, [sp, #STACK_POINTER]
	mrs	r0, apsr
	str	r0, [sp, #CONDITIONS]
	vmrs	r0, fpscr
	str	r0, [sp, #CONTROL]
	/* The upper half of control, and the windows: not there. */
	mov	r0, #0
	str	r0, [sp, #CONTROL + 4]
	vmsr	fpscr, r0
	add	r1, sp, #56
	mov	r2, #16
1:	str	r0, [r1], #4
	subs	r2, r2, #1
	bne	1b
	add	r2, sp, #VECTOR
	vstmia	r2!, {d0-d15}
	vstmia	r2, {d16-d31}
	add	r2, sp, #SAVED
	vldmia	r2, {d8-d15}
	ldr	r0, [sp, #STORED]
	mov	r1, sp
	mov	r2, #IMAGE_SIZE & 0xff
	orr	r2, r2, #IMAGE_SIZE & 0xff00
	bl	memcpy
	add	sp, sp, #FRAME
	pop	{r4-r11, pc}
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "udf #16"

FUNCTION(vectors_clobber)
	/* Against the calling convention d8–d15 are not saved: the kernel has to. */
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmov.i8	q\n, #0xff
	.endr
	mov	r0, #0
	vmsr	fpscr, r0
	bx	lr

	NO_EXECUTABLE_STACK
