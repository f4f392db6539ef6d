/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): the target, the function's first argument, is brought to a0. */
#define ACCESS_RETURN "rts"
#define ACCESS_STOP_STEP 0
#define TARGET "move.l 4(%sp), %a0"

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, TARGET, "move.b %d0, (%a0)")                              \
	ACCESS(store2, ACCESS_WRITES, 2, TARGET, "move.w %d0, (%a0)")                              \
	ACCESS(store4, ACCESS_WRITES, 4, TARGET, "move.l %d0, (%a0)")                              \
	ACCESS(store8, ACCESS_WRITES, 8, TARGET, "movem.l %d0-%d1, (%a0)")                         \
	ACCESS(load1, ACCESS_READS, 1, TARGET, "move.b (%a0), %d0")                                \
	ACCESS(load2, ACCESS_READS, 2, TARGET, "move.w (%a0), %d0")                                \
	ACCESS(load4, ACCESS_READS, 4, TARGET, "move.l (%a0), %d0")                                \
	ACCESS(load8, ACCESS_READS, 8, TARGET, "movem.l (%a0), %d0-%d1")                           \
	ACCESS(float_store, ACCESS_WRITES, 8, TARGET, "fmove.d %fp0, (%a0)")                       \
	ACCESS(float_load, ACCESS_READS, 8, TARGET, "fmove.d (%a0), %fp0")                         \
	ACCESS(add_to_memory, ACCESS_READS | ACCESS_WRITES, 4, TARGET, "addq.l #1, (%a0)")         \
	ACCESS(test_and_set, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 1, TARGET, "tas (%a0)")
