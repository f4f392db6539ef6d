/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): x0 is the target, x1 the other memory. */
#define ACCESS_RETURN "ret"
/* Watchpoints and breakpoints trap before the instruction, and with a handler the kernel does not step over it. */
#define ACCESS_STOP_STEP 4

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "strb w2, [x0]")                                      \
	ACCESS(store2, ACCESS_WRITES, 2, "", "strh w2, [x0]")                                      \
	ACCESS(store4, ACCESS_WRITES, 4, "", "str w2, [x0]")                                       \
	ACCESS(store8, ACCESS_WRITES, 8, "", "str x2, [x0]")                                       \
	ACCESS(load1, ACCESS_READS, 1, "", "ldrb w2, [x0]")                                        \
	ACCESS(load2, ACCESS_READS, 2, "", "ldrh w2, [x0]")                                        \
	ACCESS(load4, ACCESS_READS, 4, "", "ldr w2, [x0]")                                         \
	ACCESS(load8, ACCESS_READS, 8, "", "ldr x2, [x0]")                                         \
	ACCESS(store16, ACCESS_WRITES, 16, "", "str q0, [x0]")                                     \
	ACCESS(load16, ACCESS_READS, 16, "", "ldr q0, [x0]")                                       \
	ACCESS(pair_store, ACCESS_WRITES, 16, "", "stp x2, x3, [x0]")                              \
	ACCESS(pair_load, ACCESS_READS, 16, "", "ldp x2, x3, [x0]")                                \
	ACCESS(pair_store32, ACCESS_WRITES, 32, "", "stp q0, q1, [x0]")                            \
	ACCESS(pair_load32, ACCESS_READS, 32, "", "ldp q0, q1, [x0]")                              \
	ACCESS(multiple_store, ACCESS_WRITES, 64, "", "st1 {v0.16b-v3.16b}, [x0]")                 \
	ACCESS(multiple_load, ACCESS_READS, 64, "", "ld1 {v0.16b-v3.16b}, [x0]")                   \
	ACCESS(post_indexed_store, ACCESS_WRITES, 8, "", "str x2, [x0], #16")                      \
	ACCESS(store_release, ACCESS_WRITES, 8, "", "stlr x2, [x0]")                               \
	ACCESS(load_acquire, ACCESS_READS, 8, "", "ldar x2, [x0]")                                 \
	ACCESS(load_exclusive, ACCESS_READS, 8, "", "ldxr x2, [x0]")
