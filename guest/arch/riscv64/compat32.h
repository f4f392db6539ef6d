/* SPDX-License-Identifier: MIT */
/* 32-bit RISC-V (ilp32) for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 93
#define NR_write 64
#define NR_rt_sigaction 134
#define NR_perf_event_open 241
#define NR_getpid 172
#define NR_kill 129
#define COMPAT32_TRAPS_BEFORE 1

extern char compat32_site_instruction[], compat32_site_next[];
unsigned compat32_site(volatile void *target);

__asm__(".text\n"
	".option push\n"
	".option norvc\n"
	".option norelax\n"
	".globl _start\n"
	"_start:	mv a0, sp\n"
	"	andi sp, sp, -16\n"
	/* Data is reached relative to gp, which nobody else sets. */
	"	lla gp, __global_pointer$\n"
	"	tail compat32_begin\n"
	"compat32_site:\n"
	"	li t0, 1\n"
	"compat32_site_instruction:\n"
	"	sb t0, (a0)\n"
	"compat32_site_next:\n"
	"	li a0, 1\n"
	"	ret\n"
	".option pop\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4) : "memory");
	return a0;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO; then the mask. The kernel returns from a handler through the vDSO. */
	const unsigned action[4] = { (unsigned)handler, 4u, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, 8, 0);
}

/* struct compat_ucontext: flags, link, stack (3 words), mask (1024 bits, aligned to 8); the registers aligned to 16, PC first. */
#define CONTEXT_PC (160 / 4)

static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[CONTEXT_PC];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[CONTEXT_PC] = pc;
}
