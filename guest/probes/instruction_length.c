/* SPDX-License-Identifier: MIT */
/* Clause 5.6: stepping over by the instruction's own length, for every length that there is. */
#include "lengths.h"
#include "probe.h"
#include "stops.h"

static uint64_t instruction, length;

static void on_stop(struct stop *stop)
{
	if (stop_is_stray(stop, instruction))
		return;
	stop_keep(stop);
	stop_go_to(stop, instruction + length);
}

static void record_length(uint64_t mask, uint64_t alone)
{
	struct record record;

	record_begin(&record, "length");
	record_number(&record, "length", (int64_t)length);
	record_stops(&record);
	record_hex(&record, "siteInstruction", instruction);
	record_hex(&record, "siteNext", instruction + length);
	record_number(&record, "mask", (int64_t)mask);
	record_number(&record, "maskAlone", (int64_t)alone);
	record_end(&record);
}

/* The other triggers have a site of their own, of one length. */
static void one_length(void)
{
	const struct watch watch = { 0 };
	int descriptor;
	uint64_t mask;

	instruction = trap_site().instruction;
	length = trap_site().next - trap_site().instruction;
	descriptor = trap_open_or_refuse(&watch);
	mask = trap_hit(0);
	trap_settle(500);
	trap_close(descriptor);
	record_length(mask, 0);
}

static void instruction_length(void)
{
	trap_use_execute();
	trap_handle(on_stop, 0);
	if (trigger != HW_BREAKPOINT && trigger != UPROBE) {
		one_length();
		return;
	}
	for (uint64_t i = 0; i < length_site_count; i++) {
		struct watch watch = { .type = HW_BREAKPOINT_X,
				       .address = (uintptr_t)length_sites[i].instruction };
		/* The control: unwatched, the instruction does have its effect. */
		uint64_t alone = length_sites[i].run(), mask;
		int descriptor = trap_open_or_refuse(&watch);

		instruction = watch.address;
		length = length_sites[i].length;
		stop_journal_clear();
		trap_progress();
		mask = length_sites[i].run();
		trap_settle(500);
		trap_close(descriptor);
		record_length(mask, alone);
	}
}
PROBE("5.6", instruction_length);
