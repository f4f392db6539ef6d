/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"

#define STACK_POINTER 384
#define CONDITIONS 392
#define CONTROL 400
#define VECTOR 408
#define IMAGE_SIZE 1432
/* The image, then what a function has to keep: ra, s9 and s0–s8 (r22–r31), fs0–fs7 (f24–f31); and the address to store to. */
#define SAVED IMAGE_SIZE
#define SAVED_FLOAT SAVED + 8 * 11
#define POINTER SAVED_FLOAT + 8 * 8
#define FRAME 1600

	.text

.macro KEPT do_general, do_float
	\do_general	$ra, $sp, SAVED
	.irp n, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\do_general	$r\n, $sp, SAVED + 8 * (\n - 21)
	.endr
	.irp n, 24, 25, 26, 27, 28, 29, 30, 31
	\do_float	$f\n, $sp, SAVED_FLOAT + 8 * (\n - 24)
	.endr
.endm

/* The control from and to t0: fcsr in the lower word, a bit of the upper one for each condition flag. */
.macro CONTROL_LOAD
	movgr2fcsr	$fcsr0, $t0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	bstrpick.d	$t1, $t0, 32 + \n, 32 + \n
	movgr2cf	$fcc\n, $t1
	.endr
.endm
.macro CONTROL_STORE
	movfcsr2gr	$t0, $fcsr0
	bstrpick.d	$t0, $t0, 31, 0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	movcf2gr	$t1, $fcc\n
	bstrins.d	$t0, $t1, 32 + \n, 32 + \n
	.endr
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* a0: load, a1: stored */
	addi.d	$sp, $sp, -FRAME
	KEPT	st.d, fst.d
	st.d	$a1, $sp, POINTER
	ld.d	$t0, $a0, CONTROL
	CONTROL_LOAD
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	xvld	$xr\n, $a0, VECTOR + 32 * \n
	.endr
	/* r4 is a0: last. */
	.irp n, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 4
	ld.d	$r\n, $a0, 8 * \n
	.endr
	b	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	st.d	$r\n, $sp, 8 * \n
	xvst	$xr\n, $sp, VECTOR + 32 * \n
	.endr
	st.d	$sp, $sp, STACK_POINTER
	st.d	$zero, $sp, CONDITIONS
	CONTROL_STORE
	st.d	$t0, $sp, CONTROL
	movgr2fcsr	$fcsr0, $zero
	ld.d	$a0, $sp, POINTER
	move	$a1, $sp
	li.w	$a2, IMAGE_SIZE
	bl	memcpy
	KEPT	ld.d, fld.d
	addi.d	$sp, $sp, FRAME
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "break 0"

FUNCTION(vectors_clobber)
	/* Against the calling convention fs0–fs7 are not saved: the kernel has to. */
	li.d	$t0, -1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	xvreplgr2vr.d	$xr\n, $t0
	.endr
	move	$t0, $zero
	CONTROL_LOAD
	ret

	/* Nothing else in these pages: not even the stubs by which memcpy is called. */
	FRESH_TEXT
	.balign	65536

	NO_EXECUTABLE_STACK
