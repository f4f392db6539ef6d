/* SPDX-License-Identifier: MIT */
/* Running one step: a process group, its limit, and the records about it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"
#include "stream.h"

/* After the program's end its pipes may be held open by what it left behind: wait so long for what is in them. */
#define GRACE_MS 50
/* What was killed has long ended by then, also under emulation. */
#define REAP_MS 2000

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * The step's beginning in the kernel's own log, so that what the kernel says on the console stands behind the mark of
 * the step that it belongs to: the channel is another device, and neither waits for the other.
 */
static void mark_console(const struct step *step)
{
	/* Level 4, a warning, is the least that reaches the console (loglevel=5). One write is one line. */
	char line[128];
	int length = snprintf(line, sizeof(line), "<4>trapline: step %d, %s %s %s\n", step->number, step->clause,
			      step->trigger, step->mechanism);
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (log < 0 || write(log, line, (size_t)length) < 0)
		fprintf(stderr, "init: /dev/kmsg: %s\n", strerror(errno));
	if (log >= 0)
		close(log);
}

void say_begun(const struct step *step)
{
	struct record record;

	record_begin_bare(&record);
	record_text(&record, "record", "begin");
	record_number(&record, "step", step->number);
	if (step->clause[0]) {
		record_text(&record, "clause", step->clause);
		record_text(&record, "trigger", step->trigger);
		record_text(&record, "mechanism", step->mechanism);
	}
	record_end_on(&record, channel);
}

static void end_group(pid_t group)
{
	kill(-group, SIGKILL);
	/* PID 1 is given every orphan: what left the group is ended too, by ending everybody else. */
	kill(-1, SIGKILL);
}

/*
 * Whoever was killed holds his breakpoints until he has exited, and the next probe finds their slots taken: waits for
 * the last of them. Kernel threads are not ours; one that cannot be killed must not cost the run.
 */
static void reap_all(void)
{
	int64_t deadline = milliseconds() + REAP_MS;

	for (;;) {
		pid_t who = waitpid(-1, NULL, WNOHANG | __WALL);

		if (who > 0 || (who < 0 && errno == EINTR))
			continue;
		if (who < 0)
			return;
		if (milliseconds() > deadline) {
			fprintf(stderr, "init: something that was killed has not ended within %d ms\n", REAP_MS);
			return;
		}
		/* Somebody may have forked while the signal went round. */
		kill(-1, SIGKILL);
		usleep(500);
	}
}

void end_everybody(pid_t group)
{
	end_group(group);
	reap_all();
}

static int child_exited; /* written by SIGCHLD's handler, to end poll() early */

static void on_child(int number)
{
	(void)number;
	child_exited = 1;
}

/* Forwards the streams until the program has ended or its limit is over. Returns the wait status. */
static int attend(const struct step *step, pid_t program, struct stream *streams, int count, bool *timed_out)
{
	int64_t deadline = step->limit_ms ? milliseconds() + step->limit_ms : INT64_MAX;
	int64_t ended_at = 0;
	int status = 0;
	bool ended = false;

	for (;;) {
		struct pollfd wait[3];
		int open_streams = 0, who;
		int64_t now;

		for (int i = 0; i < count; i++) {
			wait[i] = (struct pollfd){ .fd = streams[i].descriptor, .events = POLLIN };
			open_streams += streams[i].descriptor >= 0;
		}
		while (!ended && (who = waitpid(-1, &status, WNOHANG)) > 0) {
			if (who == program) {
				ended = true;
				ended_at = milliseconds();
				break;
			}
		}
		now = milliseconds();
		if (ended && (!open_streams || now - ended_at > GRACE_MS))
			return status;
		if (!ended && (now > deadline || asked_to_end)) {
			*timed_out = !asked_to_end;
			end_group(program);
			while (waitpid(program, &status, 0) < 0 && errno == EINTR)
				;
			ended = true;
			ended_at = now;
			continue;
		}
		child_exited = 0;
		/* 2 ms: SIGCHLD usually ends the wait, but it may come just before poll() begins. */
		poll(wait, (nfds_t)count, ended ? 2 : open_streams ? 20 : 2);
		for (int i = 0; i < count; i++)
			if (wait[i].fd >= 0 && wait[i].revents)
				pump(step, &streams[i]);
	}
}

