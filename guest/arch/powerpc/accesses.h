/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r3 is the target, r4 the other memory. */
#define ACCESS_RETURN "blr"
/* The trap comes before the instruction; the kernel steps over it, and tells the program then. It tells a debugger at once. */
#define ACCESS_STOP_STEP 0
#define ACCESS_DEBUGGER_STEP 4

#ifdef __powerpc64__
#define OF_THIS_WORD_SIZE(ACCESS)                                                                  \
	ACCESS(store8, ACCESS_WRITES, 8, "", "std 0, 0(3)")                                        \
	ACCESS(load8, ACCESS_READS, 8, "", "ld 0, 0(3)")                                           \
	ACCESS(float_store, ACCESS_WRITES, 8, "", "stfd 0, 0(3)")                                  \
	ACCESS(float_load, ACCESS_READS, 8, "", "lfd 0, 0(3)")                                     \
	ACCESS(vector_store, ACCESS_WRITES, 16, "", "stxvd2x 0, 0, 3")                             \
	ACCESS(vector_load, ACCESS_READS, 16, "", "lxvd2x 0, 0, 3")                                \
	ACCESS(load_reserved, ACCESS_READS, 8, "", "ldarx 0, 0, 3")
#else
/* Eight bytes at once are a floating-point register's. */
#define OF_THIS_WORD_SIZE(ACCESS)                                                                  \
	ACCESS(store8, ACCESS_WRITES, 8, "", "stfd 0, 0(3)")                                       \
	ACCESS(load8, ACCESS_READS, 8, "", "lfd 0, 0(3)")                                          \
	ACCESS(store_multiple, ACCESS_WRITES, 8, "", "stmw 30, 0(3)")                              \
	ACCESS(load_reserved, ACCESS_READS, 4, "", "lwarx 0, 0, 3")
#endif

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "stb 0, 0(3)")                                        \
	ACCESS(store2, ACCESS_WRITES, 2, "", "sth 0, 0(3)")                                        \
	ACCESS(store4, ACCESS_WRITES, 4, "", "stw 0, 0(3)")                                        \
	ACCESS(load1, ACCESS_READS, 1, "", "lbz 0, 0(3)")                                          \
	ACCESS(load2, ACCESS_READS, 2, "", "lhz 0, 0(3)")                                          \
	ACCESS(load4, ACCESS_READS, 4, "", "lwz 0, 0(3)")                                          \
	OF_THIS_WORD_SIZE(ACCESS)
