/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"

	.option	norvc
	.option	norelax

#define STACK_POINTER 384
#define CONDITIONS 392
#define CONTROL 400
#define VECTOR 408
#define IMAGE_SIZE 664
/* The image, then what a function has to keep: ra, s0–s11, fs0–fs11; and the address to store to. */
#define SAVED 672
#define SAVED_FLOAT SAVED + 8 * 13
#define POINTER SAVED_FLOAT + 8 * 12
#define FRAME 896

	.text

.macro KEPT do_general, do_float
	\do_general	x1, SAVED(sp)
	\do_general	x8, SAVED + 8 * 1(sp)
	\do_general	x9, SAVED + 8 * 2(sp)
	.irp n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	\do_general	x\n, SAVED + 8 * (\n - 15)(sp)
	.endr
	\do_float	f8, SAVED_FLOAT(sp)
	\do_float	f9, SAVED_FLOAT + 8(sp)
	.irp n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	\do_float	f\n, SAVED_FLOAT + 8 * (\n - 16)(sp)
	.endr
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* a0: load, a1: stored */
	addi	sp, sp, -FRAME
	KEPT	sd, fsd
	sd	a1, POINTER(sp)
	ld	t0, CONTROL(a0)
	fscsr	t0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	fld	f\n, VECTOR + 8 * \n(a0)
	.endr
	/* x10 is a0: last. */
	.irp n, 1, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 10
	ld	x\n, 8 * \n(a0)
	.endr
	j	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	sd	x\n, 8 * \n(sp)
	fsd	f\n, VECTOR + 8 * \n(sp)
	.endr
	sd	sp, STACK_POINTER(sp)
	sd	zero, CONDITIONS(sp)
	frcsr	t0
	sd	t0, CONTROL(sp)
	fscsr	zero
	ld	a0, POINTER(sp)
	mv	a1, sp
	li	a2, IMAGE_SIZE
	call	memcpy
	KEPT	ld, fld
	addi	sp, sp, FRAME
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, ebreak

FUNCTION(vectors_clobber)
	/* Against the calling convention fs0–fs11 are not saved: the kernel has to. */
	li	t0, -1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	fmv.d.x	f\n, t0
	.endr
	fscsr	zero
	ret

	NO_EXECUTABLE_STACK
