/* SPDX-License-Identifier: MIT */
/* Clause 3.5, those who come and go: forked children, and pairs of threads of which one exits. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "delivery_stress.h"

#define CHILD_HITS 3
#define PAIR_HITS 4
/* Exit status of a child: missed hits, and doubled ones this many times. */
#define DOUBLED 16

static _Noreturn void child(int number)
{
	struct hit_score score = { 0 };

	if (!CHILDREN_INHERIT)
		_exit(0);
	score_hit(&score, number);
	score = (struct hit_score){ 0 };
	for (int i = 0; i < CHILD_HITS; i++)
		score_hit(&score, number);
	_exit((int)(score.missed + DOUBLED * score.doubled));
}

void fork_round(struct fork_score *score, int number)
{
	pid_t process = fork();
	int status;

	if (process < 0)
		broken("fork", errno);
	if (process == 0)
		child(number);
	/* A signal that comes to the wrong thread interrupts it; the scores tell of that. */
	while (waitpid(process, &status, 0) != process)
		if (errno != EINTR)
			broken("waitpid", errno);
	score->forks++;
	score->hits += CHILDREN_INHERIT ? CHILD_HITS : 0;
	if (!WIFEXITED(status)) {
		score->died++;
		return;
	}
	score->missed += WEXITSTATUS(status) % DOUBLED;
	score->doubled += WEXITSTATUS(status) / DOUBLED;
}

struct partner {
	int number;
	bool stays;
	struct hit_score score;
};
static volatile bool other_is_gone;

static void *partner(void *argument)
{
	struct partner *self = argument;

	stack_touch();
	score_hit(&self->score, self->number);
	self->score = (struct hit_score){ 0 };
	for (int i = 0; i < PAIR_HITS; i++) {
		score_hit(&self->score, self->number);
		sched_yield();
	}
	while (self->stays && !other_is_gone)
		sched_yield();
	for (int i = 0; self->stays && i < PAIR_HITS; i++)
		score_hit(&self->score, self->number);
	return NULL;
}

void pair_round(struct hit_score *score, int number)
{
	struct partner leaves = { .number = number }, stays = { .number = number + 1, .stays = true };
	pthread_t handles[2];

	other_is_gone = false;
	if (pthread_create(&handles[0], NULL, partner, &leaves) || pthread_create(&handles[1], NULL, partner, &stays))
		broken("pthread_create", 0);
	pthread_join(handles[0], NULL);
	other_is_gone = true;
	pthread_join(handles[1], NULL);
	score->hits += leaves.score.hits + stays.score.hits;
	score->missed += leaves.score.missed + stays.score.missed;
	score->doubled += leaves.score.doubled + stays.score.doubled;
}
