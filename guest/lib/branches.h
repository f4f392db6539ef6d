/* SPDX-License-Identifier: MIT */
/*
 * A site with a call, a return, a taken and an untaken branch. Each place where control arrives holds one
 * instruction that can trigger (a nop to be armed, an access, or the trap instruction); after each of them
 * the next bit of the mask is set:
 *
 *	mask = 1
 *	call:          call callTarget		callTarget:  INSTRUCTION; mask |= 2
 *	returned:      INSTRUCTION; mask |= 4	return:      return
 *	taken:         branch, taken, to takenTarget	(else mask |= 128)
 *	takenTarget:   INSTRUCTION; mask |= 8
 *	untaken:       branch, not taken		(else mask |= 128)
 *	fallThrough:   INSTRUCTION; mask |= 16
 *	exit:          return mask
 *
 * Execution can be sent to `exit` from any of these places.
 */
#ifndef TRAPLINE_BRANCHES_H
#define TRAPLINE_BRANCHES_H

#include "arch.h"

/* Addresses, in the order in which the assembler has them (ADDRESS of sites.h). */
struct branch_places {
	unsigned long call, call_target, call_target_next, return_, returned, returned_next, taken, taken_target,
		taken_target_next, untaken, fall_through, fall_through_next, exit;
};

/* The four instructions access one byte at one address each, in the order of execution; or do nothing; or trap. */
unsigned long site_branches_access(volatile void *call_target, volatile void *returned, volatile void *taken_target,
				   volatile void *fall_through);
unsigned long site_branches_execute(void);
unsigned long site_branches_trap(void);
extern const struct branch_places site_branches_access_places, site_branches_execute_places,
	site_branches_trap_places;

/* Index in `general` of the register that holds the mask. */
#define BRANCH_MASK_REGISTER ARCH_SITE_MASK_REGISTER

#endif
