/* SPDX-License-Identifier: MIT */
/*
 * A shell for somebody who sits at the console. The channel, which is otherwise only written to, says in lines how
 * large the terminal is at the other end:
 *   terminal ROWS COLUMNS TERM     once: the shell is started
 *   size ROWS COLUMNS              whenever it changes
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

static int terminal = -1; /* /dev/console's device: /dev/console itself cannot be a controlling terminal */
static pid_t leader;

static void on_child(int number)
{
	(void)number;
}

/* The last console named is the one that /dev/console stands for. */
static int open_terminal(void)
{
	char name[128] = "", path[160];
	FILE *active = fopen("/sys/class/tty/console/active", "re");

	while (active && fscanf(active, "%127s", name) == 1)
		;
	if (active)
		fclose(active);
	snprintf(path, sizeof(path), "/dev/%s", name[0] ? name : "console");
	return open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* In the shell's place: in the foreground, at the addresses of a run, so that what is seen can be compared. */
static _Noreturn void become_shell(const char *name)
{
	char *const arguments[] = { "-sh", NULL };

	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(terminal, getpid());
	signal(SIGTTOU, SIG_DFL);
	for (int i = 0; i < 3; i++)
		dup2(terminal, i);
	personality(ADDR_NO_RANDOMIZE);
	setenv("TERM", name, 1);
	setenv("HOME", "/root", 1);
	if (chdir("/root"))
		fprintf(stderr, "init: /root: %s\n", strerror(errno));
	execv("/bin/sh", arguments);
	fprintf(stderr, "init: /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

/*
 * The session's leader is not the shell: when it ends the kernel hangs the terminal up, and what the shell wrote last
 * would be lost if it was still on its way (drivers/tty/serial/serial_core.c uart_hangup).
 */
static _Noreturn void lead_session(const char *name)
{
	sigset_t none;
	int status;
	pid_t shell;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	setsid();
	if (ioctl(terminal, TIOCSCTTY, 1))
		fprintf(stderr, "init: no controlling terminal: %s\n", strerror(errno));
	shell = fork();
	if (!shell)
		become_shell(name);
	while (waitpid(shell, &status, 0) < 0 && errno == EINTR)
		;
	tcdrain(terminal);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void obey(const char *line)
{
	struct winsize size = { 0 };
	char name[64] = "";

	if (sscanf(line, "terminal %hu %hu %63s", &size.ws_row, &size.ws_col, name) == 3) {
		ioctl(terminal, TIOCSWINSZ, &size);
		if (!leader && !(leader = fork()))
			lead_session(name);
	} else if (sscanf(line, "size %hu %hu", &size.ws_row, &size.ws_col) == 2) {
		/* The kernel sends SIGWINCH to whoever is in the foreground. */
		ioctl(terminal, TIOCSWINSZ, &size);
	}
}

/* False when nobody is at the other end any more. */
static bool hear(void)
{
	static char line[256];
	static size_t used;
	char bytes[256];
	ssize_t got = read(channel, bytes, sizeof(bytes));

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	for (ssize_t i = 0; i < got; i++) {
		if (bytes[i] == '\n') {
			line[used] = '\0';
			obey(line);
			used = 0;
		} else if (used < sizeof(line) - 1) {
			line[used++] = bytes[i];
		}
	}
	return got > 0;
}

/* Until the shell has ended, or somebody asked init to end. Orphans are reaped meanwhile. Returns the wait status. */
static int attend_shell(void)
{
	bool listening = true;
	sigset_t none;

	sigemptyset(&none);
	for (;;) {
		struct pollfd wait = { .fd = listening ? channel : -1, .events = POLLIN };
		pid_t who;
		int status;

		while ((who = waitpid(-1, &status, WNOHANG)) > 0)
			if (who == leader)
				return status;
		if (asked_to_end)
			return 0;
		/* Signals come here and nowhere else: none can slip through between the look and the wait. */
		if (ppoll(&wait, 1, NULL, &none) > 0)
			listening = hear();
	}
}

void run_shell(const struct step *step)
{
	struct sigaction action = { .sa_handler = on_child };
	sigset_t blocked;
	int status;

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	for (size_t i = 0; i < sizeof(ending_signals) / sizeof(ending_signals[0]); i++)
		sigaddset(&blocked, ending_signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	terminal = open_terminal();
	say_begun(step);
	status = attend_shell();
	end_everybody(leader);
	close(terminal);
	say_ended(step, status, false, 0);
}
