/* SPDX-License-Identifier: MIT */
/*
 * register_site.h. Everything is stored relative to esp, by instructions that change no flag, before any register is
 * used again.
 */
#include "sites.h"

#define STACK_POINTER 92
#define CONDITIONS 96
#define CONTROL 104
#define VECTOR 112
/* Eight x87 registers of ten bytes, one after the other, behind xmm0-7. */
#define X87 240
#define IMAGE_SIZE 320
/* Arguments, behind the image, four saved registers and the return address. */
#define STORED IMAGE_SIZE + 16 + 8

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* load, stored */
	pushl	%ebx
	pushl	%ebp
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	subl	$IMAGE_SIZE, %esp
	ldmxcsr	CONTROL(%eax)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	movups	VECTOR + 16 * \n(%eax), %xmm\n
	.endr
	fldcw	CONTROL + 4(%eax)
	.irp n, 7, 6, 5, 4, 3, 2, 1, 0
	fldt	X87 + 10 * \n(%eax)
	.endr
	pushl	CONDITIONS(%eax)
	popfl
	movl	4(%eax), %ebx
	movl	8(%eax), %ecx
	movl	12(%eax), %edx
	movl	16(%eax), %esi
	movl	20(%eax), %edi
	movl	24(%eax), %ebp
	movl	(%eax), %eax
	jmp	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	movl	%eax, (%esp)
	movl	%ebx, 4(%esp)
	movl	%ecx, 8(%esp)
	movl	%edx, 12(%esp)
	movl	%esi, 16(%esp)
	movl	%edi, 20(%esp)
	movl	%ebp, 24(%esp)
	movl	%esp, STACK_POINTER(%esp)
	pushfl
	popl	CONDITIONS(%esp)	/* the address counts from esp after the pop */
	stmxcsr	CONTROL(%esp)
	fnstcw	CONTROL + 4(%esp)
	fnstsw	CONTROL + 6(%esp)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fstpt	X87 + 10 * \n(%esp)
	.endr
	fninit
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	movups	%xmm\n, VECTOR + 16 * \n(%esp)
	.endr
	ldmxcsr	default_control
	/* Windows are not there: their place, like what is between the fields, is what the stack held. */
	movl	STORED(%esp), %edi
	movl	%esp, %esi
	movl	$IMAGE_SIZE / 4, %ecx
	cld
	rep movsl
	addl	$IMAGE_SIZE, %esp
	popl	%edi
	popl	%esi
	popl	%ebp
	popl	%ebx
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, int3

FUNCTION(vectors_clobber)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	pcmpeqd	%xmm\n, %xmm\n
	.endr
	fninit
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fldpi
	.endr
	/* Left empty, as the C code of the handler wants them. */
	fninit
	ldmxcsr	default_control
	ret

	.section .rodata
default_control:
	.long	0x1f80

	NO_EXECUTABLE_STACK
