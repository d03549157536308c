/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "sandbox.h"

#define NOBODY 65534
#define FILES_MAX 256 /* fonts of one page, fontconfig's caches, the document */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What newer kernels know and the headers of Debian 12 do not. */
#define FS_TRUNCATE (UINT64_C(1) << 14)	 /* version 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* version 5 */
#define NET_TCP UINT64_C(3)		 /* version 4: bind and connect */
#define SCOPES UINT64_C(3)		 /* version 6: abstract sockets and signals */

struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

/* Read-only; what is not there is left out. */
static const char *const readable[] = {
	"/usr/share/fonts",
	"/usr/local/share/fonts",
	"/etc/fonts",
	"/var/cache/fontconfig",
	"/usr/share/fontconfig",
	"/usr/share/xml/fontconfig",
	"/usr/share/poppler",
	"/usr/share/ghostscript/fonts",
};

static int set_limit(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return ZONG_EIO;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < most)
		most = limit.rlim_max;
	limit.rlim_cur = limit.rlim_max = most;
	return setrlimit(resource, &limit) == 0 ? 0 : ZONG_EIO;
}

int zong_sandbox_limit(void)
{
	int err = set_limit(RLIMIT_CORE, 0);

	if (!err)
		err = set_limit(RLIMIT_NOFILE, FILES_MAX);
#ifndef ZONG_SANITIZED
	/* A sanitizer says what it found on stderr, which may be a file. */
	if (!err)
		err = set_limit(RLIMIT_FSIZE, 0);
	if (!err)
		err = set_limit(RLIMIT_AS, ZONG_WORKER_MEMORY);
#endif
	return err;
}

static int drop_privileges(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
				      setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return ZONG_EIO;
	if (set_limit(RLIMIT_NPROC, 0))
		return ZONG_EIO;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return ZONG_EIO;
	/* Changing the user forgets this one, so it comes last. A parent that has died meanwhile is
	 * noticed by the end of the conversation. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 ? 0 : ZONG_EIO;
}

/* -- Landlock -- */

static int allow_reading(int ruleset, const char *path)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	long failed;

	if (beneath.parent_fd < 0)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : ZONG_EIO;
	failed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
	return failed ? ZONG_EIO : 0;
}

static int close_landlock(uint32_t *ret_version)
{
	struct ruleset rules = {.fs = (UINT64_C(1) << 13) - 1};
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset, err = 0;
	size_t i;

	*ret_version = 0;
	if (version < 1)
		return 0;
	if (version >= 2)
		rules.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		rules.fs |= FS_TRUNCATE;
	if (version >= 4)
		rules.net = NET_TCP;
	if (version >= 5)
		rules.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		rules.scoped = SCOPES;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return ZONG_EIO;
	for (i = 0; i < COUNT(readable) && !err; i++)
		err = allow_reading(ruleset, readable[i]);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		err = ZONG_EIO;
	close(ruleset);
	if (!err)
		*ret_version = (uint32_t)version;
	return err;
}

/* -- seccomp -- */

/* Memory, time, the conversation, and reading what is open or may be opened. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(lseek),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(fstatfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64),
	SCMP_SYS(getcwd),
	SCMP_SYS(fadvise64),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrlimit),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(times),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(membarrier),
	SCMP_SYS(rseq),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* What libraries try and do without: refused, but no reason to die. */
static const int refused[] = {
	SCMP_SYS(ioctl),
	SCMP_SYS(prctl),
	SCMP_SYS(prlimit64),
	SCMP_SYS(setrlimit),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(utimensat),
	SCMP_SYS(flock),
	SCMP_SYS(memfd_create),
	SCMP_SYS(sched_setaffinity),
};

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (seccomp_rule_add(filter, action, calls[i], 0) < 0)
			return ZONG_EIO;
	return 0;
}

/* Opening for reading only, and only where Landlock says which files. */
static int add_open(scmp_filter_ctx filter, bool landlock)
{
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
	static const int bits[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	size_t i;

	if (!landlock)
		return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) < 0 ||
				       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES),
					       SCMP_SYS(open), 0) < 0
			       ? ZONG_EIO
			       : 0;
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)) < 0 ||
		seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0)) < 0)
		return ZONG_EIO;
	for (i = 0; i < COUNT(bits); i++) {
		scmp_datum_t bit = (scmp_datum_t)bits[i];

		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
			    SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit)) < 0 ||
			seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit)) < 0)
			return ZONG_EIO;
	}
	return 0;
}

/* No memory that is written and then run. */
static int add_memory(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
	size_t i;

	for (i = 0; i < COUNT(calls); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
			    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0 ||
			seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls[i], 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) < 0)
			return ZONG_EIO;
	return 0;
}

static int add_few(scmp_filter_ctx filter)
{
	static const int commands[] = {F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC};
	size_t i;

	for (i = 0; i < COUNT(commands); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
			    SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[i], 0)) < 0)
			return ZONG_EIO;
	/* abort() signals its own process and nobody else's. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		       SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) < 0
		       ? ZONG_EIO
		       : 0;
}

static int close_seccomp(bool landlock)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err;

	if (!filter)
		return ZONG_EIO;
	err = add_all(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
	if (!err)
		err = add_all(filter, SCMP_ACT_ERRNO(EPERM), refused, COUNT(refused));
	if (!err)
		err = add_open(filter, landlock);
	if (!err)
		err = add_memory(filter);
	if (!err)
		err = add_few(filter);
	if (!err && seccomp_load(filter) < 0)
		err = ZONG_EIO;
	seccomp_release(filter);
	return err;
}

int zong_sandbox_close(bool allow_no_landlock, uint32_t *ret_landlock)
{
	uint32_t landlock = 0;
	int err = drop_privileges();

	if (!err)
		err = close_landlock(&landlock);
	if (!err && !landlock && !allow_no_landlock)
		err = ZONG_EIO;
	if (!err)
		err = close_seccomp(landlock > 0);
	if (!err)
		*ret_landlock = landlock;
	return err;
}
