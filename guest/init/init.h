/* SPDX-License-Identifier: MIT */
#ifndef TRAPLINE_INIT_H
#define TRAPLINE_INIT_H

#include <signal.h>
#include <sys/types.h>

#include "../lib/record.h"

/* One line of the plan. */
struct step {
	int number;
	int limit_ms; /* 0: none */
	char clause[16], trigger[32], mechanism[32];
};

/* The device on which records go out; -1 when there is none. */
extern int channel;
void open_channel(const char *path);

/* What `halt`, `poweroff` and `reboot` of busybox send init: the step that runs is ended, and no other begins. */
static const int ending_signals[] = { SIGUSR1, SIGUSR2, SIGTERM };
extern volatile sig_atomic_t asked_to_end;

void prepare_filesystems(void);

void run_probe(const struct step *step);
void run_exec(const struct step *step);
void run_shell(const struct step *step);

/*
 * `/init command PROGRAM ARG…`, not as PID 1: runs the program in /work as a process group of its own, hands signals on
 * to it and ends as it did, 128 + N for a signal. For ssh, which knows neither all signals nor a process below its own.
 */
_Noreturn void run_command(char **arguments);

void say_begun(const struct step *step);
void say_ended(const struct step *step, int status, bool timed_out, int64_t took);
/* Kills the process group and whoever has left it, and waits until they have ended. */
void end_everybody(pid_t group);

#endif
