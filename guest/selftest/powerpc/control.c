/* SPDX-License-Identifier: MIT */
/*
 * What does the data watchpoint of this (emulated) Power processor trap, without any kernel? Problem state stores to
 * watched memory and loads from it. A line for each on the first serial port, in the form of guest/probes/control.c.
 * Power ISA 3.1B, book III: 10.4 (data address watchpoints: DAWR, DAWRX), hash page tables; Power Architecture Platform
 * Reference: H_ENTER, H_SET_MODE, H_PUT_TERM_CHAR.
 */
#include <stdint.h>

#define H_ENTER 0x08
#define H_PUT_TERM_CHAR 0x58
#define H_SET_MODE 0x31c
#define SET_DAWR0 2
#define H_RTAS 0xf000
#define POWER_OFF 0x2003

/* DAWRX: problem state, privileged state, with translation on, loads, stores; doublewords but one from bit 10 on. */
#define PROBLEM_STATE 0x01u
#define PRIVILEGED 0x02u
#define TRANSLATED 0x10u
#define LOADS 0x20u
#define STORES 0x40u
#define DOUBLEWORDS(count) (((uint64_t)(count) - 1) << 10)
/* DSISR of a watchpoint. */
#define DSISR_WATCHPOINT 0x00400000u

#define PAGE 4096u
#define PAGES 16
/* The virtual segment of the first 256 MiB, and its entry in the segment lookaside buffer. */
#define SEGMENT 1ull
#define SLB_VALID 0x08000000ull
#define HPTE_VALID 1ull
/* Referenced, changed, cached, read and written by everybody. */
#define HPTE_ORDINARY (0x180ull | 0x10 | 0x2)
/* 64-bit, problem state, translation on. */
#define MSR_USER (1ull << 63 | 1ull << 14 | 1ull << 12 | 1ull << 5 | 1ull << 4 | 1ull << 1)

extern char site_store[], site_store_behind[], site_load[];
void run_user(const char *site, volatile void *target, uint64_t msr);
int64_t hypercall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
void control(uint64_t start);
void on_data_storage(uint64_t pc, uint64_t status);

static volatile uint64_t target[64] __attribute__((aligned(512)));
static volatile uint64_t stops, others, stopped_at;

static void put_character(char character)
{
	/* Terminal 0 is the first one. */
	hypercall(H_PUT_TERM_CHAR, 0, 1, (uint64_t)(unsigned char)character << 56, 0);
}

static void put(const char *text)
{
	while (*text)
		put_character(*text++);
}

static void put_hex(uint64_t value)
{
	put("\"0x");
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned digit = value >> shift & 15;

		put_character((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
	}
	put("\"");
}

static void put_digit(uint64_t value)
{
	put_character((char)('0' + (value > 9 ? 9 : value)));
}

static void watch(const volatile void *address, uint64_t extension)
{
	hypercall(H_SET_MODE, 0, SET_DAWR0, (uint64_t)address, extension);
}

/* QEMU's own call of its RTAS, and its token of power-off; where that is another, the guest is ended at the limit. */
static _Noreturn void power_off(void)
{
	static volatile uint32_t arguments[6];

	arguments[0] = POWER_OFF;
	arguments[1] = 2;
	arguments[2] = 1;
	hypercall(H_RTAS, (uint64_t)arguments, 0, 0, 0);
	for (;;)
		;
}

static _Noreturn void give_up(void)
{
	put("unexpected exception\n");
	power_off();
}

/* Called with the address of the instruction that was stopped, which is executed again with nothing watched. */
void on_data_storage(uint64_t pc, uint64_t status)
{
	if (status & DSISR_WATCHPOINT) {
		if (!stops++)
			stopped_at = pc;
	} else if (others++ > 4) {
		give_up();
	}
	watch(0, 0);
}

/* The pages of this program, at their own addresses. */
static void map(uint64_t start)
{
	for (uint64_t address = start & ~(uint64_t)(PAGE - 1), end = address + PAGES * PAGE; address < end; address += PAGE) {
		uint64_t group = SEGMENT ^ address / PAGE;

		if (hypercall(H_ENTER, 0, group * 8, SEGMENT << 12 | (address >> 16 & ~0x7full) | HPTE_VALID,
			      address | HPTE_ORDINARY))
			put("no page\n");
	}
	__asm__ volatile("slbmte %0, %1; isync" : : "r"(SEGMENT << 12), "r"(SLB_VALID));
}

static void try(const char *type, const char *access, const char *more, const char *site)
{
	stops = others = stopped_at = 0;
	/* Interrupts are on in problem state, and the decrementer's is as far away as can be. */
	__asm__ volatile("mtdec %0" : : "r"(0x7fffffffl));
	run_user(site, target, MSR_USER);
	watch(0, 0);
	put("{\"what\":\"control\",\"bare\":true,\"type\":\"");
	put(type);
	put("\",\"access\":\"");
	put(access);
	put(more);
	put(",\"errno\":0,\"hits\":1,\"stops\":");
	put_digit(stops);
	put(",\"otherFaults\":");
	put_digit(others);
	put(",\"pc\":");
	put_hex(stopped_at);
	put(",\"siteInstruction\":");
	put_hex((uint64_t)site);
	put("}\n");
}

void control(uint64_t start)
{
	const uint64_t user = PROBLEM_STATE | TRANSLATED, both = user | PRIVILEGED;

	map(start);
	watch(target, both | STORES);
	try("w", "store", "\",\"length\":8", site_store);
	watch(target, both | LOADS);
	try("r", "load", "\",\"length\":8", site_load);
	watch(target, user | STORES);
	try("w", "store", "\",\"length\":8,\"userOnly\":true", site_store);
	watch(target, user | LOADS);
	try("r", "load", "\",\"length\":8,\"userOnly\":true", site_load);
	watch(target, user | LOADS | STORES);
	try("rw", "store", "\",\"length\":8,\"userOnly\":true", site_store);
	watch(target, user | LOADS | STORES);
	try("rw", "load", "\",\"length\":8,\"userOnly\":true", site_load);
	watch(target, both | STORES | DOUBLEWORDS(2));
	try("w", "store", "\",\"length\":16,\"crosses\":true", site_store_behind);
	power_off();
}
