/* SPDX-License-Identifier: MIT */
/* The handler's side: from a SIGTRAP to the probe's handler and back; hits and their sites. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "internal.h"

/* Stops at one PC, with no hit begun between them, until a probe counts as looping. */
#define LOOP_LIMIT 1000

stop_handler *stop_handler_of_probe;

static volatile unsigned long progress;
static bool use_execute;

pid_t own_thread(void)
{
	return (pid_t)syscall(SYS_gettid);
}

void trap_progress(void)
{
	__atomic_fetch_add(&progress, 1, __ATOMIC_RELAXED);
}

void loop_check(uint64_t pc)
{
	static uint64_t last_pc;
	static unsigned long last_progress;
	static unsigned repeated;
	unsigned long now = progress;
	struct record record;

	if (pc != last_pc || now != last_progress) {
		last_pc = pc;
		last_progress = now;
		repeated = 0;
		return;
	}
	if (++repeated < LOOP_LIMIT)
		return;
	record_begin(&record, "looped");
	record_hex(&record, "pc", pc);
	record_number(&record, "stops", LOOP_LIMIT);
	record_site(&record);
	record_end(&record);
	/* The tracer shares this memory but is another process: end the traced one too. */
	if (mechanism == BY_PTRACE)
		kill(0, SIGKILL);
	_exit(0);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	struct stop stop = { .has_registers = true, .thread = own_thread(), .context = context };
	int saved = errno;

	(void)number;
	stop.info = *info;
	stop.stack = (uint64_t)(uintptr_t)&stop;
	registers_load(&stop.registers, context);
	loop_check(stop.registers.pc);
	if (stop_handler_of_probe)
		stop_handler_of_probe(&stop);
	if (stop.changed)
		registers_store(context, &stop.registers);
	errno = saved;
}

void trap_handle(stop_handler *handler, int flags)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };

	stop_handler_of_probe = handler;
	if (mechanism == BY_PTRACE) {
		tracer_start();
		return;
	}
	if (mechanism == BY_POLL)
		return;
	if (sigaction(SIGTRAP, &action, NULL))
		broken("sigaction", errno);
}

void stop_handler_change(stop_handler *handler)
{
	stop_handler_of_probe = handler;
}

void trap_use_execute(void)
{
	use_execute = true;
}

void trap_refresh(volatile void *address)
{
	uintptr_t page = (uintptr_t)address & ~((uintptr_t)getpagesize() - 1);

	if (trigger == PAGE_FAULT)
		madvise((void *)page, (size_t)getpagesize(), MADV_DONTNEED);
}

void trap_refresh_text(void)
{
	if (trigger == PAGE_FAULT)
		madvise(fresh_text, FRESH_TEXT_BYTES, MADV_DONTNEED);
}

void stop_go_to(struct stop *stop, uint64_t address)
{
	if (!stop->has_registers)
		return;
	stop->registers.pc = address;
	/* Straight on: every architecture with a next PC has instructions of four bytes. */
	stop->registers.npc = address + 4;
	stop->changed = true;
}

unsigned long trap_hit(unsigned long value)
{
	trap_progress();
	switch (trigger) {
	case HW_BREAKPOINT:
		return use_execute ? site_execute() : site_store(trap_target, value);
	case PAGE_FAULT:
		if (use_execute) {
			trap_refresh_text();
			return site_execute();
		}
		trap_refresh(trap_target);
		return site_store(trap_target, value);
	case UPROBE:
		return site_execute();
	case TRAP_INSTRUCTION:
		return site_trap();
	}
	return 0;
}

struct site trap_site(void)
{
#define SITE(name)                                                                                 \
	(struct site) { (uintptr_t)name##_instruction, (uintptr_t)name##_next, (uintptr_t)name##_elsewhere }
	switch (trigger) {
	case HW_BREAKPOINT:
		return use_execute ? SITE(site_execute) : SITE(site_store);
	case PAGE_FAULT:
		return use_execute ? SITE(site_execute) : SITE(site_store);
	case UPROBE:
		return SITE(site_execute);
	case TRAP_INSTRUCTION:
		break;
	}
	return SITE(site_trap);
#undef SITE
}

void record_site(struct record *record)
{
	struct site site = trap_site();

	record_hex(record, "siteInstruction", site.instruction);
	record_hex(record, "siteNext", site.next);
	record_hex(record, "siteElsewhere", site.elsewhere);
}

void record_registers(struct record *record, const struct registers *registers)
{
	record_hex(record, "pc", registers->pc);
	if (HAS_NEXT_PC)
		record_hex(record, "npc", registers->npc);
	record_hex(record, "sp", registers->sp);
	record_hex(record, "flags", registers->flags);
	for (int i = 0; i < GENERAL_REGISTERS; i++)
		record_hex(record, register_names[i], registers->general[i]);
}

/*
 * Offsets of perf's fields in siginfo: include/uapi/asm-generic/siginfo.h, struct __sifields;
 * the C library's headers may be older than the fields.
 */
void record_siginfo(struct record *record, const siginfo_t *info)
{
	const unsigned char *bytes = (const unsigned char *)info;
	const size_t word = sizeof(long);
	unsigned long data;
	uint32_t type, flags;
	void *address;

	memcpy(&address, bytes + (word == 8 ? 0x10 : 0x0c), sizeof(address));
	memcpy(&data, bytes + (word == 8 ? 0x18 : 0x10), sizeof(data));
	memcpy(&type, bytes + (word == 8 ? 0x20 : 0x14), sizeof(type));
	memcpy(&flags, bytes + (word == 8 ? 0x24 : 0x18), sizeof(flags));
	record_number(record, "si_signo", info->si_signo);
	record_number(record, "si_errno", info->si_errno);
	record_number(record, "si_code", info->si_code);
	record_hex(record, "si_addr", (uintptr_t)address);
	record_hex(record, "si_perf_data", data);
	record_number(record, "si_perf_type", type);
	record_number(record, "si_perf_flags", flags);
}
