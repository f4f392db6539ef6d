/* SPDX-License-Identifier: MIT */
/* r28 and r2. */
#define NEXT_PC_MASK_REGISTER 28
#define NEXT_PC_LINK_REGISTER 2
#define NEXT_PC_SKIPPED                                                                            \
	"line", "always", "taken", "taken_immediate", "taken_add", "taken_bit", "taken_move", "annul_backward", "call", \
		"blr", "bv", "be", "ble"
#define NEXT_PC_APART "line", "always", "bv"
