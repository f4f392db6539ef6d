/* SPDX-License-Identifier: MIT */
/* 32-bit SPARC (V8+) for guest/compat32/main.c: start, system calls, the handler's context and the site. */
#define NR_exit 1
#define NR_write 4
#define NR_rt_sigaction 102
#define NR_perf_event_open 327
#define NR_getpid 20
#define NR_kill 37
#define COMPAT32_TRAPS_BEFORE 1

extern char compat32_site_instruction[], compat32_site_next[], compat32_restore[];
unsigned compat32_site(volatile void *target);

/* At the start the arguments lie above the 16 words that a register window is spilled to. */
__asm__(".text\n"
	".globl _start\n"
	"_start:	add %sp, 64, %o0\n"
	"	sub %sp, 64, %sp\n"
	"	call compat32_begin\n"
	"	 nop\n"
	"compat32_restore:\n"
	"	mov 101, %g1\n" /* rt_sigreturn */
	"	ta 0x10\n"
	"compat32_site:\n"
	"	mov 1, %o1\n"
	"compat32_site_instruction:\n"
	"	stb %o1, [%o0]\n"
	"compat32_site_next:\n"
	"	retl\n"
	"	 mov 1, %o0\n");

static inline long compat32_call(long number, long a, long b, long c, long d, long e)
{
	register long g1 __asm__("g1") = number;
	register long o0 __asm__("o0") = a;
	register long o1 __asm__("o1") = b;
	register long o2 __asm__("o2") = c;
	register long o3 __asm__("o3") = d;
	register long o4 __asm__("o4") = e;

	/* A failed call sets the carry flag and leaves the errno as a positive number. */
	__asm__ volatile("ta 0x10\n\tbcs,a 1f\n\t sub %%g0, %%o0, %%o0\n1:"
			 : "+r"(o0), "+r"(g1), "+r"(o1)
			 : "r"(o2), "r"(o3), "r"(o4)
			 : "memory", "cc", "o5", "o7", "g2", "g3", "g4", "g5");
	return o0;
}

static inline long compat32_action(void (*handler)(int, void *, void *))
{
	/* SA_SIGINFO (0x200 here), restorer by argument: the handler returns to 8 bytes after it. */
	const unsigned action[5] = { (unsigned)handler, 0x200u, 0, 0, 0 };

	return compat32_call(NR_rt_sigaction, 5, (long)action, 0, (long)compat32_restore - 8, 8);
}

/* The third argument points at the registers (struct pt_regs32): psr, pc, npc, … */
static inline unsigned compat32_pc(const void *context)
{
	return ((const unsigned *)context)[1];
}

static inline void compat32_go_to(void *context, unsigned pc)
{
	((volatile unsigned *)context)[1] = pc;
	((volatile unsigned *)context)[2] = pc + 4;
}
