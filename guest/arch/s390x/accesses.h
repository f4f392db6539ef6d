/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r2 is the target, r3 the other memory. */
#define ACCESS_RETURN "br %r14"
/* PER reports what an instruction did after it. */
#define ACCESS_STOP_STEP 0

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "stc %r0, 0(%r2)")                                    \
	ACCESS(store2, ACCESS_WRITES, 2, "", "sth %r0, 0(%r2)")                                    \
	ACCESS(store4, ACCESS_WRITES, 4, "", "st %r0, 0(%r2)")                                     \
	ACCESS(store8, ACCESS_WRITES, 8, "", "stg %r0, 0(%r2)")                                    \
	ACCESS(load1, ACCESS_READS, 1, "", "llgc %r0, 0(%r2)")                                     \
	ACCESS(load2, ACCESS_READS, 2, "", "llgh %r0, 0(%r2)")                                     \
	ACCESS(load4, ACCESS_READS, 4, "", "llgf %r0, 0(%r2)")                                     \
	ACCESS(load8, ACCESS_READS, 8, "", "lg %r0, 0(%r2)")                                       \
	ACCESS(store_immediate, ACCESS_WRITES, 1, "", "mvi 0(%r2), 1")                             \
	ACCESS(store_multiple, ACCESS_WRITES, 16, "", "stmg %r0, %r1, 0(%r2)")                     \
	ACCESS(move_from, ACCESS_READS, 8, "", "mvc 0(8, %r3), 0(%r2)")                            \
	ACCESS(move_to, ACCESS_WRITES, 8, "", "mvc 0(8, %r2), 0(%r3)")                             \
	ACCESS(float_store, ACCESS_WRITES, 8, "", "std %f0, 0(%r2)")                               \
	ACCESS(float_load, ACCESS_READS, 8, "", "ld %f0, 0(%r2)")                                  \
	ACCESS(vector_load, ACCESS_READS, 16, "", "vl %v0, 0(%r2)")                                \
	ACCESS(atomic_add, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 8, "", "laag %r0, %r0, 0(%r2)")
