/* SPDX-License-Identifier: MIT */
/* `probe CLAUSE TRIGGER MECHANISM`: runs the probe of one clause; observations go to descriptor 3. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

extern const struct probe __start_probes[], __stop_probes[];

enum trigger trigger;
enum mechanism mechanism;

static int index_of(const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

int main(int argc, char **argv)
{
	static const char *const triggers[] = { "hw-breakpoint", "page-fault", "uprobe",
						"trap-instruction" };
	static const char *const mechanisms[] = { "sigtrap", "fasync", "poll", "ptrace", "none" };
	int chosen_trigger, chosen_mechanism;

	if (argc != 4) {
		fprintf(stderr, "usage: probe CLAUSE TRIGGER MECHANISM 3>observations\n");
		for (const struct probe *p = __start_probes; p < __stop_probes; p++)
			fprintf(stderr, "  %s\n", p->clause);
		return 2;
	}
	chosen_trigger = index_of(argv[2], triggers, 4);
	chosen_mechanism = index_of(argv[3], mechanisms, 5);
	if (chosen_trigger < 0 || chosen_mechanism < 0) {
		fprintf(stderr, "probe: no trigger \"%s\" or no mechanism \"%s\"\n", argv[2], argv[3]);
		return 2;
	}
	trigger = (enum trigger)chosen_trigger;
	mechanism = (enum mechanism)chosen_mechanism;
	for (const struct probe *p = __start_probes; p < __stop_probes; p++) {
		if (strcmp(p->clause, argv[1]))
			continue;
		p->run();
		return 0;
	}
	fprintf(stderr, "probe: no probe for clause \"%s\"\n", argv[1]);
	return 3;
}
