/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r16 is the target, r17 the other memory. */
#define ACCESS_RETURN "ret $31, ($26), 1"
/* There are no debug registers: nothing stops at an access. */
#define ACCESS_STOP_STEP 0

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "stb $1, 0($16)")                                     \
	ACCESS(store2, ACCESS_WRITES, 2, "", "stw $1, 0($16)")                                     \
	ACCESS(store4, ACCESS_WRITES, 4, "", "stl $1, 0($16)")                                     \
	ACCESS(store8, ACCESS_WRITES, 8, "", "stq $1, 0($16)")                                     \
	ACCESS(load1, ACCESS_READS, 1, "", "ldbu $1, 0($16)")                                      \
	ACCESS(load2, ACCESS_READS, 2, "", "ldwu $1, 0($16)")                                      \
	ACCESS(load4, ACCESS_READS, 4, "", "ldl $1, 0($16)")                                       \
	ACCESS(load8, ACCESS_READS, 8, "", "ldq $1, 0($16)")                                       \
	ACCESS(float_store, ACCESS_WRITES, 8, "", "stt $f10, 0($16)")                              \
	ACCESS(float_load, ACCESS_READS, 8, "", "ldt $f10, 0($16)")                                \
	ACCESS(load_locked, ACCESS_READS, 8, "", "ldq_l $1, 0($16)")
