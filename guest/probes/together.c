/* SPDX-License-Identifier: MIT */
/* Clause 1.9: watches of different types at the same time, none of which may answer for another. */
#include "probe.h"
#include "stop_log.h"

#define AT_W (trap_target + 0)
#define AT_RW (trap_target + 64)
#define AT_R (trap_target + 128)
#define AT_SECOND (trap_target + 192)
#define AT_NOTHING (trap_target + 1024)

static void touch(const char *name, volatile unsigned char *target)
{
	access_and_record(access_named(name), target);
	/* Silent; and QEMU's TCG forgets the mark of the last watchpoint (facts-qemu.md, DR6). */
	access_and_record(access_named("store2"), AT_NOTHING);
	access_and_record(access_named("load2"), AT_NOTHING);
}

static void together(void)
{
	/* An execute watch on an access: it fires for this one alone, wherever that goes. */
	const struct access *executed = access_named("load4");
	const struct watch watches[] = {
		{ .address = (uintptr_t)AT_W, .type = STORE_WATCH, .data = 0x901 },
		{ .address = (uintptr_t)AT_RW, .type = HW_BREAKPOINT_RW, .length = WIDEST_WATCH, .data = 0x902 },
		{ .address = (uintptr_t)executed->instruction, .type = HW_BREAKPOINT_X, .data = 0x903 },
		/* Read-only, where the architecture has that; else a second W. */
		{ .address = (uintptr_t)AT_R, .type = HW_BREAKPOINT_R, .length = 4, .data = 0x904 },
		{ .address = (uintptr_t)AT_SECOND, .type = STORE_WATCH, .length = 2, .data = 0x905 },
	};
	static const char *const names[] = { "W", "RW", "X", "R", "second W" };
	int descriptors[5];

	stop_log_handle();
	sigtrap_required();
	for (int i = 0; i < 5; i++)
		descriptors[i] = open_and_record(names[i], &watches[i]);
	for (int round = 0; round < 2; round++) {
		touch("store1", AT_W);
		touch("load1", AT_W);
		touch("store8", AT_RW);
		touch("load8", AT_RW);
		touch("store1", AT_RW + 7);
		touch("load4", AT_NOTHING);
		touch("store4", AT_NOTHING);
		touch("load2", AT_R);
		touch("store2", AT_R);
		touch("store2", AT_SECOND);
		touch("load2", AT_SECOND);
	}
	/* Closing one leaves the others as they are. */
	for (int i = 0; i < 5; i++) {
		close_and_record(names[i], descriptors[i]);
		touch("store1", AT_W);
		touch("load1", AT_RW);
		touch("load4", AT_NOTHING);
		touch("load1", AT_R);
		touch("store1", AT_SECOND);
	}
}
PROBE("1.9", together);
