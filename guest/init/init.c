/* SPDX-License-Identifier: MIT */
/*
 * PID 1 of the guest. Reads /plan, runs its steps one after the other, each in a process
 * group of its own with a limit, and relays what they observe to the channel. A plan is lines of
 *   probe STEP LIMIT_MS CLAUSE TRIGGER MECHANISM
 *   exec STEP LIMIT_MS            the program and arguments of /exec (NUL-separated), in /work
 *   shell STEP                    a shell on the console
 * What the kernel prints goes to the console; the channel is another device.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

int channel = -1;
volatile sig_atomic_t asked_to_end;

static void on_request(int number)
{
	(void)number;
	asked_to_end = 1;
}

/* A guest just booted has seen little that is random, and its ssh server would wait for more: the host gives some. */
static void take_seed(void)
{
	struct {
		struct rand_pool_info info;
		char bytes[64]; /* where info.buf begins */
	} seed = { 0 };
	int file = open("/seed", O_RDONLY | O_CLOEXEC), random;
	ssize_t length = file < 0 ? -1 : read(file, seed.bytes, sizeof(seed.bytes));

	if (file >= 0)
		close(file);
	if (length <= 0)
		return;
	seed.info.buf_size = (int)length;
	seed.info.entropy_count = (int)length * 8;
	random = open("/dev/random", O_RDWR | O_CLOEXEC);
	if (random < 0 || ioctl(random, RNDADDENTROPY, &seed))
		fprintf(stderr, "init: /dev/random: %s\n", strerror(errno));
	if (random >= 0)
		close(random);
	unlink("/seed");
}

static void say_booted(void)
{
	struct record record;
	struct utsname name;
	struct timespec now;

	uname(&name);
	clock_gettime(CLOCK_MONOTONIC, &now);
	record_begin_bare(&record);
	record_text(&record, "record", "boot");
	record_text(&record, "release", name.release);
	record_text(&record, "version", name.version);
	record_text(&record, "machine", name.machine);
	record_number(&record, "cpus", sysconf(_SC_NPROCESSORS_ONLN));
	record_number(&record, "pageSize", sysconf(_SC_PAGESIZE));
	record_number(&record, "uptimeMs", now.tv_sec * 1000 + now.tv_nsec / 1000000);
	record_end_on(&record, channel);
}

static void run_plan(void)
{
	FILE *plan = fopen("/plan", "re");
	char line[256];

	if (!plan) {
		fprintf(stderr, "init: no /plan: %s\n", strerror(errno));
		return;
	}
	while (!asked_to_end && fgets(line, sizeof(line), plan)) {
		struct step step = { 0 };

		if (sscanf(line, "probe %d %d %15s %31s %31s", &step.number, &step.limit_ms,
			   step.clause, step.trigger, step.mechanism) == 5)
			run_probe(&step);
		else if (sscanf(line, "exec %d %d", &step.number, &step.limit_ms) == 2)
			run_exec(&step);
		else if (sscanf(line, "shell %d", &step.number) == 1)
			run_shell(&step);
		else
			fprintf(stderr, "init: cannot read the plan's line: %s", line);
	}
	fclose(plan);
}

int main(int argc, char **argv)
{
	/* The kernel hands arguments KEY=VALUE that it does not know on to init's environment. */
	const char *path = getenv("trapline_channel"), *ending = getenv("trapline_ending");
	struct sigaction action = { .sa_handler = on_request };
	struct record record;

	if (getpid() != 1 && argc > 2 && !strcmp(argv[1], "command"))
		run_command(argv + 2);
	for (size_t i = 0; i < sizeof(ending_signals) / sizeof(ending_signals[0]); i++)
		sigaction(ending_signals[i], &action, NULL);
	prepare_filesystems();
	open_channel(path ? path : "/dev/vport0p1");
	take_seed();
	if (channel >= 0) {
		say_booted();
		run_plan();
		record_begin_bare(&record);
		record_text(&record, "record", "done");
		record_end_on(&record, channel);
		close(channel);
	}
	sync();
	reboot(ending && !strcmp(ending, "restart") ? RB_AUTOBOOT : RB_POWER_OFF);
	for (;;)
		pause();
}
