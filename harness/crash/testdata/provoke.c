/* SPDX-License-Identifier: MIT */
/*
 * provoke FILE TEXT [FILE TEXT …]: writes each text to its file, then waits a second, so that the console has it all.
 * A FILE that ends in ".ko" is loaded as a module instead, with TEXT as its parameters.
 * The word "many" before them: afterwards a second process writes the last pair too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long give(int descriptor, const char *text, int module)
{
	return module ? syscall(SYS_finit_module, descriptor, text, 0) : write(descriptor, text, strlen(text));
}

static int put(const char *file, const char *text)
{
	int module = strstr(file, ".ko") != NULL;
	int descriptor = open(file, module ? O_RDONLY : O_WRONLY);

	if (descriptor < 0 || give(descriptor, text, module) < 0) {
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
		/* Without any it ends, and the kernel with it; else another process does it, and may die of it. */
		if (count > 1 && fork() > 0) {
			wait(NULL);
			sleep(1);
			reboot(RB_AUTOBOOT);
		}
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
