/* SPDX-License-Identifier: MIT */
/* Clauses 2.9 and 2.12: how far it goes, by what was asked for and by whose memory it is. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2009

static void fork_and_hit(const char *role, int count)
{
	pid_t child = family_fork();

	if (!child)
		family_child(role, count);
	family_collect(child);
}

static void fork_from_thread(void)
{
	family_keep_apart();
	fork_and_hit("inherit_thread: child of thread", 3);
}

static void limits(void)
{
	static const struct family_thread inheriting = { "inherit_thread: thread", 5, fork_from_thread };
	static const struct family_thread plain = { "no inherit: thread", 4, NULL };
	const struct watch threads_only = { .data = SIG_DATA, .inherit_thread = true };
	const struct watch this_only = { .data = SIG_DATA };
	struct record record;
	int descriptor;

	family_start();
	descriptor = family_open(&threads_only);
	family_keep_apart();
	fork_and_hit("inherit_thread: child", 3);
	family_thread(&inheriting);
	family_hits(family_join("inherit_thread: opener"), 2);
	record_begin(&record, "first");
	record_number(&record, "count", trap_count(descriptor));
	record_end(&record);
	trap_close(descriptor);

	descriptor = family_open(&this_only);
	fork_and_hit("no inherit: child", 3);
	family_thread(&plain);
	family_hits(family_join("no inherit: opener"), 2);
	family_record(descriptor);
}
PROBE("2.9", limits);

/* Reads the watched byte, which is no hit. */
static void record_byte(const char *who, const char *when)
{
	struct record record;
	unsigned char byte;

	watched_read(&byte, trap_target, 1);
	record_begin(&record, "byte");
	record_text(&record, "who", who);
	record_text(&record, "when", when);
	record_number(&record, "value", byte);
	record_end(&record);
}

/*
 * Writes the watched byte by the kernel's own mapping of it, which no debug register watches: a
 * handler that steps over a store that trapped before it leaves nothing in the byte.
 */
static void write_byte(unsigned char value)
{
	int memory = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);

	if (memory < 0 || pwrite(memory, &value, 1, (off_t)(uintptr_t)trap_target) != 1)
		broken("writing /proc/self/mem", errno);
	close(memory);
}

static _Noreturn void child_with_memory(void)
{
	gate_await(GATE_PARENT, 1);
	family_hits(family_join("child"), 5);
	write_byte(0xc1);
	record_byte("child", "after the child's hits");
	gate_raise(GATE_CHILDREN);
	/* Silent while the parent hits. */
	family_join("child, standing by");
	gate_await(GATE_PARENT, 2);
	record_byte("child", "after the parent's hits");
	_exit(0);
}

static void memory_is_own(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	int descriptor;
	pid_t child;

	family_start();
	descriptor = family_open(&watch);
	family_keep_apart();
	write_byte(0xa0);
	child = family_fork();
	if (!child)
		child_with_memory();
	family_join("parent, standing by");
	gate_raise(GATE_PARENT);
	gate_await(GATE_CHILDREN, 1);
	record_byte("parent", "after the child's hits");
	family_hits(family_join("parent"), 2);
	write_byte(0xb1);
	record_byte("parent", "after the parent's hits");
	gate_raise(GATE_PARENT);
	family_collect(child);
	family_record(descriptor);
}
PROBE("2.12", memory_is_own);
