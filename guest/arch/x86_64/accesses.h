/* SPDX-License-Identifier: MIT */
/* ACCESS(name, kind, bytes, "before", "instruction"): rdi is the target, rsi the other memory. */
#define ACCESS_RETURN "ret"
/* Data breakpoints trap behind the access; from an instruction breakpoint the kernel resumes by RF. */
#define ACCESS_STOP_STEP 0

#define ACCESSES(ACCESS)										\
	ACCESS(store1, ACCESS_WRITES, 1, "", "movb %al, (%rdi)")					\
	ACCESS(store2, ACCESS_WRITES, 2, "", "movw %ax, (%rdi)")					\
	ACCESS(store4, ACCESS_WRITES, 4, "", "movl %eax, (%rdi)")					\
	ACCESS(store8, ACCESS_WRITES, 8, "", "movq %rax, (%rdi)")					\
	ACCESS(load1, ACCESS_READS, 1, "", "movb (%rdi), %al")						\
	ACCESS(load2, ACCESS_READS, 2, "", "movw (%rdi), %ax")						\
	ACCESS(load4, ACCESS_READS, 4, "", "movl (%rdi), %eax")						\
	ACCESS(load8, ACCESS_READS, 8, "", "movq (%rdi), %rax")						\
	ACCESS(store16, ACCESS_WRITES, 16, "", "movups %xmm0, (%rdi)")					\
	ACCESS(load16, ACCESS_READS, 16, "", "movups (%rdi), %xmm0")					\
	ACCESS(multiple_store, ACCESS_WRITES | ACCESS_OPEN_ENDED, 416, "", "fxsave64 (%rdi)")		\
	ACCESS(string_single, ACCESS_WRITES, 8, "", "stosq")						\
	ACCESS(string_store, ACCESS_WRITES | ACCESS_REPEATS, 32, "movl $32, %ecx", "rep stosb")		\
	ACCESS(string_copy_to, ACCESS_WRITES | ACCESS_REPEATS, 32, "movl $4, %ecx", "rep movsq")	\
	ACCESS(string_copy_from, ACCESS_READS | ACCESS_REPEATS, 32, "xchgq %rdi, %rsi\nmovl $32, %ecx",	\
	       "rep movsb")										\
	ACCESS(string_load, ACCESS_READS | ACCESS_REPEATS, 16, "movq %rdi, %rsi\nmovl $2, %ecx", "rep lodsq")	\
	ACCESS(add_to_memory, ACCESS_READS | ACCESS_WRITES, 4, "", "addl %eax, (%rdi)")			\
	ACCESS(atomic_exchange, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 8, "", "xchgq %rax, (%rdi)")	\
	ACCESS(atomic_add, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 4, "", "lock xaddl %eax, (%rdi)")
