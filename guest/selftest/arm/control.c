/* SPDX-License-Identifier: MIT */
/*
 * What do the debug registers of this (emulated) CPU trap, without any kernel? User mode stores to a watched word,
 * loads from it, executes a marked instruction, and executes one with a breakpoint that is to trap at any other
 * address (mismatch): by that Linux steps over a hit. A line for each on the first serial port, in the form of
 * guest/probes/control.c. Arm ARM DDI 0406: C3.2 (breakpoints), C3.3 (watchpoints), C11.11 (the registers).
 */
#include <stdint.h>

#define SERIAL (*(volatile uint32_t *)0x09000000)
#define PSCI_SYSTEM_OFF 0x84000008u

/* DBGBCR and DBGWCR: enabled, user mode, all four bytes; DBGWCR: loads or stores; DBGBCR: address mismatch. */
#define ENABLED_FOR_USER (1u | 2u << 1 | 15u << 5)
#define LOADS (1u << 3)
#define STORES (2u << 3)
#define MISMATCH (4u << 20)
/* DBGDSCR: monitor mode. Fault status of a debug event. */
#define MONITOR_MODE (1u << 15)
#define STATUS_MASK 0x40fu
#define DEBUG_EVENT 2u

extern char site_store[], site_load[], site_execute[], site_execute_next[];
void run_user(const char *site, volatile void *target);
void control(void);
void on_abort(uint32_t pc, uint32_t status);
_Noreturn void give_up(void);

static volatile uint32_t target;
static volatile uint32_t stops, others, stopped_at;

static void breakpoint(uint32_t address, uint32_t control)
{
	__asm__ volatile("mcr p14, 0, %0, c0, c0, 4\n\tmcr p14, 0, %1, c0, c0, 5\n\tisb" : : "r"(address), "r"(control));
}

static void watchpoint(uint32_t address, uint32_t control)
{
	__asm__ volatile("mcr p14, 0, %0, c0, c0, 6\n\tmcr p14, 0, %1, c0, c0, 7\n\tisb" : : "r"(address), "r"(control));
}

/* Called with the address of the instruction that was stopped, which is executed again once nothing is armed. */
void on_abort(uint32_t pc, uint32_t status)
{
	if ((status & STATUS_MASK) == DEBUG_EVENT) {
		if (!stops++)
			stopped_at = pc;
	} else {
		others++;
	}
	breakpoint(0, 0);
	watchpoint(0, 0);
	if (stops + others > 4)
		give_up();
}

static void put(const char *text)
{
	while (*text)
		SERIAL = (uint32_t)*text++;
}

static void put_hex(uint32_t value)
{
	put("\"0x");
	for (int shift = 28; shift >= 0; shift -= 4)
		SERIAL = (uint32_t)"0123456789abcdef"[value >> shift & 15];
	put("\"");
}

static void put_digit(uint32_t value)
{
	SERIAL = '0' + (value > 9 ? 9 : value);
}

static _Noreturn void power_off(void)
{
	register uint32_t function __asm__("r0") = PSCI_SYSTEM_OFF;

	__asm__ volatile(".arch_extension virt\n\thvc #0" : "+r"(function));
	for (;;)
		;
}

_Noreturn void give_up(void)
{
	put("unexpected exception\n");
	power_off();
}

/* `expected`: where the trap has to be. */
static void try(const char *type, const char *access, const char *site, const char *expected)
{
	stops = others = stopped_at = 0;
	run_user(site, &target);
	breakpoint(0, 0);
	watchpoint(0, 0);
	put("{\"what\":\"control\",\"bare\":true,\"type\":\"");
	put(type);
	put("\",\"length\":4,\"access\":\"");
	put(access);
	put("\",\"errno\":0,\"hits\":1,\"stops\":");
	put_digit(stops);
	put(",\"otherAborts\":");
	put_digit(others);
	put(",\"pc\":");
	put_hex(stopped_at);
	put(",\"siteInstruction\":");
	put_hex((uint32_t)expected);
	put("}\n");
}

void control(void)
{
	uint32_t state;

	/* The lock of the debug registers (DBGOSLAR) is set by a reset. */
	__asm__ volatile("mcr p14, 0, %0, c1, c0, 4\n\tisb" : : "r"(0));
	__asm__ volatile("mrc p14, 0, %0, c0, c2, 2" : "=r"(state));
	__asm__ volatile("mcr p14, 0, %0, c0, c2, 2\n\tisb" : : "r"(state | MONITOR_MODE));
	watchpoint((uint32_t)&target, ENABLED_FOR_USER | STORES);
	try("w", "store", site_store, site_store);
	watchpoint((uint32_t)&target, ENABLED_FOR_USER | LOADS);
	try("r", "load", site_load, site_load);
	watchpoint((uint32_t)&target, ENABLED_FOR_USER | LOADS | STORES);
	try("rw", "store", site_store, site_store);
	watchpoint((uint32_t)&target, ENABLED_FOR_USER | LOADS | STORES);
	try("rw", "load", site_load, site_load);
	breakpoint((uint32_t)site_execute, ENABLED_FOR_USER);
	try("x", "execute", site_execute, site_execute);
	breakpoint((uint32_t)site_execute, ENABLED_FOR_USER | MISMATCH);
	try("step", "execute", site_execute, site_execute_next);
	power_off();
}
