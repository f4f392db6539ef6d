/* SPDX-License-Identifier: MIT */
/* Clauses 1.3 and 1.4: which bytes a data watch covers, by its length and its place in a doubleword. */
#include "stop_log.h"
#include "probe.h"

/* Stores of one byte around the watch: before its first byte, at its first and last, behind the last. */
static void around(unsigned length, unsigned offset)
{
	/* In the middle of the page, so that the neighbours are in it too. */
	volatile unsigned char *watched = trap_target + 512 + offset;
	volatile unsigned char *const targets[] = { watched - 1, watched, watched + length - 1, watched + length };
	struct watch watch = { .address = (uintptr_t)watched, .length = length, .data = 0x300 + length * 16 + offset };

	sweep_and_record("sweep", &watch, access_named("store1"), targets, 4);
}

static void one_byte(void)
{
	stop_log_handle();
	sigtrap_required();
	for (unsigned offset = 0; offset < 8; offset++)
		around(1, offset);
}
PROBE("1.3", one_byte);

/* Every length at every offset: where the answer is a refusal, the errno is the observation. */
static void longer(void)
{
	stop_log_handle();
	sigtrap_required();
	for (unsigned length = 2; length <= 8; length++)
		for (unsigned offset = 0; offset < 8; offset++)
			around(length, offset);
}
PROBE("1.4", longer);