void say_ended(const struct step *step, int status, bool timed_out, int64_t took)
{
	struct record record;

	record_begin_bare(&record);
	record_text(&record, "record", "end");
	record_number(&record, "step", step->number);
	if (WIFEXITED(status))
		record_number(&record, "status", WEXITSTATUS(status));
	else
		record_number(&record, "signal", WTERMSIG(status));
	record_boolean(&record, "timedOut", timed_out);
	record_number(&record, "ms", took);
	record_end_on(&record, channel);
}

/* Forks with pipes at the descriptors named in `numbers`; in the child it does not return. */
static void run(const struct step *step, char *const *arguments, const char *folder, const int *numbers, int count)
{
	struct stream streams[3];
	int writing[3];
	struct sigaction action = { .sa_handler = on_child };
	int64_t begun;
	bool timed_out = false;
	pid_t program;
	int status, nobody;

	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < count; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC)) {
			fprintf(stderr, "init: pipe: %s\n", strerror(errno));
			return;
		}
		streams[i] = (struct stream){ .descriptor = ends[0], .number = numbers[i] };
		/* Out of the way of the low numbers, so that dup2 below cannot overwrite one. */
		writing[i] = fcntl(ends[1], F_DUPFD_CLOEXEC, 20);
		close(ends[1]);
	}
	if (step->clause[0])
		mark_console(step);
	say_begun(step);
	begun = milliseconds();
	program = fork();
	if (program == 0) {
		setpgid(0, 0);
		signal(SIGCHLD, SIG_DFL);
		/* A probe's addresses are those of the next boot too, so that its records can be compared. */
		if (step->clause[0])
			personality(ADDR_NO_RANDOMIZE);
		for (int i = 0; i < count; i++)
			dup2(writing[i], numbers[i]);
		/* Nobody types on the console: whoever reads is told the end at once. */
		nobody = open("/dev/null", O_RDONLY);
		if (nobody > STDIN_FILENO && dup2(nobody, STDIN_FILENO) == STDIN_FILENO)
			close(nobody);
		if (chdir(folder))
			_exit(126);
		execv(arguments[0], arguments);
		fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	for (int i = 0; i < count; i++)
		close(writing[i]);
	if (program < 0) {
		fprintf(stderr, "init: fork: %s\n", strerror(errno));
		say_ended(step, 126 << 8, false, 0);
		return;
	}
	status = attend(step, program, streams, count, &timed_out);
	end_everybody(program);
	for (int i = 0; i < count; i++)
		drain(step, &streams[i]);
	say_ended(step, status, timed_out, milliseconds() - begun);
}

void run_probe(const struct step *step)
{
	char *const arguments[] = { "/probe", (char *)step->clause, (char *)step->trigger,
				    (char *)step->mechanism, NULL };
	static const int numbers[] = { RECORD_FD };

	run(step, arguments, "/tmp", numbers, 1);
}

/* The words of /exec, each ended by a NUL; NULL when there are none. As many and as long as the kernel will take. */
static char **read_words(void)
{
	int descriptor = open("/exec", O_RDONLY | O_CLOEXEC);
	struct stat file;
	char **words = NULL, *text;
	size_t count = 0;

	if (descriptor < 0)
		return NULL;
	if (fstat(descriptor, &file) || file.st_size == 0 || !(text = malloc((size_t)file.st_size)))
		goto out;
	if (read(descriptor, text, (size_t)file.st_size) != file.st_size || text[file.st_size - 1])
		goto out;
	for (off_t at = 0; at < file.st_size; at++)
		count += !text[at];
	words = calloc(count + 1, sizeof(*words));
	for (size_t i = 0; words && i < count; i++, text += strlen(text) + 1)
		words[i] = text;
out:
	close(descriptor);
	return words;
}

void run_exec(const struct step *step)
{
	static const int numbers[] = { STDOUT_FILENO, STDERR_FILENO };
	char **words = read_words();

	if (!words) {
		fprintf(stderr, "init: /exec has no words: %s\n", strerror(errno));
		return;
	}
	run(step, words, "/work", numbers, 2);
}
