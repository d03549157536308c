/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands in for libFuzzer in `make check`: gives the target each seed of its folder, the seed cut
 * short at many places, and the seed with bytes changed, doubled and dropped. The changes come from
 * a fixed start, so that a failure shows itself again. Prints TAP, a test a seed. */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/file.h>

#include "fuzz.h"

#define LIMIT_SEED (4 << 20)
#define CUTS 300
#define CHANGES 1500
/* Bytes that one seed may cost altogether: a big one gets fewer rounds. */
#define LIMIT_WORK (UINT64_C(16) << 20)

static uint64_t chance_state;

/* xorshift64: good enough to choose places, the same everywhere */
static size_t chance(size_t below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return below ? (size_t)(chance_state % below) : 0;
}

/* In memory of exactly that size, so that a sanitizer sees the first byte read beyond it. */
static void give(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, bytes, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void change_once(uint8_t *bytes, size_t *len, size_t room)
{
	static const uint8_t telling[] = {0, 1, 0x7F, 0x80, 0xFF, '0', '9', ' ', '\n', '"', '<'};
	size_t at = chance(*len);
	size_t run = 1 + chance(*len - at > 16 ? 16 : *len - at);

	if (*len == 0)
		return;
	if (run > *len - at)
		run = *len - at;
	switch (chance(5)) {
	case 0:
		bytes[at] ^= (uint8_t)(1u << chance(8));
		break;
	case 1:
		bytes[at] = telling[chance(sizeof(telling))];
		break;
	case 2:
		bytes[at] = (uint8_t)chance(256);
		break;
	case 3: /* a run twice */
		if (run <= room - *len) {
			memmove(bytes + at + run, bytes + at, *len - at);
			*len += run;
		}
		break;
	default: /* a run less */
		memmove(bytes + at, bytes + at + run, *len - at - run);
		*len -= run;
		break;
	}
}

static void play(const struct zong_buf *seed)
{
	size_t room = seed->len + 256;
	size_t rounds = (size_t)(LIMIT_WORK / (seed->len + 1));
	size_t cuts = seed->len < CUTS ? seed->len : CUTS;
	size_t changes = CHANGES;
	uint8_t *bytes = malloc(room);

	if (!bytes)
		abort();
	if (&fuzz_rounds && rounds > fuzz_rounds)
		rounds = fuzz_rounds;
	chance_state = UINT64_C(0x9E3779B97F4A7C15);
	give(seed->data, seed->len);
	if (cuts > rounds / 2)
		cuts = rounds / 2;
	if (changes > rounds)
		changes = rounds;
	for (size_t i = 0; i < cuts; i++)
		give(seed->data, seed->len * i / cuts);
	for (size_t i = 0; i < changes; i++) {
		size_t len = seed->len;

		memcpy(bytes, seed->data, len);
		for (size_t n = 1 + chance(4); n > 0; n--)
			change_once(bytes, &len, room);
		give(bytes, len);
	}
	free(bytes);
}

static int is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *source = getenv("ZONG_SRCDIR");
	const char *name = strrchr(argv[0], '/');
	struct dirent **seeds = NULL;
	char folder[PATH_MAX];
	bool whole = true;
	int count;

	name = name ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	if (argc > 1)
		snprintf(folder, sizeof(folder), "%s", argv[1]);
	else
		snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
			name);
	count = scandir(folder, &seeds, is_seed, alphasort);
	if (count <= 0) {
		printf("1..1\n# %s: %s\nnot ok 1 - there are seeds\n", folder,
			count < 0 ? strerror(errno) : "empty");
		free(seeds);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		struct zong_buf seed = ZONG_BUF_INIT(LIMIT_SEED);
		char path[PATH_MAX + NAME_MAX + 2];
		int r;

		snprintf(path, sizeof(path), "%s/%s", folder, seeds[i]->d_name);
		r = zong_file_read(path, &seed);
		/* said before, so that the log names the seed that ends the program */
		printf("# %s\n", seeds[i]->d_name);
		fflush(stdout);
		if (r == 0)
			play(&seed);
		printf("%sok %d - %s, cut and changed\n", r ? "not " : "", i + 1, seeds[i]->d_name);
		whole = whole && r == 0;
		zong_buf_release(&seed);
		free(seeds[i]);
	}
	free(seeds);
	return whole ? 0 : 1;
}
