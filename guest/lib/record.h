/* SPDX-License-Identifier: MIT */
/*
 * Observations: one JSON object a line, written in one write(2) so that threads and
 * processes that share the descriptor cannot mix their lines (a line stays below PIPE_BUF).
 * Addresses and other 64-bit values are hexadecimal strings, since JSON's numbers
 * are doubles for the reader; counts, errnos and codes are numbers.
 */
#ifndef TRAPLINE_RECORD_H
#define TRAPLINE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The descriptor on which a probe finds its way to the harness: init puts a pipe there. */
#define RECORD_FD 3

struct record {
	char text[4000];
	size_t used;
	bool full; /* something did not fit: said in the record itself */
};

/* Begins a record; `what` says what was observed, in one word ("hit", "refused", "counts", …). */
void record_begin(struct record *record, const char *what);
void record_number(struct record *record, const char *key, int64_t value);
void record_hex(struct record *record, const char *key, uint64_t value);
void record_boolean(struct record *record, const char *key, bool value);
void record_text(struct record *record, const char *key, const char *value);
void record_bytes(struct record *record, const char *key, const void *bytes, size_t length);
void record_numbers(struct record *record, const char *key, const int64_t *values, size_t count);
void record_hexes(struct record *record, const char *key, const uint64_t *values, size_t count);
/* The same for the machine's words. */
void record_words(struct record *record, const char *key, const unsigned long *values, size_t count);
/* Writes the line. */
void record_end(struct record *record);

/* The same for another descriptor; init speaks to the channel with it. */
void record_begin_bare(struct record *record);
void record_end_on(struct record *record, int descriptor);

/* Says what this probe does not exercise of its clause in this setting, and why: nobody is to take it for shown. */
void record_left_out(const char *part, const char *why);

/*
 * Ends the probe: a call that the clause needs was refused, so the clause cannot be
 * exercised. The judge makes `absent` or `unsupported` of it, by call and errno.
 */
_Noreturn void refused(const char *call, int error);
/* Ends the probe: the probe itself could not do its work (no memory, no pipe, …). */
_Noreturn void broken(const char *what, int error);

#endif
