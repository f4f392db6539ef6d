/* SPDX-License-Identifier: MIT */
/* i386 for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 1
#define NR_write 4
#define NR_rt_sigaction 174
#define NR_perf_event_open 336
#define NR_getpid 20
#define NR_kill 37
#define COMPAT32_TRAPS_BEFORE 0

extern char compat32_site_instruction[], compat32_site_next[], compat32_restore[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".globl _start\n"
	"_start:	movl %esp, %eax\n"
	"	andl $-16, %esp\n"
	"	subl $12, %esp\n"
	"	pushl %eax\n"
	"	call compat32_begin\n"
	"compat32_restore:\n"
	"	movl $173, %eax\n" /* rt_sigreturn */
	"	int $0x80\n"
	"compat32_site:\n"
	"	movl 4(%esp), %ecx\n"
	"compat32_site_instruction:\n"
	"	movb $1, (%ecx)\n"
	"compat32_site_next:\n"
	"	movl $1, %eax\n"
	"	ret\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return result;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO, SA_RESTORER; then the mask. */
	const unsigned action[5] = { (unsigned)handler, 4u | 0x04000000u, (unsigned)compat32_restore, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 8, 0);
}

/* struct ucontext_ia32: flags, link, stack (3 words), then gs, fs, …, eip as the 15th register. */
#define CONTEXT_PC (5 + 14)

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[CONTEXT_PC];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[CONTEXT_PC] = pc;
}
