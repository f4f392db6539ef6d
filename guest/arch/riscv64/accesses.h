/* SPDX-License-Identifier: MIT */
/*
 * ACCESS(name, kind, bytes, "before", "instruction"): a0 is the target, a1 the other memory. All instructions have
 * four bytes: t0 and ft0 have no compressed loads and stores.
 */
#define ACCESS_RETURN "ret"
/* The debug specification's triggers come before the instruction, and would come again. */
#define ACCESS_STOP_STEP 4

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "sb t0, (a0)")                                        \
	ACCESS(store2, ACCESS_WRITES, 2, "", "sh t0, (a0)")                                        \
	ACCESS(store4, ACCESS_WRITES, 4, "", "sw t0, (a0)")                                        \
	ACCESS(store8, ACCESS_WRITES, 8, "", "sd t0, (a0)")                                        \
	ACCESS(load1, ACCESS_READS, 1, "", "lb t0, (a0)")                                          \
	ACCESS(load2, ACCESS_READS, 2, "", "lh t0, (a0)")                                          \
	ACCESS(load4, ACCESS_READS, 4, "", "lw t0, (a0)")                                          \
	ACCESS(load8, ACCESS_READS, 8, "", "ld t0, (a0)")                                          \
	ACCESS(float_store, ACCESS_WRITES, 8, "", "fsd ft0, (a0)")                                 \
	ACCESS(float_load, ACCESS_READS, 8, "", "fld ft0, (a0)")                                   \
	ACCESS(load_reserved, ACCESS_READS, 8, "", "lr.d t0, (a0)")                                \
	ACCESS(atomic_add, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 8, "", "amoadd.d t0, t0, (a0)")
