/* SPDX-License-Identifier: MIT */
/*
 * The sites of next_pc.h. %r28 gathers the mask, %r26 and %r25 hold the target and the value, %r19 the return address.
 * What SPARC calls annulled is nullified here (`,n`): the slot of an unconditional branch always, that of a conditional
 * one where it is taken forward or not taken backward; and what follows an instruction whose condition holds.
 */
#include "next_pc.h"
#include "sites.h"

/* Positions, from the left, of the bits PATH_SLOT, PATH_FALL, PATH_FALL_NEXT, PATH_TARGET and PATH_TARGET_NEXT. */
#define SLOT 30
#define FALL 29
#define FALL_NEXT 28
#define TARGET 27
#define TARGET_NEXT 26

	.macro	trigger_store
	stb	%r25, 0(%r26)
	.endm
	.macro	trigger_execute
	depi	1, SLOT, 1, %r28
	.endm
	.macro	trigger_nop
	nop
	.endm
	.macro	trigger_trap
	BREAKPOINT
	.endm

	/* r28 is at the end of the mask's bits where the privilege level is not a program's: a branch notes it in its link. */
	.macro	leave
	b,l	.+8, %r20
	nop
	ldi	3, %r21
	xor	%r20, %r21, %r20
	dep	%r20, 15, 2, %r28
	bv	%r0(%r19)
	nop
	.endm

	.macro	begin	variant, shape
	.balign	16
\variant\()_\shape:
	copy	%rp, %r19
	ldi	PATH_BEFORE, %r28
	.endm

	.macro	target_of	variant, shape
\variant\()_\shape\()_target:
	depi	1, TARGET, 1, %r28
	depi	1, TARGET_NEXT, 1, %r28
	.endm

	/* The slot, all that may run after it, and the site's entry in the table. The target lies ahead or was there before. */
	.macro	finish	variant, shape, kind, goes, branch=1, backward=0
\variant\()_\shape\()_slot:
	trigger_\variant
\variant\()_\shape\()_fall:
	depi	1, FALL, 1, %r28
	depi	1, FALL_NEXT, 1, %r28
	b	\variant\()_\shape\()_end
	nop
	.if	\backward == 0
	target_of \variant, \shape
	.endif
\variant\()_\shape\()_end:
	leave
\variant\()_\shape\()_island:
	ldo	PATH_ISLAND(%r28), %r28
	ldo	PATH_ISLAND_NEXT(%r28), %r28
	b	\variant\()_\shape\()_end
	nop
\variant\()_\shape\()_island_branch:
	b	\variant\()_\shape\()_island_end
	ldo	PATH_ISLAND_NEXT(%r28), %r28
\variant\()_\shape\()_island_end:
	b	\variant\()_\shape\()_end
	ldo	PATH_ISLAND_END(%r28), %r28
\variant\()_\shape\()_last:
	.pushsection .rodata.next_pc_names, "aMS", %progbits, 1
\variant\()_\shape\()_name:
	.asciz	"\shape"
\variant\()_\shape\()_instruction:
	.asciz	"\variant"
	.popsection
	.pushsection .rodata.next_pc_sites, "a", %progbits
	ADDRESS	\variant\()_\shape\()_name, \variant\()_\shape\()_instruction
	ADDRESS	\variant\()_\shape
	.if	\branch
	ADDRESS	\variant\()_\shape\()_slot - 4
	.else
	ADDRESS	0
	.endif
	ADDRESS	\variant\()_\shape\()_slot, \variant\()_\shape\()_fall
	ADDRESS	\variant\()_\shape\()_target, \variant\()_\shape\()_\goes
	ADDRESS	\variant\()_\shape\()_island, \variant\()_\shape\()_island_branch
	ADDRESS	\variant\()_\shape\()_last, \kind
	.popsection
	.endm

	/* A branch forward; `operands` is what it compares. */
	.macro	branch	variant, shape, kind, goes, mnemonic, operands:vararg
	begin	\variant, \shape
	.ifb	\operands
	\mnemonic \variant\()_\shape\()_target
	.else
	\mnemonic \operands, \variant\()_\shape\()_target
	.endif
	finish	\variant, \shape, \kind, \goes
	.endm

	/* The same, backward. */
	.macro	branch_back	variant, shape, kind, goes, mnemonic, operands:vararg
	begin	\variant, \shape
	b,n	\variant\()_\shape\()_start
	target_of \variant, \shape
	b,n	\variant\()_\shape\()_end
