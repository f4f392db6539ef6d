/* SPDX-License-Identifier: MIT */
/* Clause 3.7: SIG_DFL and SIG_IGN in a child, while this process and a bystander go on. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hits.h"
#include "probe.h"

#define HITS 3

static volatile int stops;

/* What a child has come to, in memory that is shared with it. */
struct progress {
	volatile int open_error; /* errno of trap_open() */
	volatile int rehearsed;
	volatile int before; /* hits that were begun with the disposition in force */
	volatile int after;  /* and completed */
	volatile int64_t count;
};
static struct progress *progress;

static void on_stop(struct stop *stop)
{
	stops += stop_is_of(stop, trap_site());
	stop_step_over(stop, trap_site());
}

/* Opens a watch of its own, makes hits under `disposition`, and leaves by _exit(0) if it lives. */
static _Noreturn void child(void (*disposition)(int))
{
	struct watch watch = { .data = 0x37 };
	int descriptor;

	signal(SIGTRAP, SIG_IGN);
	stack_touch();
	descriptor = trap_open(&watch);
	if (descriptor < 0) {
		progress->open_error = -descriptor;
		_exit(0);
	}
	/*
	 * Rehearsed while SIGTRAP is dropped: the copies of pages that a fork leaves behind are made now, and the code
	 * of all that is called below is mapped, which a fork does not copy.
	 */
	hit_at(hit_target(0), 1);
	trap_count(descriptor);
	progress->rehearsed = 1;
	signal(SIGTRAP, disposition);
	progress->count = -trap_count(descriptor);
	for (int i = 0; i < HITS; i++) {
		progress->before++;
		hit_at(hit_target(0), 2);
		progress->after++;
	}
	progress->count += trap_count(descriptor);
	_exit(0);
}

static void run_child(const char *name, void (*disposition)(int))
{
	struct record record;
	int status = 0;
	pid_t process;

	memset(progress, 0, sizeof(*progress));
	process = fork();
	if (process < 0)
		broken("fork", errno);
	if (process == 0)
		child(disposition);
	while (waitpid(process, &status, 0) != process)
		if (errno != EINTR)
			broken("waitpid", errno);
	record_begin(&record, "child");
	record_text(&record, "disposition", name);
	record_number(&record, "openError", progress->open_error);
	record_number(&record, "rehearsed", progress->rehearsed);
	record_number(&record, "hits", HITS);
	record_number(&record, "before", progress->before);
	record_number(&record, "after", progress->after);
	record_number(&record, "count", progress->count);
	record_number(&record, "exitStatus", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	record_number(&record, "signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	record_end(&record);
}

static void delivery_disposition(void)
{
	const struct rlimit no_core = { 0, 0 };
	struct watch watch = { .data = 0x37 };
	int bystander_status = 0, descriptor;
	struct record record;
	pid_t bystander, gone;

	setrlimit(RLIMIT_CORE, &no_core);
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (progress == MAP_FAILED)
		broken("mmap", errno);
	trap_handle(on_stop, 0);
	stack_touch();
	descriptor = trap_open_or_refuse(&watch);
	/* Does nothing, with SIGTRAP at its default: a signal that goes astray would end it. */
	bystander = fork();
	if (bystander < 0)
		broken("fork", errno);
	if (bystander == 0) {
		signal(SIGTRAP, SIG_DFL);
		for (;;)
			pause();
	}
	hit_at(hit_target(0), 1);

	run_child("default", SIG_DFL);
	run_child("ignore", SIG_IGN);

	/* The pages that the forks left shared are made this process's own again before counting. */
	hit_at(hit_target(0), 1);
	stops = 0;
	for (int i = 0; i < HITS; i++)
		hit_at(hit_target(0), 2);
	gone = waitpid(bystander, &bystander_status, WNOHANG);
	record_begin(&record, "others");
	record_number(&record, "hits", HITS);
	record_number(&record, "stops", stops);
	record_boolean(&record, "bystanderLives", gone == 0);
	record_number(&record, "bystanderStatus", bystander_status);
	record_end(&record);
	kill(bystander, SIGKILL);
	waitpid(bystander, NULL, 0);
	trap_close(descriptor);
}
PROBE("3.7", delivery_disposition);
