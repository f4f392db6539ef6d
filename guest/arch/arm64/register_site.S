/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"

#define WINDOW 248
#define STACK_POINTER 376
#define CONDITIONS 384
#define CONTROL 392
#define VECTOR 400
#define IMAGE_SIZE 912
/* The image, then x19–x30, d8–d15 and the address to store to. */
#define SAVED 912
#define FRAME 1088

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* x0: load, x1: stored */
	sub	sp, sp, #FRAME
	add	x9, sp, #SAVED
	stp	x19, x20, [x9, #0]
	stp	x21, x22, [x9, #16]
	stp	x23, x24, [x9, #32]
	stp	x25, x26, [x9, #48]
	stp	x27, x28, [x9, #64]
	stp	x29, x30, [x9, #80]
	stp	d8, d9, [x9, #96]
	stp	d10, d11, [x9, #112]
	stp	d12, d13, [x9, #128]
	stp	d14, d15, [x9, #144]
	str	x1, [x9, #160]
	ldr	w9, [x0, #CONTROL]
	msr	fpcr, x9
	ldr	w9, [x0, #CONTROL + 4]
	msr	fpsr, x9
	ldr	x9, [x0, #CONDITIONS]
	msr	nzcv, x9
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ldr	q\n, [x0, #VECTOR + 16 * \n]
	.endr
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	ldr	x\n, [x0, #8 * \n]
	.endr
	ldr	x0, [x0]
	b	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	str	x\n, [sp, #8 * \n]
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	str	q\n, [sp, #VECTOR + 16 * \n]
	.endr
	mov	x0, sp
	str	x0, [sp, #STACK_POINTER]
	mrs	x0, nzcv
	str	x0, [sp, #CONDITIONS]
	mrs	x0, fpcr
	str	w0, [sp, #CONTROL]
	mrs	x0, fpsr
	str	w0, [sp, #CONTROL + 4]
	msr	fpcr, xzr
	msr	fpsr, xzr
	add	x9, sp, #SAVED
	ldr	x0, [x9, #160]
	mov	x1, sp
	mov	x2, #IMAGE_SIZE
	bl	memcpy
	add	x9, sp, #SAVED
	ldp	x19, x20, [x9, #0]
	ldp	x21, x22, [x9, #16]
	ldp	x23, x24, [x9, #32]
	ldp	x25, x26, [x9, #48]
	ldp	x27, x28, [x9, #64]
	ldp	x29, x30, [x9, #80]
	ldp	d8, d9, [x9, #96]
	ldp	d10, d11, [x9, #112]
	ldp	d12, d13, [x9, #128]
	ldp	d14, d15, [x9, #144]
	add	sp, sp, #FRAME
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "brk #0"

FUNCTION(vectors_clobber)
	/* Against the calling convention d8–d15 are not saved: the kernel has to. */
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	movi	v\n\().16b, #0xff
	.endr
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret

	NO_EXECUTABLE_STACK
