/* SPDX-License-Identifier: MIT */
/* The device whose other end the host reads. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

#define PORT "vport"

/* On a machine without virtio the channel is a serial port: bytes are to pass as they are. */
static void make_raw(int descriptor)
{
	struct termios settings;

	if (tcgetattr(descriptor, &settings))
		return;
	cfmakeraw(&settings);
	cfsetspeed(&settings, B115200);
	if (tcsetattr(descriptor, TCSANOW, &settings))
		fprintf(stderr, "init: the channel's serial port: %s\n", strerror(errno));
}

static int open_device(const char *path)
{
	return open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/*
 * A port of virtio is called by the number of its device. Where a network card is another device, the machine decides
 * which of them the kernel finds first; but there is one port in all.
 */
static int open_any_port(void)
{
	DIR *devices = opendir("/dev");
	struct dirent *entry;
	int descriptor = -1;

	while (devices && descriptor < 0 && (entry = readdir(devices))) {
		char path[sizeof("/dev/") + sizeof(entry->d_name)];

		if (strncmp(entry->d_name, PORT, strlen(PORT)))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		descriptor = open_device(path);
	}
	if (devices)
		closedir(devices);
	return descriptor;
}

void open_channel(const char *path)
{
	bool is_port = !strncmp(path, "/dev/" PORT, strlen("/dev/" PORT));

	/* The device may be probed a moment after init has started. */
	for (int tries = 0; tries < 2000; tries++) {
		channel = open_device(path);
		if (channel < 0 && is_port)
			channel = open_any_port();
		if (channel >= 0) {
			make_raw(channel);
			return;
		}
		usleep(1000);
	}
	fprintf(stderr, "init: no channel at %s\n", path);
}
