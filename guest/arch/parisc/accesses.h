/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): r26 is the target, r25 the other memory. */
#define ACCESS_RETURN "\tbv %r0(%rp)\n\tnop"
/* There is no watchpoint that the kernel would arm; nothing stops at an access. */
#define ACCESS_STOP_STEP 0

/* Eight bytes at once are a floating-point register's. */
#define ACCESSES(ACCESS)                                                                           \
	ACCESS(store1, ACCESS_WRITES, 1, "", "\tstb %r0, 0(%r26)")                                 \
	ACCESS(store2, ACCESS_WRITES, 2, "", "\tsth %r0, 0(%r26)")                                 \
	ACCESS(store4, ACCESS_WRITES, 4, "", "\tstw %r0, 0(%r26)")                                 \
	ACCESS(store8, ACCESS_WRITES, 8, "", "\tfstds %fr4, 0(%r26)")                              \
	ACCESS(load1, ACCESS_READS, 1, "", "\tldb 0(%r26), %r22")                                  \
	ACCESS(load2, ACCESS_READS, 2, "", "\tldh 0(%r26), %r22")                                  \
	ACCESS(load4, ACCESS_READS, 4, "", "\tldw 0(%r26), %r22")                                  \
	ACCESS(load8, ACCESS_READS, 8, "", "\tfldds 0(%r26), %fr4")                                \
	ACCESS(load_and_clear, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 4, "", "\tldcws 0(%r26), %r22")
