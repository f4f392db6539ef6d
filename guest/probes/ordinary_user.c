/* SPDX-License-Identifier: MIT */
/* Clause 1.15: the other clauses of the behaviour again, in a process that gave up all privileges. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"
#include "stop_log.h"

#define ORDINARY_USER 1000

extern const struct probe __start_probes[], __stop_probes[];

static int paranoid(void)
{
	char text[16] = "";
	int descriptor = open("/proc/sys/kernel/perf_event_paranoid", O_RDONLY | O_CLOEXEC);

	if (descriptor < 0 || read(descriptor, text, sizeof(text) - 1) <= 0)
		broken("/proc/sys/kernel/perf_event_paranoid", errno);
	close(descriptor);
	return atoi(text);
}

/* In a process of its own: what a part leaves open, bound or pinned is not the next one's. */
static void run_part(const char *clause)
{
	int status = -1;
	pid_t child;
	struct record record;

	record_begin(&record, "part");
	record_text(&record, "clause", clause);
	record_end(&record);
	child = fork();
	if (child < 0)
		broken("fork", errno);
	if (child == 0) {
		for (const struct probe *p = __start_probes; p < __stop_probes; p++)
			if (!strcmp(p->clause, clause))
				p->run();
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			broken("waitpid", errno);
	record_begin(&record, "part-ended");
	record_number(&record, "status", status);
	record_end(&record);
}

static void ordinary_user(void)
{
	static const char *const parts[] = { "1.1", "1.2",  "1.3",  "1.4",	"1.5",	"1.6", "1.7",
					     "1.8", "1.9", "1.10", "1.11", "1.12", "1.13", "1.14" };
	struct watch with_kernel = { .with_kernel = true };
	struct record record;
	int result;

	stop_log_handle();
	sigtrap_required();
	if (setgroups(0, NULL) || setresgid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER) ||
	    setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER))
		broken("giving up privileges", errno);
	/* Lost with the privileges; without it nobody may trace this process, and 1.10 has its control from a tracer. */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
		broken("PR_SET_DUMPABLE", errno);
	result = trap_open(&with_kernel);
	record_begin(&record, "user");
	record_number(&record, "uid", getuid());
	record_number(&record, "paranoid", paranoid());
	/* The kernel's own accesses are not his to watch. */
	record_number(&record, "errnoWithKernel", result < 0 ? -result : 0);
	record_end(&record);
	if (result >= 0)
		trap_close(result);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!HAS_EXECUTE_REGISTERS && !strcmp(parts[i], "1.8"))
			record_left_out(parts[i], "refused to everybody: no registers for execution");
		else
			run_part(parts[i]);
	}
}
PROBE("1.15", ordinary_user);
