/* SPDX-License-Identifier: MIT */
/* 32-bit Arm (EABI, A32) for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 1
#define NR_write 4
#define NR_rt_sigaction 174
#define NR_perf_event_open 364
#define NR_getpid 20
#define NR_kill 37
#define COMPAT32_TRAPS_BEFORE 1

extern char compat32_site_instruction[], compat32_site_next[], compat32_restore[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".arm\n"
	".globl _start\n"
	"_start:	mov r0, sp\n"
	"	bic sp, sp, #15\n"
	"	b compat32_begin\n"
	"compat32_restore:\n"
	"	mov r7, #173\n" /* rt_sigreturn */
	"	svc #0\n"
	"compat32_site:\n"
	"	mov r1, #1\n"
	"compat32_site_instruction:\n"
	"	strb r1, [r0]\n"
	"compat32_site_next:\n"
	"	mov r0, #1\n"
	"	bx lr\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
	return r0;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO, SA_RESTORER; then the mask. */
	const unsigned action[5] = { (unsigned)handler, 4u | 0x04000000u, (unsigned)compat32_restore, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 8, 0);
}

/* struct compat_ucontext: flags, link, stack (3 words), trap, error, mask, r0–r14, pc. */
#define CONTEXT_PC (5 + 3 + 15)

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[CONTEXT_PC];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[CONTEXT_PC] = pc;
}
