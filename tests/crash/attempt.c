/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "tree.h"

#define SECONDS_MAX 60 /* of one process: what takes longer hangs */

/* ---- folders ---- */

void place_init(struct place *place, const char *base, unsigned number)
{
	snprintf(place->base, sizeof(place->base), "%s", base);
	snprintf(place->work, sizeof(place->work), "%s/w%u", base, number);
	snprintf(place->ledger, sizeof(place->ledger), "%s/ledger%u", base, number);
	snprintf(place->log, sizeof(place->log), "%s/log%u", base, number);
}

/* The folder and the ledger as they are before the operation. */
static void lay_out(const struct place *place, const char *state)
{
	char path[700];

	tree_remove(place->work);
	snprintf(path, sizeof(path), "%s.graves", place->work);
	tree_remove(path);
	if (!state) {
		if (mkdir(place->work, 0700) != 0)
			tree_die("cannot make", place->work);
		close(open(place->ledger, O_RDWR | O_CREAT | O_TRUNC, 0600));
		return;
	}
	snprintf(path, sizeof(path), "%s/prepared/%s", place->base, state);
	tree_copy(path, place->work);
	snprintf(path, sizeof(path), "%s/prepared/%s.ledger", place->base, state);
	tree_copy_file(path, place->ledger);
}

/* ---- processes ---- */

/* In a child: what it says goes to the log. Returns its ledger. */
static int begin_child(const struct place *place, bool first)
{
	int log = open(place->log, O_WRONLY | O_CREAT | O_APPEND | (first ? O_TRUNC : 0), 0600);
	int ledger = open(place->ledger, O_RDWR | O_APPEND);

	if (log < 0 || ledger < 0)
		tree_die("cannot open", place->log);
	dup2(log, STDERR_FILENO);
	alarm(SECONDS_MAX);
	return ledger;
}

bool place_prepare(const char *base, const struct prepared *state)
{
	struct house house;
	struct place place;
	char path[1200];
	pid_t child;
	int status;

	place_init(&place, base, 0);
	lay_out(&place, state->begins_with);
	child = fork();
	if (child == 0) {
		house_begin(&house, place.work, begin_child(&place, true));
		house.calm = true;
		_exit(state->make(&house) == 0 && house_wrongs() == 0 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	snprintf(path, sizeof(path), "%s/prepared/%s", base, state->name);
	if (rename(place.work, path) != 0)
		tree_die("cannot rename", place.work);
	snprintf(path, sizeof(path), "%s/prepared/%s.ledger", base, state->name);
	tree_copy_file(place.ledger, path);
	return status == 0;
}

/* Finds a function of the shim, which is there by LD_PRELOAD. */
static void *shim(const char *name)
{
	void *found = dlsym(RTLD_DEFAULT, name);

	if (!found) {
		fprintf(stderr, "not run under LD_PRELOAD=fault.so\n");
		_exit(3);
	}
	return found;
}

static void arm(const struct place *place, const struct attempt *attempt)
{
	struct zong_fault_plan plan = {
		.dir = place->work,
		.mode = attempt->mode->fault,
		.at = attempt->at,
		.lasting = attempt->mode->lasting,
		.seed = attempt->seed,
	};
	zong_fault_arm_function *function;
	void *found = shim("zong_fault_arm");

	if (attempt->mode->then_power)
		plan.power_after = 1 + attempt->seed % 23;
	memcpy(&function, &found, sizeof(found));
	if (function(&plan) != 0)
		_exit(3);
}

static unsigned long ask(const char *name)
{
	zong_fault_points_function *function;
	void *found = shim(name);

	memcpy(&function, &found, sizeof(found));
	return function();
}

static void end_power(void)
{
	zong_fault_power_function *function;
	void *found = shim("zong_fault_power");

	memcpy(&function, &found, sizeof(found));
	function();
}

static void work_child(
	const struct place *place, const struct attempt *attempt, struct outcome *shared)
{
	int ledger = begin_child(place, true);
	struct house house;
	int r;

	arm(place, attempt);
	house_begin(&house, place->work, ledger);
	r = attempt->naive ? attempt->naive->run(place->work, ledger)
			   : attempt->operation->run(&house);
	shared->points = ask("zong_fault_points");
	shared->failures = ask("zong_fault_failures");
	if (r != 0 && !attempt->naive)
		fprintf(stderr, "    the operation ended with %s\n", zong_error_slug(r));
	if (r != 0 || house_wrongs())
		_exit(1);
	shared->done = true;
	/* What was promised holds without a further sync. */
	if (attempt->mode->fault == ZONG_FAULT_POWER || attempt->mode->then_power)
		end_power();
	_exit(0);
}

static void check_child(const struct place *place, const struct attempt *attempt)
{
	int ledger = begin_child(place, false);
	struct house house;
	int r;

	if (attempt->naive)
		_exit(naive_holds(place->work, ledger) ? 0 : 1);
	house_begin(&house, place->work, ledger);
	house.calm = true;
	r = attempt->operation->after ? attempt->operation->after(&house) : house_check(&house);
	if (r == 0 && house_wrongs() == 0) {
		r = attempt->operation->run(&house);
		if (r)
			wrong("not to be done again: %s", zong_error_slug(r));
		else
			r = house_check_read(&house);
	}
	_exit(r == 0 && house_wrongs() == 0 ? 0 : 1);
}

static int reap(pid_t child, const struct place *place, const char *what)
{
	FILE *log;
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child)
		tree_die("cannot start", what);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) {
		log = fopen(place->log, "a");
		if (log) {
			fprintf(log, "    %s: %s\n", what,
				WTERMSIG(status) == SIGALRM ? "hangs"
							    : strsignal(WTERMSIG(status)));
			fclose(log);
		}
	}
	return status;
}

void attempt_run(struct place *place, const struct attempt *attempt, struct outcome *ret_outcome)
{
	struct outcome *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;
	int status;

	if (shared == MAP_FAILED)
		tree_die("no memory", "");
	lay_out(place, attempt->operation ? attempt->operation->begins_with : NULL);
	if (attempt->naive && naive_prepare(place->work) != 0)
		tree_die("cannot prepare", place->work);
	child = fork();
	if (child == 0)
		work_child(place, attempt, shared);
	status = reap(child, place, "the operation");
	*ret_outcome = *shared;
	munmap(shared, sizeof(*shared));
	ret_outcome->holds = status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
			     (WIFEXITED(status) && WEXITSTATUS(status) == ZONG_FAULT_POWER_STATUS);
	if (!ret_outcome->holds)
		return;
	child = fork();
	if (child == 0)
		check_child(place, attempt);
	ret_outcome->holds = reap(child, place, "the check") == 0;
}

bool attempt_map(struct place *place)
{
	static const struct mode mode = {.name = "none", .fault = ZONG_FAULT_NONE};
	struct attempt attempt = {.mode = &mode};
	pid_t child;
	int status;

	lay_out(place, NULL);
	if (naive_prepare(place->work) != 0)
		tree_die("cannot prepare", place->work);
	child = fork();
	if (child == 0) {
		begin_child(place, true);
		arm(place, &attempt);
		naive_map(place->work);
		_exit(0);
	}
	status = reap(child, place, "the mapping");
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
