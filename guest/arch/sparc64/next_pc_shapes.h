/* SPDX-License-Identifier: MIT */
/* g5 and o7. */
#define NEXT_PC_MASK_REGISTER 5
#define NEXT_PC_LINK_REGISTER 15
#define NEXT_PC_SKIPPED                                                                            \
	"line", "always", "always_predicted", "taken", "taken_predicted", "annul_taken", "taken_register", "call",     \
		"jmpl", "retl", "ret", "return"
#define NEXT_PC_APART "line", "always", "ret"