\variant\()_\shape\()_start:
	\mnemonic \operands, \variant\()_\shape\()_target
	finish	\variant, \shape, \kind, \goes, backward=1
	.endm

	/* A call, which notes its return address in rp. */
	.macro	call	variant, shape, kind, mnemonic
	begin	\variant, \shape
	\mnemonic \variant\()_\shape\()_target, %rp
	finish	\variant, \shape, \kind, target
	.endm

	/* A transfer of control to the address in r20. */
	.macro	transfer	variant, shape, kind, mnemonic, operand
	begin	\variant, \shape
	ldil	L%\variant\()_\shape\()_target, %r20
	ldo	R%\variant\()_\shape\()_target(%r20), %r20
	\mnemonic \operand
	finish	\variant, \shape, \kind, target
	.endm

	/* An instruction, no branch, that nullifies the one behind it or does not. */
	.macro	skip	variant, shape, kind, mnemonic, operands:vararg
	begin	\variant, \shape
	\mnemonic \operands
	finish	\variant, \shape, \kind, fall, branch=0
	.endm

	.macro	sites	variant
	begin	\variant, line
	finish	\variant, line, KIND_LINE, fall, branch=0
	branch	\variant, untaken, KIND_LINE, fall, "comb,<>", %r0, %r0
	branch	\variant, untaken_immediate, KIND_LINE, fall, "comib,<>", 0, %r0
	branch	\variant, untaken_forward, KIND_LINE, fall, "comb,<>,n", %r0, %r0
	skip	\variant, no_skip, KIND_LINE, "comclr,<>", %r0, %r0, %r0

	branch	\variant, always, KIND_TAKEN, target, b
	branch	\variant, taken, KIND_TAKEN, target, "comb,=", %r0, %r0
	branch	\variant, taken_immediate, KIND_TAKEN, target, "comib,=", 0, %r0
	branch	\variant, taken_add, KIND_TAKEN, target, "addib,=", 0, %r0
	branch	\variant, taken_bit, KIND_TAKEN, target, "bb,>=", %r0, 5
	branch	\variant, taken_move, KIND_TAKEN, target, "movib,=", 0, %r20

	branch_back \variant, annul_backward, KIND_ANNUL_TAKEN, target, "comb,=,n", %r0, %r0
	branch_back \variant, annul_backward_immediate, KIND_ANNUL_TAKEN, target, "comib,=,n", 0, %r0
	branch	\variant, annul_always, KIND_ANNULLED, target, "b,n"
	call	\variant, annul_call, KIND_ANNULLED, "b,l,n"
	branch	\variant, annul_forward, KIND_ANNULLED, target, "comb,=,n", %r0, %r0
	branch	\variant, annul_forward_bit, KIND_ANNULLED, target, "bb,>=,n", %r0, 5
	branch_back \variant, annul_untaken, KIND_ANNULLED, fall, "comb,<>,n", %r0, %r0
	transfer \variant, annul_bv, KIND_ANNULLED, "bv,n", %r0(%r20)
	transfer \variant, annul_be, KIND_ANNULLED, "be,n", "0(%sr4, %r20)"
	skip	\variant, annul_compare, KIND_ANNULLED, "comclr,=", %r0, %r0, %r0
	skip	\variant, annul_add, KIND_ANNULLED, "add,=", %r0, %r0, %r0

	call	\variant, call, KIND_TRANSFER, "b,l"
	transfer \variant, bv, KIND_TRANSFER, bv, %r0(%r20)
	transfer \variant, be, KIND_TRANSFER, be, "0(%sr4, %r20)"
	transfer \variant, ble, KIND_TRANSFER, ble, "0(%sr4, %r20)"
	/* Relative to the instruction behind the slot, in pairs of instructions. */
	begin	\variant, blr
	ldi	2, %r20
	blr	%r20, %r0
	finish	\variant, blr, KIND_TRANSFER, target
	.endm

	.pushsection .rodata.next_pc_sites, "a", %progbits
	.balign	8
LABEL(next_pc_sites)
	.popsection
	.text
	sites	store
	sites	execute
	sites	nop
	sites	trap
	.pushsection .rodata.next_pc_sites, "a", %progbits
LABEL(next_pc_sites_end)
	.popsection

	NO_EXECUTABLE_STACK
