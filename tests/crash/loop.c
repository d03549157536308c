/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each operation, each way in which a disk fails, at each point: see fault.h and house.h.
 *
 *     LD_PRELOAD=tests/crash/fault.so tests/crash/loop [--full] [--seconds N] [--seed N] [--jobs N]
 *             [--operation NAME] [--mode NAME] [--at N --seed N --keep]
 *
 * Prints TAP. --at makes one attempt and shows what it said; --keep leaves its folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "tree.h"

#define JOBS_MAX 16
#define PAST                                                                                       \
	3 /* points beyond the last one: the operation comes to its end, and then the power goes */
#define FAILURES_SHOWN 5

static const struct mode modes[] = {
	{"kill", ZONG_FAULT_KILL, 0, false, 2},
	{"power cut", ZONG_FAULT_POWER, 0, false, 6},
	{"disk full once", ZONG_FAULT_ENOSPC, 1, false, 2},
	{"disk full for a while", ZONG_FAULT_ENOSPC, 12, false, 1},
	{"failure once", ZONG_FAULT_EIO, 1, false, 2},
	{"failures for a while", ZONG_FAULT_EIO, 12, false, 1},
	{"failure, then power cut", ZONG_FAULT_EIO, 1, true, 4},
};
#define MODES (sizeof(modes) / sizeof(*modes))

/* Of one operation and mode; shared by the workers. */
struct tally {
	atomic_ulong runs, failed, untouched;
	atomic_ulong touched[100000]; /* by point */
};

