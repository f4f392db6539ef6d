/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to rsp, by instructions that change no flag, before any register is used again. */
#include "sites.h"

#define GENERAL 0
#define WINDOW 120
#define STACK_POINTER 248
#define CONDITIONS 256
#define CONTROL 264
#define VECTOR 272
/* Eight x87 registers of ten bytes, one after the other, behind xmm0-15; then the upper halves of ymm0-15. */
#define X87 528
#define YMM_UPPER 608
#define IMAGE_SIZE 864

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* rdi: load, rsi: stored */
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rsi
	subq	$IMAGE_SIZE, %rsp
	ldmxcsr	CONTROL(%rdi)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	VECTOR + 16 * \n(%rdi), %xmm\n
	.endr
	fldcw	CONTROL + 4(%rdi)
	.irp n, 7, 6, 5, 4, 3, 2, 1, 0
	fldt	X87 + 10 * \n(%rdi)
	.endr
	cmpl	$0, register_site_has_ymm(%rip)
	je	1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, YMM_UPPER + 16 * \n(%rdi), %ymm\n, %ymm\n
	.endr
1:
	pushq	CONDITIONS(%rdi)
	popfq
	movq	GENERAL + 0(%rdi), %rax
	movq	GENERAL + 8(%rdi), %rbx
	movq	GENERAL + 16(%rdi), %rcx
	movq	GENERAL + 24(%rdi), %rdx
	movq	GENERAL + 32(%rdi), %rsi
	movq	GENERAL + 48(%rdi), %rbp
	movq	GENERAL + 56(%rdi), %r8
	movq	GENERAL + 64(%rdi), %r9
	movq	GENERAL + 72(%rdi), %r10
	movq	GENERAL + 80(%rdi), %r11
	movq	GENERAL + 88(%rdi), %r12
	movq	GENERAL + 96(%rdi), %r13
	movq	GENERAL + 104(%rdi), %r14
	movq	GENERAL + 112(%rdi), %r15
	movq	GENERAL + 40(%rdi), %rdi
	jmp	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	movq	%rax, GENERAL + 0(%rsp)
	movq	%rbx, GENERAL + 8(%rsp)
	movq	%rcx, GENERAL + 16(%rsp)
	movq	%rdx, GENERAL + 24(%rsp)
	movq	%rsi, GENERAL + 32(%rsp)
	movq	%rdi, GENERAL + 40(%rsp)
	movq	%rbp, GENERAL + 48(%rsp)
	movq	%r8, GENERAL + 56(%rsp)
	movq	%r9, GENERAL + 64(%rsp)
	movq	%r10, GENERAL + 72(%rsp)
	movq	%r11, GENERAL + 80(%rsp)
	movq	%r12, GENERAL + 88(%rsp)
	movq	%r13, GENERAL + 96(%rsp)
	movq	%r14, GENERAL + 104(%rsp)
	movq	%r15, GENERAL + 112(%rsp)
	movq	%rsp, STACK_POINTER(%rsp)
	pushfq
	popq	CONDITIONS(%rsp)	/* the address counts from rsp after the pop */
	stmxcsr	CONTROL(%rsp)
	fnstcw	CONTROL + 4(%rsp)
	fnstsw	CONTROL + 6(%rsp)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fstpt	X87 + 10 * \n(%rsp)
	.endr
	fninit
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\n, VECTOR + 16 * \n(%rsp)
	.endr
	cmpl	$0, register_site_has_ymm(%rip)
	je	1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vextractf128 $1, %ymm\n, YMM_UPPER + 16 * \n(%rsp)
	.endr
	vzeroupper
1:
	ldmxcsr	default_control(%rip)
	movq	IMAGE_SIZE(%rsp), %rdi
	movq	%rsp, %rsi
	movl	$IMAGE_SIZE / 8, %ecx
	cld
	rep movsq
	addq	$IMAGE_SIZE + 8, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, int3

FUNCTION(vectors_clobber)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pcmpeqd	%xmm\n, %xmm\n
	.endr
	fninit
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fldpi
	.endr
	/* Left empty, as the C code of the handler wants them. */
	fninit
	cmpl	$0, register_site_has_ymm(%rip)
	je	1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, %xmm0, %ymm\n, %ymm\n
	.endr
1:
	ldmxcsr	default_control(%rip)
	ret

	.section .rodata
default_control:
	.long	0x1f80

	NO_EXECUTABLE_STACK
