/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to r30 before any register is used again. */
#include "fresh.h"
#include "sites.h"

#define STACK_POINTER 192
#define CONDITIONS 196
#define CONTROL 200
#define VECTOR 208
#define IMAGE_SIZE 432
/* The stack grows up. From its old end on: the image, r3–r18, fr12–fr21, the address to store to, a double. */
#define FRAME 640
#define SAVED 432
#define SAVED_FLOAT 496
#define POINTER 576
#define SCRATCH 584

/* Without spaces, which would make several arguments of one. */
.macro GENERAL do, base, numbers:vararg
	.irp n, \numbers
	\do	\base+4*\n-FRAME, %r\n
	.endr
.endm

/* `do` is LOAD or STORE of a floating-point register at r1, which moves on. */
.macro FLOAT do, numbers:vararg
	.irp n, \numbers
	\do	%fr\n
	.endr
.endm
.macro LOAD register
	fldds,ma	8(%r1), \register
.endm
.macro STORE register
	fstds,ma	\register, 8(%r1)
.endm
.macro LOAD_WORD place, register
	ldw	\place(%sp), \register
.endm
.macro STORE_WORD place, register
	stw	\register, \place(%sp)
.endm

.macro KEPT do_word, do_float
	GENERAL \do_word, SAVED-4*3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
	ldo	SAVED_FLOAT - FRAME(%sp), %r1
	FLOAT	\do_float, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21
.endm

.macro ALL_FLOAT do
	FLOAT	\do, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
.endm

/* The status is the upper word of fr0, and the only part of it that is not an exception register. */
.macro SET_STATUS word
	stw	\word, SCRATCH - FRAME(%sp)
	stw	%r0, SCRATCH + 4 - FRAME(%sp)
	ldo	SCRATCH - FRAME(%sp), %r1
	fldds	0(%r1), %fr0
.endm

.macro REGISTER_SITE name, instruction
	BEFORE_FRESH_TEXT
FUNCTION(\name)			/* r26: load, r25: stored */
	stw	%rp, -20(%sp)
	ldo	FRAME(%sp), %sp
	KEPT	STORE_WORD, STORE
	stw	%r25, POINTER - FRAME(%sp)
	ldo	VECTOR(%r26), %r1
	ALL_FLOAT LOAD
	ldw	CONTROL(%r26), %r20
	SET_STATUS %r20
	ldw	CONTROL + 4(%r26), %r20
	mtctl	%r20, %cr11
	ldw	CONDITIONS(%r26), %r20
	/* V is made the leftmost bit of the divisor by a division step without a carry, whether it adds or subtracts. */
	extru	%r20, 14, 1, %r22
	zdep	%r22, 0, 1, %r22
	ldo	1(%r22), %r22
	add	%r0, %r0, %r0
	ds	%r0, %r22, %r0
	/* The carry, by doubling a leftmost bit. */
	extru	%r20, 16, 1, %r22
	zdep	%r22, 0, 1, %r22
	add	%r22, %r22, %r0
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 31, 26
	ldw	4 * \n(%r26), %r\n
	.endr
	b	\name\()_instruction
	nop

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	GENERAL STORE_WORD, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	stw	%sp, STACK_POINTER - FRAME(%sp)
	addc	%r0, %r0, %r22
	zdep	%r22, 16, 1, %r20
	/* A division step subtracts where V is set, and adds where it is not. */
	ldi	1, %r22
	add	%r0, %r0, %r0
	ds	%r0, %r22, %r21
	extru	%r21, 0, 1, %r21
	dep	%r21, 14, 1, %r20
	stw	%r20, CONDITIONS - FRAME(%sp)
	ldo	VECTOR - FRAME(%sp), %r1
	ALL_FLOAT STORE
	ldo	SCRATCH - FRAME(%sp), %r1
	fstds	%fr0, 0(%r1)
	ldw	SCRATCH - FRAME(%sp), %r20
	stw	%r20, CONTROL - FRAME(%sp)
	mfctl	%cr11, %r20
	stw	%r20, CONTROL + 4 - FRAME(%sp)
	SET_STATUS %r0
	ldw	POINTER - FRAME(%sp), %r26
	ldo	0 - FRAME(%sp), %r25
	ldi	IMAGE_SIZE, %r24
	ldil	L%memcpy, %r1
	ble	R%memcpy(%sr4, %r1)
	copy	%r31, %rp
	KEPT	LOAD_WORD, LOAD
	ldo	0 - FRAME(%sp), %sp
	ldw	-20(%sp), %rp
	bv	%r0(%rp)
	nop
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "break 4, 8"

	.text
FUNCTION(vectors_clobber)
	/* Against the calling convention the saved ones are not kept: the kernel has to. */
	ldo	64(%sp), %sp
	stw	%r0, -64(%sp)
	stw	%r0, -60(%sp)
	ldo	-64(%sp), %r1
	.irp n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0
	fldds	0(%r1), %fr\n
	.endr
	mtctl	%r0, %cr11
	ldo	-64(%sp), %sp
	bv	%r0(%rp)
	nop

	NO_EXECUTABLE_STACK
