/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r0 is the target, r1 the other memory. */
#define ACCESS_RETURN "bx lr"
/* Watchpoints and breakpoints trap before the instruction, and with a handler the kernel does not step over it. */
#define ACCESS_STOP_STEP 4

#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "strb r2, [r0]")                                      \
	ACCESS(store2, ACCESS_WRITES, 2, "", "strh r2, [r0]")                                      \
	ACCESS(store4, ACCESS_WRITES, 4, "", "str r2, [r0]")                                       \
	ACCESS(store8, ACCESS_WRITES, 8, "", "strd r2, r3, [r0]")                                  \
	ACCESS(load1, ACCESS_READS, 1, "", "ldrb r2, [r0]")                                        \
	ACCESS(load2, ACCESS_READS, 2, "", "ldrh r2, [r0]")                                        \
	ACCESS(load4, ACCESS_READS, 4, "", "ldr r2, [r0]")                                         \
	ACCESS(load8, ACCESS_READS, 8, "", "ldrd r2, r3, [r0]")                                    \
	ACCESS(store16, ACCESS_WRITES, 16, "", "vst1.8 {q0}, [r0]")                                \
	ACCESS(load16, ACCESS_READS, 16, "", "vld1.8 {q0}, [r0]")                                  \
	ACCESS(multiple_store, ACCESS_WRITES, 16, "", "stm r0, {r1, r2, r3, r12}")                 \
	ACCESS(multiple_load, ACCESS_READS, 16, "", "ldm r0, {r1, r2, r3, r12}")                   \
	ACCESS(vector_store32, ACCESS_WRITES, 32, "", "vst1.8 {d0-d3}, [r0]")                      \
	ACCESS(vector_load32, ACCESS_READS, 32, "", "vld1.8 {d0-d3}, [r0]")                        \
	ACCESS(multiple_store64, ACCESS_WRITES, 64, "", "vstmia r0, {d0-d7}")                      \
	ACCESS(multiple_load64, ACCESS_READS, 64, "", "vldmia r0, {d0-d7}")                        \
	ACCESS(post_indexed_store, ACCESS_WRITES, 4, "", "str r2, [r0], #16")                      \
	ACCESS(load_exclusive, ACCESS_READS, 4, "", "ldrex r2, [r0]")
