/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r4 is the target, r5 the other memory. */
/* The floating-point control is again that of C, which FLOAT_PAIRS changed. */
#define ACCESS_RETURN "mov #8, r1\n shll16 r1\n lds r1, fpscr\n rts\n nop"
/* The hardware's trap comes after the access. */
#define ACCESS_STOP_STEP 0
/* Moves of floating-point registers are of pairs: SZ of FPSCR. */
#define FLOAT_PAIRS "mov #16, r1\n shll16 r1\n lds r1, fpscr"

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "mov.b r0, @r4")                                      \
	ACCESS(store2, ACCESS_WRITES, 2, "", "mov.w r0, @r4")                                      \
	ACCESS(store4, ACCESS_WRITES, 4, "", "mov.l r0, @r4")                                      \
	ACCESS(store8, ACCESS_WRITES, 8, FLOAT_PAIRS, "fmov dr0, @r4")                             \
	ACCESS(load1, ACCESS_READS, 1, "", "mov.b @r4, r0")                                        \
	ACCESS(load2, ACCESS_READS, 2, "", "mov.w @r4, r0")                                        \
	ACCESS(load4, ACCESS_READS, 4, "", "mov.l @r4, r0")                                        \
	ACCESS(load8, ACCESS_READS, 8, FLOAT_PAIRS, "fmov @r4, dr0")                               \
	ACCESS(float_store, ACCESS_WRITES, 4, "", "fmov.s fr0, @r4")                               \
	ACCESS(float_load, ACCESS_READS, 4, "", "fmov.s @r4, fr0")                                 \
	ACCESS(test_and_set, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 1, "", "tas.b @r4")
