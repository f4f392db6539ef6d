/* SPDX-License-Identifier: MIT */
/* 32-bit MIPS (o32) for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 4001
#define NR_write 4004
#define NR_rt_sigaction 4194
#define NR_perf_event_open 4333
#define NR_getpid 4020
#define NR_kill 4037
#define COMPAT32_TRAPS_BEFORE 1

extern char compat32_site_instruction[], compat32_site_next[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".set push\n"
	".set noreorder\n"
	".globl __start\n"
	"__start:	move $4, $29\n"
	"	li $8, -8\n"
	"	and $29, $29, $8\n"
	/* A callee may save its four arguments. */
	"	addiu $29, $29, -16\n"
	"	j compat32_begin\n"
	"	nop\n"
	"compat32_site:\n"
	"	li $5, 1\n"
	"compat32_site_instruction:\n"
	"	sb $5, 0($4)\n"
	"compat32_site_next:\n"
	"	jr $31\n"
	"	li $2, 1\n"
	".set pop\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long result __asm__("$2") = number;
	register long first __asm__("$4") = a;
	register long second __asm__("$5") = b;
	register long third __asm__("$6") = c;
	register long fourth __asm__("$7") = d;

	/* The fifth argument lies behind the room for the others; a failure is told in $7, and the errno is positive. */
	__asm__ volatile("addiu $29, $29, -32\n"
			 "	sw %[fifth], 16($29)\n"
			 "	syscall\n"
			 "	addiu $29, $29, 32\n"
			 : "+r"(result), "+r"(fourth)
			 : "r"(first), "r"(second), "r"(third), [fifth] "r"(e)
			 : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo",
			   "memory");
	return fourth ? -result : result;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO; then the mask of 128 signals. The kernel returns from a handler through the vDSO. */
	const unsigned action[6] = { 8u, (unsigned)handler, 0, 0, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 16, 0);
}

/* struct ucontext32: flags, link, stack (3 words), aligned to 8; then two words, and the PC in 64 bits, of which the lower ones count. */
#define CONTEXT_PC (32 / 4 + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[CONTEXT_PC];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[CONTEXT_PC] = pc;
}
