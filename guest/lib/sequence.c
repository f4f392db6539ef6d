/* SPDX-License-Identifier: MIT */
#include "sequence.h"

struct site sequence_site(void)
{
	if (trigger == TRAP_INSTRUCTION)
		return (struct site){ (uintptr_t)sequence_trap_instruction, (uintptr_t)sequence_trap_next,
				      (uintptr_t)sequence_trap_next };
	return (struct site){ (uintptr_t)sequence_store_instruction, (uintptr_t)sequence_store_next,
			      (uintptr_t)sequence_store_next };
}

struct watch sequence_watch(void)
{
	struct watch watch = { .data = 0x534551 };

	if (trigger == UPROBE) {
		watch.type = HW_BREAKPOINT_X;
		watch.address = (uintptr_t)sequence_store_instruction;
	}
	return watch;
}

void sequence_hit(volatile unsigned char *target, unsigned long value, volatile unsigned char *second)
{
	trap_progress();
	trap_refresh(target);
	if (trigger == TRAP_INSTRUCTION)
		sequence_trap(target, value, second);
	else
		sequence_store(target, value, second);
}