static struct {
	bool full, keep;
	double seconds;
	uint64_t seed;
	unsigned jobs;
	const char *operation, *mode;
	unsigned long at;
	char base[512];
	unsigned tests, failures;
	struct tally *tally;
} loop = {.seconds = 125, .jobs = 2};

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void result(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void result(bool good, const char *format, ...)
{
	va_list args;

	printf("%sok %u - ", good ? "" : "not ", ++loop.tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	loop.failures += !good;
}

/* What an attempt said, as a comment. */
static void show_log(const struct place *place)
{
	char line[1024];
	FILE *log = fopen(place->log, "r");

	while (log && fgets(line, sizeof(line), log))
		printf("#   %s", line);
	if (log)
		fclose(log);
	fflush(stdout);
}

static void show_failure(const struct place *place, const struct attempt *attempt)
{
	printf("# FAILED: --operation '%s' --mode '%s' --at %lu --seed %llu\n",
		attempt->operation->name, attempt->mode->name, attempt->at,
		(unsigned long long)attempt->seed);
	show_log(place);
}

/* ---- the plan ---- */

static unsigned long gcd(unsigned long a, unsigned long b)
{
	return b == 0 ? a : gcd(b, a % b);
}

/* The @k-th attempt of a run that may be cut short: strides over the points, so that all are met over a
 * few runs with other seeds, and every point before one is met again. */
static void pick(struct attempt *attempt, unsigned long k, unsigned long points)
{
	unsigned long stride = points * 5 / 8 + 1;

	while (gcd(stride, points) != 1)
		stride++;
	attempt->at = (loop.seed + k * stride) % points + 1;
	attempt->seed = loop.seed * 1000 + k;
}

static void work(unsigned number, struct attempt attempt, unsigned long points, double until)
{
	unsigned long count = points * attempt.mode->seeds;
	struct place place;
	unsigned long k;

	place_init(&place, loop.base, number);
	/* The first of each worker is made in any case. */
	for (k = number; k < count; k += loop.jobs) {
		struct outcome outcome;

		if (!loop.full && now() > until && k >= loop.jobs)
			break;
		pick(&attempt, k, points);
		attempt_run(&place, &attempt, &outcome);
		atomic_fetch_add(&loop.tally->runs, 1);
		if (attempt.at < 100000)
			atomic_fetch_add(&loop.tally->touched[attempt.at], 1);
		if (outcome.done && outcome.failures == 0 && outcome.points < attempt.at)
			atomic_fetch_add(&loop.tally->untouched, 1);
		if (outcome.holds)
			continue;
		if (atomic_fetch_add(&loop.tally->failed, 1) < FAILURES_SHOWN)
			show_failure(&place, &attempt);
	}
}

static void run_pair(const struct operation *operation, const struct mode *mode, double budget)
{
	struct attempt attempt = {.operation = operation, .mode = mode, .seed = loop.seed};
	double until = now() + budget;
	unsigned long points, met = 0, i;
	struct outcome outcome;
	struct place place;
	unsigned worker;

	memset(loop.tally, 0, sizeof(*loop.tally));
	place_init(&place, loop.base, 0);
	attempt_run(&place, &attempt, &outcome); /* no fault at all, and then no power */
	points = outcome.points;
	if (!outcome.holds || points == 0) {
		show_failure(&place, &attempt);
		result(false, "%s, %s: fails untouched", operation->name, mode->name);
		return;
	}
	fflush(stdout);
	for (worker = 0; worker < loop.jobs; worker++)
		if (fork() == 0) {
			work(worker, attempt, points + PAST, until);
			fflush(stdout);
			_exit(0);
		}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	for (i = 1; i <= points; i++)
		met += loop.tally->touched[i] > 0;
	result(loop.tally->failed == 0 && points >= operation->floor && loop.tally->runs > 0,
		"%s, %s: %lu fault points (at least %lu), %lu met in %lu attempts, %lu failed",
		operation->name, mode->name, points, operation->floor, met,
		(unsigned long)loop.tally->runs, (unsigned long)loop.tally->failed);
}

static bool wanted(const char *name, const char *filter)
{
	return !filter || strcmp(name, filter) == 0;
}

static void run_all(double end)
{
	size_t i, j, left = 0;

	for (i = 0; i < operation_count; i++)
		left += wanted(operations[i].name, loop.operation) ? MODES : 0;
	for (i = 0; i < operation_count; i++)
		for (j = 0; j < MODES; j++) {
			if (!wanted(operations[i].name, loop.operation))
				continue;
			if (wanted(modes[j].name, loop.mode))
				run_pair(&operations[i], &modes[j],
					(end - now()) / (double)(left ? left : 1));
			left--;
		}
}

static void run_one(void)
{
	struct outcome outcome;
	struct place place;
	size_t i, j;

	place_init(&place, loop.base, 0);
	for (i = 0; i < operation_count; i++)
		for (j = 0; j < MODES; j++) {
			struct attempt attempt = {
				&operations[i], NULL, &modes[j], loop.at, loop.seed};

			if (!wanted(operations[i].name, loop.operation) ||
				!wanted(modes[j].name, loop.mode))
				continue;
			attempt_run(&place, &attempt, &outcome);
			show_log(&place);
			result(outcome.holds, "%s, %s at %lu: %lu points, %s", operations[i].name,
				modes[j].name, loop.at, outcome.points,
				outcome.done ? "done" : "interrupted");
		}
}

/* ---- the shim on trial ---- */

static void try_shim(void)
{
	unsigned long lost, tries, at, seed;
	struct outcome outcome;
	struct place place;
	size_t i;

	place_init(&place, loop.base, 0);
	for (i = 0; i < naive_count; i++) {
		struct attempt attempt = {.naive = &naives[i], .mode = &modes[1]};
		unsigned long points = 1;

		lost = tries = 0;
		for (at = 1; at <= points + 1; at++)
			for (seed = 1; seed <= 40; seed++, tries++) {
				attempt.at = at;
				attempt.seed = seed;
				attempt_run(&place, &attempt, &outcome);
				lost += !outcome.holds;
				if (outcome.points > points)
					points = outcome.points;
				else if (!outcome.done && points < at)
					points = at;
			}
		result(naives[i].caught ? lost > 0 : lost == 0, "%s %s: %lu of %lu", naives[i].name,
			naives[i].caught ? "is caught" : "never loses anything", lost, tries);
	}
	result(attempt_map(&place), "a writable shared mapping ends the program");
}

/* ---- */

static int parse(int argc, char **argv)
{
	static const struct option options[] = {
		{"full", no_argument, NULL, 'f'},
		{"keep", no_argument, NULL, 'k'},
		{"seconds", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'S'},
		{"jobs", required_argument, NULL, 'j'},
		{"operation", required_argument, NULL, 'o'},
		{"mode", required_argument, NULL, 'm'},
		{"at", required_argument, NULL, 'a'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'f':
			loop.full = true;
			break;
		case 'k':
			loop.keep = true;
			break;
		case 's':
			loop.seconds = strtod(optarg, NULL);
			break;
		case 'S':
			loop.seed = strtoull(optarg, NULL, 10);
			break;
		case 'j':
			loop.jobs = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'o':
			loop.operation = optarg;
			break;
		case 'm':
			loop.mode = optarg;
			break;
		case 'a':
			loop.at = strtoul(optarg, NULL, 10);
			break;
		default:
			return -1;
		}
	if (loop.jobs < 1 || loop.jobs > JOBS_MAX)
		loop.jobs = 2;
	return 0;
}

static bool prepare(void)
{
	char path[600];
	struct place place;
	size_t i;

	snprintf(path, sizeof(path), "%s/prepared", loop.base);
	if (mkdir(path, 0700) != 0)
		return false;
	place_init(&place, loop.base, 0);
	for (i = 0; i < prepared_count; i++)
		if (!place_prepare(loop.base, &prepared_states[i])) {
			result(false, "%s is prepared", prepared_states[i].name);
			show_log(&place);
			return false;
		}
	return true;
}

int main(int argc, char **argv)
{
	const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	const char *base = getenv("FAULT_TMP");
	double began = now();

	/* Each attempt is some short processes: what they free they need again. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 512 << 20);
	mallopt(M_ARENA_MAX, 1);
	loop.seed = (uint64_t)time(NULL) % 1000000;
	if (parse(argc, argv) != 0 || sodium_init() < 0)
		return 2;
	snprintf(loop.base, sizeof(loop.base), "%s/zong-fault.XXXXXX", base ? base : memory);
	loop.tally = mmap(NULL, sizeof(*loop.tally), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (loop.tally == MAP_FAILED || !mkdtemp(loop.base))
		return 2;
	printf("TAP version 13\n# seed %llu, in %s\n", (unsigned long long)loop.seed, loop.base);
	fflush(stdout);
	if (prepare()) {
		if (loop.at) {
			run_one();
		} else {
			if (!loop.operation)
				try_shim();
			run_all(began + loop.seconds);
		}
	}
	printf("1..%u\n", loop.tests);
	if (!loop.keep)
		tree_remove(loop.base);
	return loop.failures ? 1 : 0;
}
