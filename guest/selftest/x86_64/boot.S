/* SPDX-License-Identifier: MIT */
/*
 * From the emulator's PVH entry (32-bit, flat segments, no paging) to long mode with paging, and the code of
 * ring 3 whose three events the self-test counts.
 */
#include "selectors.h"

#define CR0_PG (1 << 31)
#define CR4_PAE (1 << 5)
#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define PAGE_PRESENT_WRITE_USER 7
#define PAGE_LARGE (1 << 7)
#define FLAGS_TF (1 << 8)
#define NOTE_PHYS32_ENTRY 18

	.section .note.pvh, "a", @note
	.long	4
	.long	8
	.long	NOTE_PHYS32_ENTRY
	.asciz	"Xen"
	.quad	start32

	.text
	.code32
	.globl	start32
start32:
	cli
	movl	$kernel_stack_top, %esp
	movl	$page_map, %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	lgdt	descriptors_pointer
	ljmp	$KERNEL_CODE, $start64

	.code64
start64:
	movl	$KERNEL_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	call	selftest

	/* void enter_user(void): to user_code in ring 3, with interrupts off. It does not come back. */
	.globl	enter_user
enter_user:
	pushq	$USER_DATA
	pushq	$user_stack_top
	pushq	$2
	pushq	$USER_CODE
	pushq	$user_code
	iretq

	/* The neighbours of the watched word are stored to as well: they must not trap. */
	.globl	user_code, after_write, execute_here, after_step
user_code:
	movl	$1, watched - 4
	movl	$1, watched + 4
	movl	$1, watched
after_write:
	nop
execute_here:
	nop
	pushfq
	orq	$FLAGS_TF, (%rsp)
	popfq
	nop
after_step:
	nop
	/* The end is an invalid opcode: `int` needs more of the emulator than the self-test asks about. */
	.globl	finished
finished:
	ud2

	/* One entry every 16 bytes for each of the CPU's own vectors: on_exception(vector, error code or PC, PC or CS). */
	.balign	16
	.globl	exception_entries
exception_entries:
	.set	vector, 0
	.rept	VECTORS_OF_CPU
	pushq	$vector
	jmp	exception
	.balign	16
	.set	vector, vector + 1
	.endr
exception:
	popq	%rdi
	movq	(%rsp), %rsi
	movq	8(%rsp), %rdx
	andq	$-16, %rsp
	call	on_exception

	.data
	.balign	4096
page_map:
	.quad	page_pointers + PAGE_PRESENT_WRITE_USER
	.fill	511, 8, 0
page_pointers:
	.quad	page_directory + PAGE_PRESENT_WRITE_USER
	.fill	511, 8, 0
page_directory:
	.quad	PAGE_PRESENT_WRITE_USER + PAGE_LARGE
	.fill	511, 8, 0

	.balign	16
	.globl	descriptors
descriptors:
	.quad	0
	.quad	0x00af9b000000ffff	/* KERNEL_CODE */
	.quad	0x00cf93000000ffff	/* KERNEL_DATA */
	.quad	0x00cff3000000ffff	/* USER_DATA */
	.quad	0x00affb000000ffff	/* USER_CODE */
	.quad	0, 0			/* TASK_STATE: set by selftest() */
descriptors_end:
descriptors_pointer:
	.word	descriptors_end - descriptors - 1
	.quad	descriptors

	.balign	16
	.quad	0
	.globl	watched
watched:
	.quad	0
	.quad	0

	.bss
	.balign	16
	.skip	4096
kernel_stack_top:
	.skip	4096
	.globl	interrupt_stack_top
interrupt_stack_top:
	.skip	4096
user_stack_top:
	.section .note.GNU-stack, "", @progbits
