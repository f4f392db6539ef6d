/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): $4 is the target, $5 the other memory. */
#define ACCESS_RETURN ".set push\n.set noreorder\njr $31\nnop\n.set pop"
/* The hardware's watch exception comes before the instruction. */
#define ACCESS_STOP_STEP 4

#if __SIZEOF_POINTER__ == 8
#define ACCESS_STORE8 "sd $8, 0($4)"
#define ACCESS_LOAD8 "ld $8, 0($4)"
#else
/* Eight bytes at once are a floating-point register's. */
#define ACCESS_STORE8 "sdc1 $f0, 0($4)"
#define ACCESS_LOAD8 "ldc1 $f0, 0($4)"
#endif

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "sb $8, 0($4)")                                       \
	ACCESS(store2, ACCESS_WRITES, 2, "", "sh $8, 0($4)")                                       \
	ACCESS(store4, ACCESS_WRITES, 4, "", "sw $8, 0($4)")                                       \
	ACCESS(store8, ACCESS_WRITES, 8, "", ACCESS_STORE8)                                        \
	ACCESS(load1, ACCESS_READS, 1, "", "lbu $8, 0($4)")                                        \
	ACCESS(load2, ACCESS_READS, 2, "", "lhu $8, 0($4)")                                        \
	ACCESS(load4, ACCESS_READS, 4, "", "lw $8, 0($4)")                                         \
	ACCESS(load8, ACCESS_READS, 8, "", ACCESS_LOAD8)                                           \
	ACCESS(load_linked, ACCESS_READS, 4, "", "ll $8, 0($4)")
