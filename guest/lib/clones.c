/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "clones.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "record.h"
#include "trap.h"

#define STACK_SIZE (256 * 1024)
/* Numbers differ by an offset alone; where the headers have none, the one reserved for it is behind pidfd_open(2)'s. */
#ifdef SYS_clone3
#define CLONE3_CALL SYS_clone3
#else
#define CLONE3_CALL (SYS_pidfd_open + 1)
#endif

/* include/uapi/linux/sched.h, first version (64 bytes). */
struct clone3_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

pid_t clone3_as_fork(uint64_t flags)
{
	struct clone3_arguments arguments = { .flags = flags, .exit_signal = SIGCHLD };
	long pid = syscall(CLONE3_CALL, &arguments, sizeof(arguments));

	return pid < 0 ? -errno : (pid_t)pid;
}

static int run_body(void *argument)
{
	void (*body)(void);

	memcpy(&body, argument, sizeof(body));
	body();
	return 0;
}

pid_t clone_on_stack(int flags, void (*body)(void))
{
	/* Static: with CLONE_VM alone the child reads it while this function may have returned. */
	static void (*argument)(void);
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	int pid;

	if (stack == MAP_FAILED)
		broken("mmap of a stack", errno);
	argument = body;
	pid = clone(run_body, stack_begin(stack, STACK_SIZE), flags | SIGCHLD, &argument);
	return pid < 0 ? -errno : pid;
}

static char **arguments_for(const char *clause)
{
	/* In the order of enum trigger and enum mechanism. */
	static const char *const triggers[] = { "hw-breakpoint", "page-fault", "uprobe", "trap-instruction" };
	static const char *const mechanisms[] = { "sigtrap", "fasync", "poll", "ptrace", "none" };
	static const char *arguments[5];

	arguments[0] = "probe";
	arguments[1] = clause;
	arguments[2] = triggers[trigger];
	arguments[3] = mechanisms[mechanism];
	return (char **)arguments;
}

void exec_as(const char *clause)
{
	char *none[] = { NULL };

	execve("/proc/self/exe", arguments_for(clause), none);
	_exit(127);
}

pid_t spawn_as(const char *clause)
{
	posix_spawnattr_t attributes;
	sigset_t blocked;
	char *none[] = { NULL };
	pid_t pid;
	int error;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTRAP);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &blocked);
	error = posix_spawn(&pid, "/proc/self/exe", NULL, &attributes, arguments_for(clause), none);
	posix_spawnattr_destroy(&attributes);
	return error ? -error : pid;
}
