/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEMP_DIR_H
#define TEMP_DIR_H

/* A folder of its own for each test: setup makes it, teardown removes it and the files in it. */

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char temp_dir[64];

static inline int make_temp_dir(void **state)
{
	(void)state;
	snprintf(temp_dir, sizeof(temp_dir), "/tmp/zong-test.XXXXXX");
	return mkdtemp(temp_dir) ? 0 : -1;
}

/* Calls @each (may be NULL) for every name in the folder; how many there are. */
static inline int each_in_temp_dir(void (*each)(const char *path))
{
	DIR *dir = opendir(temp_dir);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)) != NULL) {
		char path[sizeof(temp_dir) + sizeof(entry->d_name)];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", temp_dir, entry->d_name);
		count++;
		if (each)
			each(path);
	}
	if (dir)
		closedir(dir);
	return count;
}

static inline void remove_path(const char *path)
{
	if (remove(path) != 0)
		perror(path);
}

static inline int remove_temp_dir(void **state)
{
	(void)state;
	each_in_temp_dir(remove_path);
	return rmdir(temp_dir);
}

/* The path of @name in the folder; static, until the next call. */
static inline const char *in_temp_dir(const char *name)
{
	static char path[sizeof(temp_dir) + NAME_MAX];

	snprintf(path, sizeof(path), "%s/%s", temp_dir, name);
	return path;
}

#endif
