/* SPDX-License-Identifier: MIT */
/* 31-bit ESA/390 programs for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 1
#define NR_write 4
#define NR_rt_sigaction 174
#define NR_perf_event_open 331
#define NR_getpid 20
#define NR_kill 37
#define COMPAT32_TRAPS_BEFORE 0

extern char compat32_site_instruction[], compat32_site_next[], compat32_restore[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".globl _start\n"
	"_start:	lr %r2, %r15\n"
	"	lhi %r0, -8\n"
	"	nr %r15, %r0\n"
	/* A callee may save its registers in the 96 bytes above the stack pointer. */
	"	ahi %r15, -96\n"
	"	jg compat32_begin\n"
	"compat32_restore:\n"
	"	lhi %r1, 173\n" /* rt_sigreturn */
	"	svc 0\n"
	"compat32_site:\n"
	"	lhi %r1, 1\n"
	"compat32_site_instruction:\n"
	"	stc %r1, 0(%r2)\n"
	"compat32_site_next:\n"
	"	lhi %r2, 1\n"
	"	br %r14\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long r1 __asm__("1") = number;
	register long r2 __asm__("2") = a;
	register long r3 __asm__("3") = b;
	register long r4 __asm__("4") = c;
	register long r5 __asm__("5") = d;
	register long r6 __asm__("6") = e;

	__asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4), "d"(r5), "d"(r6) : "memory", "cc");
	return r2;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO, SA_RESTORER; then the mask. */
	const unsigned action[5] = { (unsigned)handler, 4u | 0x04000000u, (unsigned)compat32_restore, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 8, 0);
}

/* struct ucontext32: flags, link, stack (3 words); the PSW aligned to 8: mask, then the address with the bit of 31-bit mode. */
#define CONTEXT_PC (24 / 4 + 1)
#define ADDRESS_MODE 0x80000000u

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[CONTEXT_PC] & ~ADDRESS_MODE;
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[CONTEXT_PC] = pc | ADDRESS_MODE;
}
