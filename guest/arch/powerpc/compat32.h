/* SPDX-License-Identifier: MIT */
/* 32-bit PowerPC for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 1
#define NR_write 4
#define NR_rt_sigaction 173
#define NR_perf_event_open 319
#define NR_getpid 20
#define NR_kill 37
/* Of page faults: a watched store is stepped over by the kernel. */
#define COMPAT32_TRAPS_BEFORE 0
#define COMPAT32_WATCHES_WITH_KERNEL 1

extern char compat32_site_instruction[], compat32_site_next[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".globl _start\n"
	"_start:	mr 3, 1\n"
	"	clrrwi 1, 1, 4\n"
	/* The end of the chain of frames. */
	"	li 0, 0\n"
	"	stwu 0, -16(1)\n"
	"	b compat32_begin\n"
	"compat32_site:\n"
	"	li 4, 1\n"
	"compat32_site_instruction:\n"
	"	stb 4, 0(3)\n"
	"compat32_site_next:\n"
	"	li 3, 1\n"
	"	blr\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;

	/* A failure is the summary overflow bit of CR0, and the errno is positive. */
	__asm__ volatile("sc\n"
			 "	bns+ 1f\n"
			 "	neg 3, 3\n"
			 "1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
			 :
			 : "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
	return r3;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO; no restorer: the kernel returns from a handler through the vDSO; then the mask. */
	const unsigned action[5] = { (unsigned)handler, 4u, 0, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 8, 0);
}

/* struct ucontext32: flags, link, stack (3 words), 7 words of padding, then where the registers are; NIP is the 33rd. */
#define CONTEXT_REGISTERS 12
#define CONTEXT_PC 32

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)((const unsigned *)context)[CONTEXT_REGISTERS])[CONTEXT_PC];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)((const unsigned *)context)[CONTEXT_REGISTERS])[CONTEXT_PC] = pc;
}
