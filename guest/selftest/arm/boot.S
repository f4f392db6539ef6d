/* SPDX-License-Identifier: MIT */
/* Start, exception vectors, the way to user mode and back, and the sites that user mode executes. */
	.syntax	unified
	.arm
	.text

#define MODE_USER 0x10
#define MODE_ABORT 0x17
#define MODE_SUPERVISOR 0x13
#define INTERRUPTS_OFF 0xc0

	.globl	start
start:
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	cps	#MODE_ABORT
	ldr	sp, =abort_stack
	cps	#MODE_SUPERVISOR
	ldr	sp, =supervisor_stack
	bl	control
1:	wfi
	b	1b

	.balign	32
vectors:
	b	unexpected		/* reset */
	b	unexpected		/* undefined */
	b	from_user		/* supervisor call */
	b	on_prefetch_abort
	b	on_data_abort
	b	unexpected
	b	unexpected
	b	unexpected

on_prefetch_abort:
	sub	lr, lr, #4
	push	{r0-r3, r12, lr}
	mov	r0, lr
	mrc	p15, 0, r1, c5, c0, 1	/* IFSR */
	b	1f
on_data_abort:
	sub	lr, lr, #8
	push	{r0-r3, r12, lr}
	mov	r0, lr
	mrc	p15, 0, r1, c5, c0, 0	/* DFSR */
1:	bl	on_abort
	ldm	sp!, {r0-r3, r12, pc}^

unexpected:
	ldr	sp, =supervisor_stack
	bl	give_up

/* run_user(site, target): executes the site in user mode, until its supervisor call. */
	.globl	run_user
run_user:
	push	{r4-r11, lr}
	mov	r4, r0
	mov	r0, r1
	mov	r5, #MODE_USER | INTERRUPTS_OFF
	msr	spsr_cxsf, r5
	movs	pc, r4

from_user:
	pop	{r4-r11, pc}

/* r0: target. Each has its instruction, one after it, and the call that ends it. */
.macro SITE name, instruction
	.globl	\name, \name\()_next
\name:
	\instruction
\name\()_next:
	nop
	svc	#0
.endm

SITE site_store, "str r1, [r0]"
SITE site_load, "ldr r1, [r0]"
SITE site_execute, nop

	.bss
	.balign	8
	.space	4096
abort_stack:
	.space	4096
supervisor_stack:
