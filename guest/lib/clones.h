/* SPDX-License-Identifier: MIT */
/* The ways to make a task that the C library has no call for, or hides behind one. */
#ifndef TRAPLINE_CLONES_H
#define TRAPLINE_CLONES_H

#include <stdint.h>
#include <sys/types.h>

/* clone3(2) with these flags and no stack: returns as fork(2) does, or a negative errno. */
pid_t clone3_as_fork(uint64_t flags);

/* clone(2) with these flags and SIGCHLD, on a stack of its own; `body` must not return. A pid or a negative errno. */
pid_t clone_on_stack(int flags, void (*body)(void));

/* Ends the calling task by the program's own file, run as `probe CLAUSE` with the present trigger and mechanism. */
_Noreturn void exec_as(const char *clause);
/* The same by posix_spawn(3), with SIGTRAP blocked in the new image. A pid or a negative errno. */
pid_t spawn_as(const char *clause);

#endif
