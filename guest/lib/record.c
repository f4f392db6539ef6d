/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Room kept free for the mark of a full record and the closing brace. */
#define RESERVE 32

static void append(struct record *record, const char *format, ...)
{
	size_t room = sizeof(record->text) - RESERVE - record->used;
	va_list arguments;
	int length;

	if (record->full)
		return;
	va_start(arguments, format);
	length = vsnprintf(record->text + record->used, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= room) {
		record->text[record->used] = '\0';
		record->full = true;
		return;
	}
	record->used += (size_t)length;
}

/*
 * A key and its value go in together or not at all: a record that is full is still valid JSON.
 */
static size_t key_begin(struct record *record, const char *key)
{
	size_t before = record->used;

	append(record, "%s\"%s\":", record->used > 1 ? "," : "", key);
	return before;
}

static void key_end(struct record *record, size_t before)
{
	if (record->full) {
		record->used = before;
		record->text[before] = '\0';
	}
}

void record_begin_bare(struct record *record)
{
	record->used = 0;
	record->full = false;
	append(record, "{");
}

void record_begin(struct record *record, const char *what)
{
	record_begin_bare(record);
	record_text(record, "what", what);
}

void record_number(struct record *record, const char *key, int64_t value)
{
	size_t before = key_begin(record, key);

	append(record, "%lld", (long long)value);
	key_end(record, before);
}

void record_hex(struct record *record, const char *key, uint64_t value)
{
	size_t before = key_begin(record, key);

	append(record, "\"0x%llx\"", (unsigned long long)value);
	key_end(record, before);
}

void record_boolean(struct record *record, const char *key, bool value)
{
	size_t before = key_begin(record, key);

	append(record, value ? "true" : "false");
	key_end(record, before);
}

void record_text(struct record *record, const char *key, const char *value)
{
	size_t before = key_begin(record, key);

	append(record, "\"");
	for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
		if (*c == '"' || *c == '\\')
			append(record, "\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			append(record, "\\u%04x", *c);
		else
			append(record, "%c", *c);
	}
	append(record, "\"");
	key_end(record, before);
}

void record_bytes(struct record *record, const char *key, const void *bytes, size_t length)
{
	size_t before = key_begin(record, key);
	const unsigned char *byte = bytes;

	append(record, "\"");
	for (size_t i = 0; i < length; i++)
		append(record, "%02x", byte[i]);
	append(record, "\"");
	key_end(record, before);
}

void record_numbers(struct record *record, const char *key, const int64_t *values, size_t count)
{
	size_t before = key_begin(record, key);

	append(record, "[");
	for (size_t i = 0; i < count; i++)
		append(record, "%s%lld", i ? "," : "", (long long)values[i]);
	append(record, "]");
	key_end(record, before);
}

/* `values` are 64-bit values, or words of the machine. */
static void record_list(struct record *record, const char *key, const void *values, size_t count, bool words)
{
	size_t before = key_begin(record, key);

	append(record, "[");
	for (size_t i = 0; i < count; i++) {
		uint64_t value = words ? ((const unsigned long *)values)[i] : ((const uint64_t *)values)[i];

		append(record, "%s\"0x%llx\"", i ? "," : "", (unsigned long long)value);
	}
	append(record, "]");
	key_end(record, before);
}

void record_hexes(struct record *record, const char *key, const uint64_t *values, size_t count)
{
	record_list(record, key, values, count, false);
}

void record_words(struct record *record, const char *key, const unsigned long *values, size_t count)
{
	record_list(record, key, values, count, true);
}

void record_end_on(struct record *record, int descriptor)
{
	const char *tail = record->full ? ",\"truncated\":true}\n" : "}\n";
	size_t length = strlen(tail), done = 0;

	/* RESERVE keeps this room free whatever was appended. */
	memcpy(record->text + record->used, tail, length);
	length += record->used;
	while (done < length) {
		ssize_t written = write(descriptor, record->text + done, length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		done += (size_t)written;
	}
}

void record_end(struct record *record)
{
	record_end_on(record, RECORD_FD);
}

void record_left_out(const char *part, const char *why)
{
	struct record record;

	record_begin(&record, "left-out");
	record_text(&record, "part", part);
	record_text(&record, "why", why);
	record_end(&record);
}

void refused(const char *call, int error)
{
	struct record record;

	record_begin(&record, "refused");
	record_text(&record, "call", call);
	record_number(&record, "errno", error);
	record_text(&record, "error", strerror(error));
	record_end(&record);
	_exit(0);
}

void broken(const char *what, int error)
{
	struct record record;

	record_begin(&record, "broken");
	record_text(&record, "call", what);
	record_number(&record, "errno", error);
	record_text(&record, "error", strerror(error));
	record_end(&record);
	_exit(0);
}
