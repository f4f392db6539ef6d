/* SPDX-License-Identifier: MIT */
/* One program of somebody who came in by ssh; see init.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

/* Those that ssh can send. */
static const int handed_on[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM };
static pid_t program;

static void hand_on(int number)
{
	if (program > 0)
		kill(-program, number);
}

void run_command(char **arguments)
{
	sigset_t signals, before;
	int status;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(handed_on) / sizeof(handed_on[0]); i++) {
		struct sigaction action = { .sa_handler = hand_on };

		sigaddset(&signals, handed_on[i]);
		sigaction(handed_on[i], &action, NULL);
	}
	/* One that comes before the program is there waits until it is. */
	sigprocmask(SIG_BLOCK, &signals, &before);
	program = fork();
	if (program == 0) {
		setpgid(0, 0);
		/* Who kills us means the program. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (size_t i = 0; i < sizeof(handed_on) / sizeof(handed_on[0]); i++)
			signal(handed_on[i], SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (chdir("/work"))
			fprintf(stderr, "/work: %s\n", strerror(errno));
		execvp(arguments[0], arguments);
		fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (program < 0) {
		fprintf(stderr, "fork: %s\n", strerror(errno));
		_exit(126);
	}
	setpgid(program, program);
	sigprocmask(SIG_SETMASK, &before, NULL);
	while (waitpid(program, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
