/* SPDX-License-Identifier: MIT */
/* What a step's program writes, relayed on the channel: a probe's records as they are, another's output in hex. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "stream.h"

/* A killed writer holds its pipe until it has exited: wait so long for that. */
#define DRAIN_MS 500

/* Wraps a probe's line: {"record":"observation","step":N,"seen":LINE}. The line is JSON by record.c. */
static void relay_observation(const struct step *step, struct stream *stream)
{
	static char text[sizeof(stream->line) + 64];
	int length = snprintf(text, sizeof(text), "{\"record\":\"observation\",\"step\":%d,\"seen\":%.*s}\n",
			      step->number, (int)stream->used, stream->line);

	for (int done = 0; done < length;) {
		ssize_t written = write(channel, text + done, (size_t)(length - done));

		if (written <= 0)
			return;
		done += (int)written;
	}
}

static void relay_output(const struct step *step, const struct stream *stream, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t part = length > 1800 ? 1800 : length;
		struct record record;

		record_begin_bare(&record);
		record_text(&record, "record", "output");
		record_number(&record, "step", step->number);
		record_number(&record, "stream", stream->number);
		record_bytes(&record, "hex", bytes, part);
		record_end_on(&record, channel);
		bytes += part;
		length -= part;
	}
}

static void take(const struct step *step, struct stream *stream, const char *bytes, size_t length)
{
	if (stream->number != RECORD_FD) {
		relay_output(step, stream, bytes, length);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			if (stream->used && !stream->skipping)
				relay_observation(step, stream);
			stream->used = 0;
			stream->skipping = false;
		} else if (stream->used < sizeof(stream->line)) {
			stream->line[stream->used++] = bytes[i];
		} else {
			stream->skipping = true;
		}
	}
}

bool pump(const struct step *step, struct stream *stream)
{
	char bytes[4096];
	ssize_t got = read(stream->descriptor, bytes, sizeof(bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0) {
		close(stream->descriptor);
		stream->descriptor = -1;
		return false;
	}
	take(step, stream, bytes, (size_t)got);
	return true;
}

void drain(const struct step *step, struct stream *stream)
{
	while (stream->descriptor >= 0) {
		struct pollfd wait = { .fd = stream->descriptor, .events = POLLIN };

		if (poll(&wait, 1, DRAIN_MS) <= 0) {
			close(stream->descriptor);
			stream->descriptor = -1;
			return;
		}
		pump(step, stream);
	}
}
