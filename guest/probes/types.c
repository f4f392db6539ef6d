/* SPDX-License-Identifier: MIT */
/* Clauses 1.5 to 1.8: what a watch of each type fires for, and what it does not. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stop_log.h"
#include "probe.h"

static const char *const plain[] = { "load1", "load2", "load4", "load8", "store1", "store2", "store4", "store8" };
#define PLAIN (sizeof(plain) / sizeof(plain[0]))

/* A data watch of `type` on eight bytes, against loads and stores, and against the execution of the bytes. */
static void data_type(unsigned type)
{
	volatile unsigned char *const target[] = { trap_target + 512 };
	struct watch watch = { .address = (uintptr_t)target[0], .type = type, .length = WIDEST_WATCH, .data = 0x500 + type };
	const struct access *executed = access_named("store1");
	struct watch code = { .address = (uintptr_t)executed->instruction, .type = type, .length = 1, .data = 0x5f0 };
	volatile unsigned char *const elsewhere[] = { trap_target + 1024 };

	stop_log_handle();
	sigtrap_required();
	for (unsigned i = 0; i < PLAIN; i++)
		sweep_and_record("sweep", &watch, access_named(plain[i]), target, 1);
	sweep_and_record("sweep", &code, executed, elsewhere, 1);
}

static void write_only(void)
{
	data_type(HW_BREAKPOINT_W);
}
PROBE("1.5", write_only);

static void read_only(void)
{
	data_type(HW_BREAKPOINT_R);
}
PROBE("1.6", read_only);

static void read_and_write(void)
{
	data_type(HW_BREAKPOINT_RW);
}
PROBE("1.7", read_and_write);

/* The pages of an instruction, so that its bytes can be written: with what is there already. */
static void make_writable(uint64_t address)
{
	uintptr_t page = (uintptr_t)getpagesize(), start = (uintptr_t)address & ~(page - 1);

	if (mprotect((void *)start, page * 2, PROT_READ | PROT_WRITE | PROT_EXEC))
		broken("mprotect of the code", errno);
}

static void execute_only(void)
{
	struct watch watch = { .type = HW_BREAKPOINT_X, .data = 0x508 };
	volatile unsigned char *code = (volatile unsigned char *)site_execute_instruction;
	static const char *const loads[] = { "load1", "load2", "load4" };
	struct record record;
	int descriptor;
	uint64_t mask;

	stop_log_handle();
	descriptor = trap_open_or_refuse(&watch);
	make_writable((uintptr_t)code);
	for (int round = 0; round < 3; round++) {
		stop_log_clear();
		mask = site_execute();
		record_begin(&record, "executed");
		record_number(&record, "mask", (int64_t)mask);
		record_hex(&record, "instruction", (uintptr_t)site_execute_instruction);
		record_hex(&record, "sigData", watch.data);
		record_stop_log(&record);
		record_end(&record);
	}
	for (unsigned i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		stop_log_clear();
		access_named(loads[i])->run(code, NULL);
		record_begin(&record, "touched");
		record_text(&record, "access", loads[i]);
		record_stop_log(&record);
		record_end(&record);
	}
	stop_log_clear();
	*code = *code;
	record_begin(&record, "touched");
	record_text(&record, "access", "store of the same byte");
	record_stop_log(&record);
	record_end(&record);
	record_begin(&record, "count");
	record_number(&record, "count", trap_count(descriptor));
	record_end(&record);
	trap_close(descriptor);
	/* Closed: silent, and the instruction does what it does. */
	stop_log_clear();
	mask = site_execute();
	record_begin(&record, "closed");
	record_number(&record, "mask", (int64_t)mask);
	record_stop_log(&record);
	record_end(&record);
}
PROBE("1.8", execute_only);
