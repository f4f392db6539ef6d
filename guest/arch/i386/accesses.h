/* SPDX-License-Identifier: MIT */
/*
 * ACCESS(name, kind, bytes, "before", "instruction"). The arguments are on the stack; `before` brings the target to
 * ecx or edi. Eight bytes at once are moved by an xmm register: the general ones have four.
 */
#define ACCESS_RETURN "popl %esi\npopl %edi\nret"
/* Data breakpoints trap behind the access; from an instruction breakpoint the kernel resumes by RF. */
#define ACCESS_STOP_STEP 0
#define ACCESS_TARGET "pushl %edi\npushl %esi\nmovl 12(%esp), %edi\nmovl 16(%esp), %esi\nmovl %edi, %ecx\n"

#define ACCESSES(ACCESS)											\
	ACCESS(store1, ACCESS_WRITES, 1, ACCESS_TARGET, "movb %al, (%ecx)")				\
	ACCESS(store2, ACCESS_WRITES, 2, ACCESS_TARGET, "movw %ax, (%ecx)")				\
	ACCESS(store4, ACCESS_WRITES, 4, ACCESS_TARGET, "movl %eax, (%ecx)")				\
	ACCESS(store8, ACCESS_WRITES, 8, ACCESS_TARGET, "movq %xmm0, (%ecx)")				\
	ACCESS(load1, ACCESS_READS, 1, ACCESS_TARGET, "movb (%ecx), %al")					\
	ACCESS(load2, ACCESS_READS, 2, ACCESS_TARGET, "movw (%ecx), %ax")					\
	ACCESS(load4, ACCESS_READS, 4, ACCESS_TARGET, "movl (%ecx), %eax")				\
	ACCESS(load8, ACCESS_READS, 8, ACCESS_TARGET, "movq (%ecx), %xmm0")				\
	ACCESS(store16, ACCESS_WRITES, 16, ACCESS_TARGET, "movups %xmm0, (%ecx)")				\
	ACCESS(load16, ACCESS_READS, 16, ACCESS_TARGET, "movups (%ecx), %xmm0")				\
	ACCESS(multiple_store, ACCESS_WRITES | ACCESS_OPEN_ENDED, 288, ACCESS_TARGET, "fxsave (%ecx)")	\
	ACCESS(string_single, ACCESS_WRITES, 4, ACCESS_TARGET, "stosl")					\
	ACCESS(string_store, ACCESS_WRITES | ACCESS_REPEATS, 32, ACCESS_TARGET "movl $32, %ecx", "rep stosb")	\
	ACCESS(string_copy_to, ACCESS_WRITES | ACCESS_REPEATS, 32, ACCESS_TARGET "movl $8, %ecx", "rep movsl")	\
	ACCESS(string_copy_from, ACCESS_READS | ACCESS_REPEATS, 32,					\
	       ACCESS_TARGET "xchgl %edi, %esi\nmovl $32, %ecx", "rep movsb")				\
	ACCESS(string_load, ACCESS_READS | ACCESS_REPEATS, 16,						\
	       ACCESS_TARGET "movl %edi, %esi\nmovl $4, %ecx", "rep lodsl")				\
	ACCESS(add_to_memory, ACCESS_READS | ACCESS_WRITES, 4, ACCESS_TARGET, "addl %eax, (%ecx)")	\
	ACCESS(atomic_exchange, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 4, ACCESS_TARGET, "xchgl %eax, (%ecx)") \
	ACCESS(atomic_add, ACCESS_READS | ACCESS_WRITES | ACCESS_ATOMIC, 4, ACCESS_TARGET, "lock xaddl %eax, (%ecx)")
