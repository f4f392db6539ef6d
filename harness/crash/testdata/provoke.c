/* SPDX-License-Identifier: MIT */
/*
 * provoke FILE TEXT [FILE TEXT …]: writes each text to its file, then waits a second, so that the console has it all.
 * The word "many" before them: afterwards a second process writes the last pair too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int put(const char *file, const char *text)
{
	int descriptor = open(file, O_WRONLY);

	if (descriptor < 0 || write(descriptor, text, strlen(text)) < 0) {
		fprintf(stderr, "provoke: %s: %s\n", file, strerror(errno));
		return 1;
	}
	return close(descriptor);
}

int main(int count, char **words)
{
	int failed = 0, first = 1, many = count > 1 && !strcmp(words[1], "many");

	if (getpid() == 1) {
		/* Booted as /init, its words behind "--" of the kernel's command line. */
		mkdir("/proc", 0755);
		mkdir("/sys", 0755);
		mount("proc", "/proc", "proc", 0, NULL);
		mount("sys", "/sys", "sysfs", 0, NULL);
	}
	mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	for (int word = first + many; word + 1 < count; word += 2) {
		if (many && word + 3 >= count && fork() == 0) {
			sleep(1);
			return put(words[word], words[word + 1]);
		}
		failed |= put(words[word], words[word + 1]);
	}
	while (wait(NULL) > 0)
		;
	sleep(1);
	return failed;
}
