/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): o0 is the target, o1 the other memory. */
#define ACCESS_RETURN "retl\nnop"
/* There is no watchpoint that the kernel would arm; nothing stops at an access. */
#define ACCESS_STOP_STEP 0

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "stb %o2, [%o0]")                                     \
	ACCESS(store2, ACCESS_WRITES, 2, "", "sth %o2, [%o0]")                                     \
	ACCESS(store4, ACCESS_WRITES, 4, "", "stw %o2, [%o0]")                                     \
	ACCESS(store8, ACCESS_WRITES, 8, "", "stx %o2, [%o0]")                                     \
	ACCESS(load1, ACCESS_READS, 1, "", "ldub [%o0], %o2")                                      \
	ACCESS(load2, ACCESS_READS, 2, "", "lduh [%o0], %o2")                                      \
	ACCESS(load4, ACCESS_READS, 4, "", "lduw [%o0], %o2")                                      \
	ACCESS(load8, ACCESS_READS, 8, "", "ldx [%o0], %o2")                                       \
	ACCESS(pair_store, ACCESS_WRITES, 8, "", "std %o2, [%o0]")                                 \
	ACCESS(pair_load, ACCESS_READS, 8, "", "ldd [%o0], %o2")                                   \
	ACCESS(atomic_exchange, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 4, "", "swap [%o0], %o2")
