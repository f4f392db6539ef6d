/* SPDX-License-Identifier: MIT */
/*
 * The sites of next_pc.h. %g5 gathers the mask, %g1 and %g4 hold the target and the value, %g2 the
 * return address: globals, since `return` changes the window between the branch and its slot.
 * The condition codes say "equal" when the branch is reached.
 */
#include "next_pc.h"
#include "sites.h"

	.register %g2, #scratch

	.macro	trigger_store
	stb	%g4, [%g1]
	.endm
	.macro	trigger_execute
	or	%g5, PATH_SLOT, %g5
	.endm
	.macro	trigger_nop
	nop
	.endm
	.macro	trigger_trap
	ta	1
	.endm

	.macro	begin	variant, shape
	.balign	16
\variant\()_\shape:
	mov	%o7, %g2
	mov	%o0, %g1
	mov	%o1, %g4
	mov	PATH_BEFORE, %g5
	cmp	%g0, %g0
	.endm

	/* The slot, all that may run after it, and the site's entry in the table. */
	.macro	finish	variant, shape, kind, goes, branch=1, windows=0
\variant\()_\shape\()_slot:
	trigger_\variant
\variant\()_\shape\()_fall:
	or	%g5, PATH_FALL, %g5
	or	%g5, PATH_FALL_NEXT, %g5
	ba,pt	%xcc, \variant\()_\shape\()_end
	nop
\variant\()_\shape\()_target:
	or	%g5, PATH_TARGET, %g5
	or	%g5, PATH_TARGET_NEXT, %g5
\variant\()_\shape\()_end:
	.if	\windows
	restore
	.endif
	jmpl	%g2 + 8, %g0
	mov	%g5, %o0
\variant\()_\shape\()_island:
	add	%g5, PATH_ISLAND, %g5
	add	%g5, PATH_ISLAND_NEXT, %g5
	ba,pt	%xcc, \variant\()_\shape\()_end
	nop
\variant\()_\shape\()_island_branch:
	ba,pt	%xcc, \variant\()_\shape\()_island_end
	add	%g5, PATH_ISLAND_NEXT, %g5
\variant\()_\shape\()_island_end:
	ba,pt	%xcc, \variant\()_\shape\()_end
	add	%g5, PATH_ISLAND_END, %g5
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

	/* A branch to the site's target; `condition` is the condition codes or the register that it looks at. */
	.macro	branch	variant, shape, kind, goes, mnemonic, condition
	begin	\variant, \shape
	.ifb	\condition
	\mnemonic \variant\()_\shape\()_target
	.else
	\mnemonic \condition, \variant\()_\shape\()_target
	.endif
	finish	\variant, \shape, \kind, \goes
	.endm

	.macro	sites	variant
	begin	\variant, line
	finish	\variant, line, KIND_LINE, fall, branch=0
	branch	\variant, untaken, KIND_LINE, fall, bne
	branch	\variant, untaken_predicted, KIND_LINE, fall, "bne,pn", %xcc
	branch	\variant, untaken_register, KIND_LINE, fall, "brnz,pn", %g0

	branch	\variant, always, KIND_TAKEN, target, ba
	branch	\variant, always_predicted, KIND_TAKEN, target, "ba,pt", %xcc
	branch	\variant, taken, KIND_TAKEN, target, be
	branch	\variant, taken_predicted, KIND_TAKEN, target, "be,pt", %xcc
	branch	\variant, taken_register, KIND_TAKEN, target, "brz,pt", %g0

	branch	\variant, annul_taken, KIND_ANNUL_TAKEN, target, "be,a"
	branch	\variant, annul_taken_predicted, KIND_ANNUL_TAKEN, target, "be,a,pt", %xcc
	branch	\variant, annul_taken_register, KIND_ANNUL_TAKEN, target, "brz,a,pt", %g0
	branch	\variant, annul_always, KIND_ANNULLED, target, "ba,a"
	branch	\variant, annul_always_predicted, KIND_ANNULLED, target, "ba,a,pt", %xcc
	branch	\variant, annul_untaken, KIND_ANNULLED, fall, "bne,a"
	branch	\variant, annul_untaken_predicted, KIND_ANNULLED, fall, "bne,a,pn", %xcc
	branch	\variant, annul_untaken_register, KIND_ANNULLED, fall, "brnz,a,pn", %g0

	branch	\variant, call, KIND_TRANSFER, target, call
	begin	\variant, jmpl
	setx	\variant\()_jmpl_target, %o3, %o2
	jmpl	%o2, %o7
	finish	\variant, jmpl, KIND_TRANSFER, target
	begin	\variant, retl
	setx	\variant\()_retl_target - 8, %o3, %o7
	retl
	finish	\variant, retl, KIND_TRANSFER, target
	begin	\variant, ret
	save	%sp, -176, %sp
	setx	\variant\()_ret_target - 8, %l0, %i7
	ret
	finish	\variant, ret, KIND_TRANSFER, target, windows=1
	begin	\variant, return
	save	%sp, -176, %sp
	setx	\variant\()_return_target - 8, %l0, %i7
	return	%i7 + 8
	finish	\variant, return, KIND_TRANSFER, target
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
