/* SPDX-License-Identifier: MIT */
/* Start, interrupt vectors, the way to problem state and back, hypercalls, and the sites that problem state executes. */
#define VECTOR_DSI 0x300
#define VECTOR_SYSCALL 0xc00
#define SAVED 160

	.machine power8
	.abiversion 2
	.text

	.globl	start
start:
	/* The firmware is a 32-bit program. */
	mfmsr	3
	li	4, 1
	rldicr	4, 4, 63, 0
	or	3, 3, 4
	bcl	20, 31, 1f
1:	mflr	14
	addi	14, 14, 2f - 1b
	mtsrr0	14
	mtsrr1	3
	rfid
2:	/* r14: this place. The table of contents and the stack by their distance from it. */
	addis	2, 14, .TOC. - 2b@ha
	addi	2, 2, .TOC. - 2b@l
	addis	1, 14, stack_top - 2b@ha
	addi	1, 1, stack_top - 2b@l
	addi	1, 1, -64
	li	0, 0
	std	0, 0(1)
	/* The vectors are the firmware's, which is done. */
	addi	3, 14, vector_data - 2b
	li	4, VECTOR_DSI
	bl	copy_vector
	addi	3, 14, vector_system_call - 2b
	li	4, VECTOR_SYSCALL
	bl	copy_vector
	addi	3, 14, on_data - 2b
	std	3, 0x20(0)
	addi	3, 14, from_user - 2b
	std	3, 0x28(0)
	std	2, 0x30(0)
	std	1, 0x38(0)
	addi	3, 14, start - 2b
	bl	control
1:	b	1b

/* Eight instructions from r3 to the absolute address r4. */
copy_vector:
	li	5, 8
	mtctr	5
1:	lwz	6, 0(3)
	stw	6, 0(4)
	dcbst	0, 4
	sync
	icbi	0, 4
	isync
	addi	3, 3, 4
	addi	4, 4, 4
	bdnz	1b
	blr

/* Low memory: 0x20 and 0x28 hold where to go on, 0x30 the table of contents, 0x38 the stack, 0x40 what a vector saves. */
vector_data:
	std	3, 0x40(0)
	mfctr	3
	std	3, 0x48(0)
	ld	3, 0x20(0)
	mtctr	3
	bctr
	nop
	nop

vector_system_call:
	ld	3, 0x28(0)
	mtctr	3
	bctr
	nop
	nop
	nop
	nop
	nop

/* Problem state's registers that C may change are kept: it goes on at the access. */
on_data:
	std	1, 0x50(0)
	std	2, 0x58(0)
	std	4, 0x60(0)
	std	5, 0x68(0)
	ld	2, 0x30(0)
	ld	1, 0x38(0)
	addi	1, 1, -1024
	mfsrr0	3
	std	3, 0x70(0)
	mfsrr1	4
	std	4, 0x78(0)
	mfdsisr	4
	bl	on_data_storage
	ld	3, 0x70(0)
	mtsrr0	3
	ld	3, 0x78(0)
	mtsrr1	3
	ld	3, 0x48(0)
	mtctr	3
	ld	3, 0x40(0)
	ld	1, 0x50(0)
	ld	2, 0x58(0)
	ld	4, 0x60(0)
	ld	5, 0x68(0)
	rfid

/* run_user(site, target, msr): executes the site in problem state, until its system call. */
	.globl	run_user
run_user:
	mflr	0
	std	0, 16(1)
	stdu	1, -SAVED(1)
	.irp	n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	std	\n, SAVED - 8 * (32 - \n)(1)
	.endr
	std	1, 0x80(0)
	mtsrr0	3
	mtsrr1	5
	rfid

from_user:
	ld	1, 0x80(0)
	ld	2, 0x30(0)
	.irp	n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ld	\n, SAVED - 8 * (32 - \n)(1)
	.endr
	addi	1, 1, SAVED
	ld	0, 16(1)
	mtlr	0
	blr

/* hypercall(number, a, b, c, d) */
	.globl	hypercall
hypercall:
	sc	1
	blr

/* r4: target. Each has its instruction, and the call that ends it. */
.macro SITE name, instruction
	.globl	\name
\name:
	\instruction
	nop
	sc
.endm

SITE site_store, "stb 3, 0(4)"
SITE site_store_behind, "stb 3, 8(4)"
SITE site_load, "lbz 3, 0(4)"

	.section .stack, "aw", @nobits
	.balign	16
	.space	8192
stack_top:
