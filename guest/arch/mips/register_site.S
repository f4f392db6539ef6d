/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to the stack pointer before any register is used again. */
#include "sites.h"
#include "words.h"

	AS_WRITTEN

/* $0–$31, HI and LO; 16 words of no window. */
#define HI (32 * WORD)
#define LO (33 * WORD)
#define STACK_POINTER (50 * WORD)
#define CONDITIONS (51 * WORD)
#define CONTROL (52 * WORD)
#define VECTOR (CONTROL + 8)
#define IMAGE_SIZE (VECTOR + 8 * FLOAT_COUNT)
/* A callee may save in the first 16 bytes (o32); then the image, $16–$23, $30, $31, floats, and the address to store to. */
#define IMAGE 16
#define SAVED (IMAGE + IMAGE_SIZE)
#define SAVED_FLOAT (SAVED + 10 * WORD)
#define POINTER (SAVED_FLOAT + 8 * 8)
#define FRAME 864

	.text

.macro EACH_FLOAT do, base, numbers:vararg
	.irp n, \numbers
	\do	$f\n, \base + FLOAT_DISTANCE * \n($29)
	.endr
.endm

.macro KEPT do_general, do_float
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23
	\do_general	$\n, SAVED + WORD * (\n - 16)($29)
	.endr
	\do_general	$30, SAVED + WORD * 8($29)
	\do_general	$31, SAVED + WORD * 9($29)
	EACH_FLOAT \do_float, SAVED_FLOAT - FLOAT_DISTANCE * FLOAT_FIRST_SAVED, FLOAT_SAVED
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* $4: load, $5: stored */
	ADD_IMMEDIATE	$29, $29, -FRAME
	KEPT	STORE, sdc1
	STORE	$5, POINTER($29)
	lw	$8, CONTROL + LOWER_HALF($4)
	ctc1	$8, $31
	.irp n, FLOAT_REGISTERS
	ldc1	$f\n, VECTOR + FLOAT_DISTANCE * \n($4)
	.endr
	LOAD	$8, HI($4)
	mthi	$8
	LOAD	$8, LO($4)
	mtlo	$8
	/* $4 last. */
	.irp n, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31, 4
	LOAD	$\n, WORD * \n($4)
	.endr
	j	\name\()_instruction
	nop

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STORE	$\n, IMAGE + WORD * \n($29)
	.endr
	EACH_FLOAT sdc1, IMAGE + VECTOR, FLOAT_REGISTERS
	mfhi	$8
	STORE	$8, IMAGE + HI($29)
	mflo	$8
	STORE	$8, IMAGE + LO($29)
	STORE	$29, IMAGE + STACK_POINTER($29)
	STORE	$0, IMAGE + CONDITIONS($29)
	cfc1	$8, $31
	sw	$8, IMAGE + CONTROL + LOWER_HALF($29)
	sw	$0, IMAGE + CONTROL + UPPER_HALF($29)
	ctc1	$0, $31
	LOAD	$4, POINTER($29)
	ADD_IMMEDIATE	$5, $29, IMAGE
	li	$6, IMAGE_SIZE
	jal	memcpy
	nop
	KEPT	LOAD, ldc1
	jr	$31
	ADD_IMMEDIATE	$29, $29, FRAME
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, break

FUNCTION(vectors_clobber)
	/* Against the calling convention the saved ones are not kept: the kernel has to. */
	ADD_IMMEDIATE	$29, $29, -16
	li	$8, -1
	sw	$8, 0($29)
	sw	$8, 4($29)
	.irp n, FLOAT_REGISTERS
	ldc1	$f\n, 0($29)
	.endr
	ctc1	$0, $31
	jr	$31
	ADD_IMMEDIATE	$29, $29, 16

	NO_EXECUTABLE_STACK
