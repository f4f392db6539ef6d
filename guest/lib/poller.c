/* SPDX-License-Identifier: MIT */
/*
 * The mechanism `poll`: a thread waits on the ring buffers and calls the handler for each
 * sample. The thread that hit runs on meanwhile; there are no registers to look at or change.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

#define RINGS 64
#define DATA_PAGES 64

struct ring {
	int descriptor; /* 0: free */
	struct perf_event_mmap_page *page;
};

static struct ring rings[RINGS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int wakeup = -1;
static volatile uint64_t handled;

/* The layout that sample_type = IP | TID (| ADDR) gives: perf_event_open(2), PERF_RECORD_SAMPLE. */
struct sample {
	struct perf_event_header header;
	uint64_t ip;
	uint32_t process, thread;
	uint64_t address;
};

static void copy_out(const struct ring *ring, uint64_t tail, void *to, size_t length)
{
	size_t size = (size_t)DATA_PAGES * (size_t)getpagesize();
	const unsigned char *data = (const unsigned char *)ring->page + getpagesize();

	for (size_t i = 0; i < length; i++)
		((unsigned char *)to)[i] = data[(tail + i) % size];
}

static void drain(struct ring *ring)
{
	/* Not __atomic_load_n: eight bytes are two loads on a 32-bit machine, and a ring never gets that far. */
	uint64_t head = *(volatile __u64 *)&ring->page->data_head;
	uint64_t tail = ring->page->data_tail;

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	while (tail < head) {
		struct sample sample = { 0 };
		struct stop stop = { 0 };
		size_t length;

		copy_out(ring, tail, &sample.header, sizeof(sample.header));
		length = sample.header.size < sizeof(sample) ? sample.header.size : sizeof(sample);
		copy_out(ring, tail, &sample, length);
		tail += sample.header.size;
		if (sample.header.type != PERF_RECORD_SAMPLE)
			continue;
		stop.registers.pc = sample.ip;
		stop.thread = (pid_t)sample.thread;
		if (stop_handler_of_probe)
			stop_handler_of_probe(&stop);
		handled++;
	}
	__atomic_thread_fence(__ATOMIC_RELEASE);
	*(volatile __u64 *)&ring->page->data_tail = tail;
}

static void *poll_rings(void *unused)
{
	struct pollfd wait[RINGS + 1];

	(void)unused;
	for (;;) {
		int count = 0;
		uint64_t ignored;

		wait[count++] = (struct pollfd){ .fd = wakeup, .events = POLLIN };
		pthread_mutex_lock(&lock);
		for (int i = 0; i < RINGS; i++)
			if (rings[i].descriptor)
				wait[count++] = (struct pollfd){ .fd = rings[i].descriptor, .events = POLLIN };
		pthread_mutex_unlock(&lock);
		poll(wait, (nfds_t)count, -1);
		if (wait[0].revents && read(wakeup, &ignored, sizeof(ignored)) < 0)
			continue;
		pthread_mutex_lock(&lock);
		for (int i = 0; i < RINGS; i++)
			if (rings[i].descriptor)
				drain(&rings[i]);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void wake(void)
{
	const uint64_t one = 1;

	if (write(wakeup, &one, sizeof(one)) < 0)
		broken("eventfd write", errno);
}

int poller_add(int descriptor)
{
	void *page = mmap(NULL, (size_t)(DATA_PAGES + 1) * (size_t)getpagesize(),
			  PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	pthread_t thread;
	int error = -ENOSPC;

	if (page == MAP_FAILED)
		return -errno;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < RINGS && error; i++) {
		if (rings[i].descriptor)
			continue;
		rings[i] = (struct ring){ descriptor, page };
		error = 0;
	}
	if (!error && wakeup < 0) {
		wakeup = eventfd(0, EFD_CLOEXEC);
		error = pthread_create(&thread, NULL, poll_rings, NULL);
	}
	pthread_mutex_unlock(&lock);
	wake();
	return -error;
}

void poller_remove(int descriptor)
{
	pthread_mutex_lock(&lock);
	for (int i = 0; i < RINGS; i++) {
		if (rings[i].descriptor != descriptor)
			continue;
		drain(&rings[i]);
		munmap(rings[i].page, (size_t)(DATA_PAGES + 1) * (size_t)getpagesize());
		rings[i].descriptor = 0;
	}
	pthread_mutex_unlock(&lock);
	wake();
}

/* A hit's sample is in the ring before the program goes on; only its handling may take the poller a while. */
static bool rings_empty(void)
{
	bool empty = true;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < RINGS; i++)
		if (rings[i].descriptor)
			empty &= *(volatile __u64 *)&rings[i].page->data_head ==
				 rings[i].page->data_tail;
	pthread_mutex_unlock(&lock);
	return empty;
}

void trap_settle(unsigned milliseconds)
{
	const struct timespec pause = { 0, 2000000 };
	uint64_t before;

	if (mechanism != BY_POLL)
		return;
	/* Settled: nothing new was handled for 20 ms. */
	for (unsigned quiet = 0, waited = 0; quiet < 20 && waited < milliseconds; waited += 2) {
		before = handled;
		nanosleep(&pause, NULL);
		quiet = handled == before && rings_empty() ? quiet + 2 : 0;
	}
}
