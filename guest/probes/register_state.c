/* SPDX-License-Identifier: MIT */
/* Clauses 4.3, 6.1 and 6.2: registers with known values before a hit, in the handler's context, and after it. */
#include <string.h>

#include "probe.h"
#include "register_site.h"
#include "stops.h"

static struct register_image loaded, stored;
static struct site site;
static unsigned vector_words;

static void on_stop(struct stop *stop)
{
	if (stop_is_stray(stop, site.instruction))
		return;
	stop_keep(stop);
	vectors_clobber();
	stop_go_to(stop, site.next);
}

/* Every word another value, and no word that a program is likely to hold. */
static void fill(unsigned long *words, size_t count, uint64_t loadable, uint64_t seed)
{
	for (size_t i = 0; i < count; i++)
		words[i] = loadable >> i & 1 ? (unsigned long)(seed + i * 0x0101010101010101) : 0;
}

static void hit(void)
{
	trap_progress();
	trap_refresh_text();
	if (trigger == TRAP_INSTRUCTION)
		site_registers_trap(&loaded, &stored);
	else
		site_registers_execute(&loaded, &stored);
}

static void record_image(struct record *record, const struct register_image *image)
{
	record_words(record, "general", image->general, GENERAL_REGISTERS);
	record_words(record, "window", image->window, 16);
	record_hex(record, "sp", image->sp);
	record_hex(record, "conditions", (uint64_t)image->conditions & (uint64_t)CONDITION_MASK);
	record_hex(record, "control", image->control);
	record_hexes(record, "vector", image->vector, vector_words);
}

static void record_context(void)
{
	const struct registers *registers = &stop_journal.first.registers;
	struct record record;

	record_begin(&record, "context");
	record_stops(&record);
	record_hex(&record, "siteInstruction", site.instruction);
	record_hex(&record, "siteNext", site.next);
	record_hexes(&record, "general", registers->general, GENERAL_REGISTERS);
	record_hex(&record, "sp", registers->sp);
	record_hex(&record, "conditions", registers->flags >> CONDITION_SHIFT & (uint64_t)CONDITION_MASK);
	record_end(&record);
}

static void register_state(void)
{
	struct watch watch = { .type = HW_BREAKPOINT_X };
	struct record record;
	int descriptor;

	site = (struct site){ (uintptr_t)site_registers_execute_instruction, (uintptr_t)site_registers_execute_next, 0 };
	if (trigger == TRAP_INSTRUCTION)
		site = (struct site){ (uintptr_t)site_registers_trap_instruction,
				      (uintptr_t)site_registers_trap_next, 0 };
	watch.address = site.instruction;
	fill(loaded.general, GENERAL_REGISTERS, REGISTERS_LOADED, 0x1122334455667700);
	fill(loaded.window, 16, WINDOW_LOADED, 0x2233445566778800);
	vector_words = vector_words_there();
	for (unsigned i = 0; i < vector_words; i++)
		loaded.vector[i] = 0x3344556677889900 + i * 0x0101010101010101;
	loaded.conditions = CONDITION_PATTERN;
	loaded.control = CONTROL_PATTERN;

	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	hit();
	trap_settle(500);
	trap_close(descriptor);

	record_begin(&record, "loaded");
	record_hex(&record, "loadedMask", REGISTERS_LOADED);
	record_hex(&record, "windowMask", WINDOW_LOADED);
	record_image(&record, &loaded);
	record_end(&record);
	record_context();
	record_begin(&record, "stored");
	record_image(&record, &stored);
	record_end(&record);
}
PROBE("4.3", register_state);
PROBE("6.1", register_state);
PROBE("6.2", register_state);
