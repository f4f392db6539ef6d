/* SPDX-License-Identifier: MIT */
#ifndef TRAPLINE_STREAM_H
#define TRAPLINE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "init.h"

/* A pipe's reading end and what to do with what comes out of it. */
struct stream {
	int descriptor;
	int number; /* 1 stdout, 2 stderr, 3 observations */
	char line[4096];
	size_t used;
	bool skipping; /* inside a line that was too long */
};

/* Reads what is there and relays it on the channel; false at the end of the stream. */
bool pump(const struct step *step, struct stream *stream);

/*
 * What is still in the pipe when nobody is left to write: on a loaded machine the grace is over
 * before all of it was read, and a lost record would be taken for something that never happened.
 */
void drain(const struct step *step, struct stream *stream);

#endif
