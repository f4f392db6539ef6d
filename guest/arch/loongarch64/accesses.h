/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): a0 is the target, a1 the other memory. */
#define ACCESS_RETURN "ret"
/* Watchpoints and breakpoints trap before the instruction. */
#define ACCESS_STOP_STEP 4

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "st.b $t0, $a0, 0")                                   \
	ACCESS(store2, ACCESS_WRITES, 2, "", "st.h $t0, $a0, 0")                                   \
	ACCESS(store4, ACCESS_WRITES, 4, "", "st.w $t0, $a0, 0")                                   \
	ACCESS(store8, ACCESS_WRITES, 8, "", "st.d $t0, $a0, 0")                                   \
	ACCESS(load1, ACCESS_READS, 1, "", "ld.b $t0, $a0, 0")                                     \
	ACCESS(load2, ACCESS_READS, 2, "", "ld.h $t0, $a0, 0")                                     \
	ACCESS(load4, ACCESS_READS, 4, "", "ld.w $t0, $a0, 0")                                     \
	ACCESS(load8, ACCESS_READS, 8, "", "ld.d $t0, $a0, 0")                                     \
	ACCESS(float_store, ACCESS_WRITES, 8, "", "fst.d $ft0, $a0, 0")                            \
	ACCESS(float_load, ACCESS_READS, 8, "", "fld.d $ft0, $a0, 0")                              \
	ACCESS(store16, ACCESS_WRITES, 16, "", "vst $vr8, $a0, 0")                                 \
	ACCESS(load16, ACCESS_READS, 16, "", "vld $vr8, $a0, 0")                                   \
	ACCESS(store32, ACCESS_WRITES, 32, "", "xvst $xr8, $a0, 0")                                \
	ACCESS(load32, ACCESS_READS, 32, "", "xvld $xr8, $a0, 0")                                  \
	ACCESS(load_linked, ACCESS_READS, 8, "", "ll.d $t0, $a0, 0")                               \
	ACCESS(atomic_add, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 8, "", "amadd.d $t0, $t1, $a0")
