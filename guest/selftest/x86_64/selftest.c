/* SPDX-License-Identifier: MIT */
/*
 * Does this (virtual) CPU trap on its debug registers? Ring 3 stores to a word that DR0 watches, runs over an
 * instruction that DR1 marks and single-steps once; the #DB handler counts. One line on the first serial port says
 * what was seen; the exit status of isa-debug-exit says whether it is what the manual promises
 * (Intel SDM vol. 3B 18.2 and 18.3).
 */
#include <stdint.h>
#include "selectors.h"

#define SERIAL_PORT 0x3f8
#define EXIT_PORT 0xf4
/* isa-debug-exit makes 2 * value + 1 of these: 33 and 35. */
#define EXIT_PASSED 0x10
#define EXIT_FAILED 0x11

#define DR6_INITIAL 0xffff0ff0UL
#define DR6_B0 (1UL << 0)
#define DR6_B1 (1UL << 1)
#define DR6_BS (1UL << 14)
/* DR0: write, 4 bytes, DR1: execute; both enabled for this task. Bit 10 is always set. */
#define DR7_WRITE_AND_EXECUTE (1UL << 0 | 1UL << 2 | 1UL << 10 | 1UL << 16 | 3UL << 18)
#define FLAGS_TF (1UL << 8)
#define FLAGS_RF (1UL << 16)
#define GATE_INTERRUPT 0x8e00
#define EVENTS_KEPT 8

struct frame {
	uint64_t ip, cs, flags, sp, ss;
};

struct gate {
	uint16_t offset_low, selector, attributes, offset_middle;
	uint32_t offset_high, reserved;
};

struct __attribute__((packed)) table_pointer {
	uint16_t limit;
	void *base;
};

extern uint64_t descriptors[];
extern char exception_entries[], watched[], interrupt_stack_top[];
extern char user_code[], after_write[], execute_here[], after_step[], finished[];
void enter_user(void);
void selftest(void);
_Noreturn void on_exception(uint64_t vector, uint64_t first, uint64_t second);

static struct gate gates[256];
static struct __attribute__((packed)) {
	uint32_t reserved;
	uint64_t stacks[12];
	uint16_t reserved_end, io_map;
} task_state;

/* `misplaced`: traps whose PC is not the one that the manual defines. `other`: none of the three causes. */
static unsigned int writes, executes, steps, misplaced, other, events;
static struct {
	uint64_t dr6, ip;
} seen[EVENTS_KEPT];

static inline void out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void put(char c)
{
	/* Bounded: a port that is never ready must not look like a CPU that hangs. */
	for (int tries = 0; tries < 100000 && !(in(SERIAL_PORT + 5) & 0x20); tries++)
		;
	out(SERIAL_PORT, c);
}

static void print(const char *text)
{
	while (*text)
		put(*text++);
}

static void print_number(const char *name, uint64_t value, unsigned int base)
{
	char digits[24];
	int at = sizeof(digits) - 1;

	digits[at] = 0;
	do
		digits[--at] = "0123456789abcdef"[value % base];
	while ((value /= base) != 0);
	print(name);
	print(digits + at);
}

static _Noreturn void leave(uint8_t value)
{
	static const struct table_pointer nothing;

	out(EXIT_PORT, value);
	/* No such device: a triple fault resets, and -no-reboot ends the emulator. */
	__asm__ volatile("lidt %0; int3" : : "m"(nothing));
	for (;;)
		;
}

__attribute__((interrupt)) static void on_debug(struct frame *pointer)
{
	volatile struct frame *frame = pointer;
	uint64_t dr6;
	char *place;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" : : "r"(DR6_INITIAL));
	if (events < EVENTS_KEPT) {
		seen[events].dr6 = dr6;
		seen[events].ip = frame->ip;
	}
	events++;
	if (dr6 & DR6_B0) {
		writes++;
		place = after_write;
	} else if (dr6 & DR6_B1) {
		executes++;
		place = execute_here;
	} else if (dr6 & DR6_BS) {
		steps++;
		place = after_step;
	} else {
		other++;
		place = (char *)frame->ip;
	}
	if (frame->ip != (uint64_t)place)
		misplaced++;
	/* RF lets the marked instruction run; without TF the step was the only one. */
	frame->flags = (frame->flags | FLAGS_RF) & ~FLAGS_TF;
}

static void report(void)
{
	unsigned int kept = events < EVENTS_KEPT ? events : EVENTS_KEPT;

	print_number("selftest write=", writes, 10);
	print_number(" execute=", executes, 10);
	print_number(" step=", steps, 10);
	print_number(" misplaced=", misplaced, 10);
	print_number(" other=", other, 10);
	for (unsigned int i = 0; i < kept; i++) {
		print_number(i ? ",0x" : " dr6=0x", seen[i].dr6, 16);
		print_number("@", seen[i].ip - (uint64_t)user_code, 10);
	}
}

/*
 * Called by exception_entries: the end of user_code, or what should not happen. The first two words of the frame are
 * told as they are, since some vectors push an error code.
 */
_Noreturn void on_exception(uint64_t vector, uint64_t first, uint64_t second)
{
	int is_end = vector == VECTOR_INVALID_OPCODE && first == (uint64_t)finished;

	report();
	if (!is_end) {
		print_number(" exception=", vector, 10);
		print_number(" frame=0x", first, 16);
		print_number(",0x", second, 16);
	}
	print("\n");
	leave(is_end && writes == 1 && executes == 1 && steps == 1 && !misplaced && !other ? EXIT_PASSED : EXIT_FAILED);
}

static void set_gate(int vector, uint64_t address)
{
	gates[vector] = (struct gate){ address, KERNEL_CODE, GATE_INTERRUPT, address >> 16, address >> 32, 0 };
}

void selftest(void)
{
	struct table_pointer pointer = { sizeof(gates) - 1, gates };
	uint64_t base = (uint64_t)&task_state;

	for (int vector = 0; vector < VECTORS_OF_CPU; vector++)
		set_gate(vector, (uint64_t)exception_entries + 16 * vector);
	set_gate(VECTOR_DEBUG, (uint64_t)on_debug);
	__asm__ volatile("lidt %0" : : "m"(pointer));

	/* stacks[0] is RSP0, the stack that an interrupt in ring 3 changes to. */
	task_state.stacks[0] = (uint64_t)interrupt_stack_top;
	task_state.io_map = sizeof(task_state);
	descriptors[TASK_STATE / 8] = (sizeof(task_state) - 1) | (base & 0xffffff) << 16 | 0x89UL << 40 |
				      (base >> 24 & 0xff) << 56;
	descriptors[TASK_STATE / 8 + 1] = base >> 32;
	__asm__ volatile("ltr %w0" : : "r"(TASK_STATE));

	__asm__ volatile("mov %0, %%dr0" : : "r"(watched));
	__asm__ volatile("mov %0, %%dr1" : : "r"(execute_here));
	__asm__ volatile("mov %0, %%dr6" : : "r"(DR6_INITIAL));
	__asm__ volatile("mov %0, %%dr7" : : "r"(DR7_WRITE_AND_EXECUTE));
	enter_user();
}
