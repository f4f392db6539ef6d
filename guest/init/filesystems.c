/* SPDX-License-Identifier: MIT */
/* What the programs of a guest find below /dev, /proc, /sys and /tmp. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static void mount_or_say(const char *source, const char *target, const char *type)
{
	mkdir(target, 0755);
	if (mount(source, target, type, 0, NULL) && errno != EBUSY)
		fprintf(stderr, "init: mount of %s: %s\n", target, strerror(errno));
}

/* The names by which programs and shells open their own descriptors: devtmpfs has the devices alone. */
static void link_descriptors(void)
{
	static const char *const links[][2] = {
		{ "/dev/fd", "/proc/self/fd" },
		{ "/dev/stdin", "/proc/self/fd/0" },
		{ "/dev/stdout", "/proc/self/fd/1" },
		{ "/dev/stderr", "/proc/self/fd/2" },
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][1], links[i][0]) && errno != EEXIST)
			fprintf(stderr, "init: %s: %s\n", links[i][0], strerror(errno));
}

static void set(const char *path, const char *value)
{
	int descriptor = open(path, O_WRONLY | O_CLOEXEC);

	if (descriptor < 0)
		return;
	if (write(descriptor, value, strlen(value)) < 0)
		fprintf(stderr, "init: %s: %s\n", path, strerror(errno));
	close(descriptor);
}

void prepare_filesystems(void)
{
	mount_or_say("dev", "/dev", "devtmpfs");
	mount_or_say("proc", "/proc", "proc");
	mount_or_say("sys", "/sys", "sysfs");
	mount_or_say("tmp", "/tmp", "tmpfs");
	chmod("/tmp", 01777);
	link_descriptors();
	/* Level 2 lets an ordinary user measure his own programs; Debian's default is 3. */
	set("/proc/sys/kernel/perf_event_paranoid", "2");
	/* Hits must never be dropped for costing too much time: emulation is slow. */
	set("/proc/sys/kernel/perf_cpu_time_max_percent", "0");
	set("/proc/sys/kernel/perf_event_mlock_kb", "65536");
}
