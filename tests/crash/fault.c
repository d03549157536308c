/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "fault_disk.h"
#include "fault_point.h"
#include "fault_real.h"

static struct {
	atomic_int armed;
	pid_t pid;
	char dir[PATH_MAX];
	size_t dir_len;
	struct zong_fault_plan plan;
	pthread_mutex_t mutex; /* guards what follows, and is held over the call itself */
	unsigned long points, failures;
} fault = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- which calls ---- */

static bool is_armed(void)
{
	return atomic_load(&fault.armed) && getpid() == fault.pid;
}

static bool is_below(const char *path)
{
	return strncmp(path, fault.dir, fault.dir_len) == 0 &&
	       (path[fault.dir_len] == '/' || path[fault.dir_len] == '\0');
}

bool fault_fd(int fd, char ret_path[PATH_MAX])
{
	char link[64];
	ssize_t len;
	int before = errno;

	if (fd < 0 || !is_armed())
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, ret_path, PATH_MAX - 1);
	errno = before;
	if (len <= 0)
		return false;
	ret_path[len] = '\0';
	return is_below(ret_path);
}

/* Absolute, links in the folders followed; the last name as it is. */
static bool resolve(int dir, const char *path, char ret_path[PATH_MAX])
{
	char whole[PATH_MAX], folder[PATH_MAX];
	char link[64];
	char *name;
	ssize_t len;

	if (path[0] == '/') {
		snprintf(whole, sizeof(whole), "%s", path);
	} else {
		snprintf(link, sizeof(link), "/proc/self/%s", "cwd");
		if (dir != AT_FDCWD)
			snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
		len = readlink(link, folder, sizeof(folder) - 1);
		if (len < 0)
			return false;
		folder[len] = '\0';
		if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", folder, path) >= sizeof(whole))
			return false;
	}
	for (len = (ssize_t)strlen(whole); len > 1 && whole[len - 1] == '/';)
		whole[--len] = '\0';
	name = strrchr(whole, '/');
	if (!name || name == whole)
		return false;
	*name++ = '\0';
	if (!realpath(whole, folder))
		return false;
	return (size_t)snprintf(ret_path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

bool fault_path(int dir, const char *path, char ret_path[PATH_MAX])
{
	int before = errno;
	bool below;

	if (!path || !is_armed())
		return false;
	below = resolve(dir, path, ret_path) && is_below(ret_path);
	errno = before;
	return below;
}

/* ---- what becomes of them ---- */

void fault_enter(void)
{
	pthread_mutex_lock(&fault.mutex);
}

void fault_leave(void)
{
	pthread_mutex_unlock(&fault.mutex);
}

static void power(void)
{
	disk_power();
	_exit(ZONG_FAULT_POWER_STATUS);
}

void fault_die_now(enum fault_verdict verdict)
{
	if (verdict == FAULT_POWER)
		power();
	kill(fault.pid, SIGKILL);
	for (;;)
		pause();
}

bool fault_fails_with_io(void)
{
	return fault.plan.mode == ZONG_FAULT_EIO;
}

static enum fault_verdict judge(enum fault_kind kind)
{
	unsigned long last = fault.plan.at + (fault.plan.lasting ? fault.plan.lasting : 1) - 1;

	switch (fault.plan.mode) {
	case ZONG_FAULT_KILL:
		return fault.points == fault.plan.at ? FAULT_KILL : FAULT_PASS;
	case ZONG_FAULT_POWER:
		return fault.points == fault.plan.at ? FAULT_POWER : FAULT_PASS;
	case ZONG_FAULT_ENOSPC:
	case ZONG_FAULT_EIO:
		if (fault.plan.at == 0 || fault.points < fault.plan.at)
			return FAULT_PASS;
		if (fault.plan.power_after && fault.points == last + fault.plan.power_after)
			return FAULT_POWER;
		if (fault.points > last)
			return FAULT_PASS;
		fault.failures++;
		if (kind == FAULT_WRITE && fault.points == fault.plan.at && disk_random(2))
			return FAULT_SHORT;
		return FAULT_FAIL;
	case ZONG_FAULT_NONE:
		break;
	}
	return FAULT_PASS;
}

enum fault_verdict fault_point(enum fault_kind kind)
{
	enum fault_verdict verdict;

	if (fault.plan.mode == ZONG_FAULT_ENOSPC && kind == FAULT_REMOVE)
		return FAULT_PASS;
	fault.points++;
	verdict = judge(kind);
	/* A write is for whoever writes: it may be in the middle. */
	if (kind != FAULT_WRITE && (verdict == FAULT_KILL || verdict == FAULT_POWER))
		fault_die_now(verdict);
	if (verdict == FAULT_FAIL)
		errno = fault.plan.mode == ZONG_FAULT_EIO ? EIO : ENOSPC;
	return verdict;
}

/* ---- arming ---- */

int zong_fault_arm(const struct zong_fault_plan *plan)
{
	if (atomic_load(&fault.armed)) {
		errno = EBUSY;
		return -1;
	}
	if (!realpath(plan->dir, fault.dir))
		return -1;
	fault.dir_len = strlen(fault.dir);
	fault.plan = *plan;
	fault.pid = getpid();
	disk_begin(fault.dir, plan->seed,
		plan->mode == ZONG_FAULT_POWER ||
			(plan->mode == ZONG_FAULT_EIO && plan->power_after > 0));
	atomic_store(&fault.armed, 1);
	return 0;
}

unsigned long zong_fault_points(void)
{
	unsigned long points;

	fault_enter();
	points = fault.points;
	fault_leave();
	return points;
}

unsigned long zong_fault_failures(void)
{
	unsigned long failures;

	fault_enter();
	failures = fault.failures;
	fault_leave();
	return failures;
}

void zong_fault_power(void)
{
	fault_enter();
	power();
}

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

static enum zong_fault_mode parse_mode(const char *name)
{
	static const char *const names[] = {"none", "kill", "enospc", "eio", "power"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum zong_fault_mode)i;
	fault_die("FAULT_MODE is %s", name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *mode = getenv("FAULT_MODE");
	struct zong_fault_plan plan = {.dir = getenv("FAULT_DIR")};

	if (!plan.dir)
		return;
	plan.mode = mode ? parse_mode(mode) : ZONG_FAULT_NONE;
	plan.at = number("FAULT_AT");
	plan.lasting = number("FAULT_LASTING");
	plan.power_after = number("FAULT_POWER_AFTER");
	plan.seed = number("FAULT_SEED");
	if (zong_fault_arm(&plan) != 0)
		fault_die("cannot watch %s", plan.dir);
}

__attribute__((destructor)) static void end(void)
{
	if (getenv("FAULT_DIR") && getenv("FAULT_REPORT") && is_armed())
		dprintf((int)number("FAULT_REPORT"), "%lu\n", fault.points);
}
