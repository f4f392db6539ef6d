/* SPDX-License-Identifier: MIT */
/* Clause 1.10: accesses wider than the watched byte, in every shape of the architecture; and the control. */
#include "probe.h"
#include "stop_log.h"

/* Bytes of an access that are watched in turn: behind both ends, its first, one in the middle, its last. */
static unsigned positions(const struct access *access, int at[5])
{
	unsigned count = 0;

	at[count++] = 0;
	/* The control tells whether the emulator knows this kind of access at all: one byte is enough. */
	if (mechanism == BY_PTRACE)
		return count;
	at[count++] = -1;
	if (access->bytes > 2)
		at[count++] = (int)access->bytes / 2;
	if (access->bytes > 1)
		at[count++] = (int)access->bytes - 1;
	if (!(access->kind & ACCESS_OPEN_ENDED))
		at[count++] = (int)access->bytes;
	return count;
}

static void accesses_of_all_shapes(void)
{
	/* Room on both sides, and aligned as the widest access wants it. */
	volatile unsigned char *const target[] = { trap_target + 1024 };

	stop_log_handle();
	for (unsigned i = 0; i < access_count; i++) {
		const struct access *access = &accesses[i];
		int at[5];
		unsigned count = positions(access, at);

		for (unsigned k = 0; k < count; k++) {
			struct watch watch = {
				.address = (uintptr_t)(target[0] + at[k]),
				.type = access->kind & ACCESS_READS ? HW_BREAKPOINT_RW : STORE_WATCH,
				.data = 0xa00 + i,
			};

			sweep_and_record(mechanism == BY_PTRACE ? "control" : "sweep", &watch, access, target, 1);
			if (mechanism == BY_PTRACE && stop_count == 0)
				record_left_out(access->name, "a debug register set by ptrace does not see it either");
		}
	}
}

static void wide(void)
{
	sigtrap_required();
	accesses_of_all_shapes();
	run_control(accesses_of_all_shapes, 10);
}
PROBE("1.10", wide);
