/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "backup_collect.h"
#include "backup_needs.h"

enum plan { PLAN_KEEP, PLAN_REWRITE, PLAN_DELETE };

/* What is known of one pack. */
struct use {
	uint8_t *needed; /* a bit an entry */
	uint64_t bytes;	 /* of needed records */
	enum plan plan;
};

struct collect {
	struct zong_backup_folder *folder;
	struct zong_pack_set *set;
	struct zong_backup_sink *sink;
	struct zong_backup_needs needs;
	char (*names)[ZONG_BACKUP_NAME];
	bool *kept;
	size_t count;
	struct use *uses;
	size_t packs; /* that were there before */
	bool sound;   /* all that is kept could be read */
};

static bool is_needed(const struct use *use, uint64_t ordinal)
{
	return use->needed[ordinal / 8] & (1u << ordinal % 8);
}

static void mark(struct collect *collect, size_t place, uint64_t ordinal, uint32_t len)
{
	struct use *use = &collect->uses[place];

	if (is_needed(use, ordinal))
		return;
	use->needed[ordinal / 8] |= (uint8_t)(1u << ordinal % 8);
	use->bytes += ZONG_PACK_RECORD + len;
}

/* ---- which snapshots ---- */

static int read_snapshots(struct collect *collect, int64_t *times)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < collect->count; i++) {
		struct zong_manifest manifest;

		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(collect->folder, collect->names[i], &manifest);
		times[i] = manifest.about.time;
		zong_manifest_release(&manifest);
		if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
			zong_backup_sink_trouble(collect->sink, ZONG_TROUBLE_SNAPSHOT_DAMAGED,
				collect->names[i], NULL);
			collect->sound = false;
			r = 0;
		}
	}
	return r;
}

static int choose(struct collect *collect, const struct zong_backup_keep *keep)
{
	_cleanup_free_ int64_t *times = NULL;
	int r = zong_backup_folder_names(collect->folder, &collect->names, &collect->count);

	if (r)
		return r;
	times = calloc(collect->count ? collect->count : 1, sizeof(*times));
	collect->kept = calloc(collect->count ? collect->count : 1, sizeof(*collect->kept));
	if (!times || !collect->kept)
		return ZONG_ENOMEM;
	r = read_snapshots(collect, times);
	if (!r && collect->sound)
		zong_backup_keep_choose(keep, times, collect->count, collect->kept);
	return r;
}

/* ---- what they need ---- */

typedef int use_manifest(struct collect *collect, struct zong_manifest *manifest);

static int each_kept(struct collect *collect, use_manifest *use)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < collect->count; i++) {
		struct zong_manifest manifest;

		if (!collect->kept[i])
			continue;
		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(collect->folder, collect->names[i], &manifest);
		if (!r)
			r = use(collect, &manifest);
		zong_manifest_release(&manifest);
	}
	return r;
}

static int add_manifest(struct collect *collect, struct zong_manifest *manifest)
{
	return zong_backup_needs_add(&collect->needs, manifest);
}

static int add_needs(struct collect *collect)
{
	int r = each_kept(collect, add_manifest);

	return r ? r : zong_backup_needs_locate(&collect->needs);
}

static int make_uses(struct collect *collect)
{
	size_t i;

	collect->packs = collect->set->count;
	collect->uses = calloc(collect->packs ? collect->packs : 1, sizeof(*collect->uses));
	if (!collect->uses)
		return ZONG_ENOMEM;
	for (i = 0; i < collect->packs; i++) {
		collect->uses[i].needed = calloc(collect->set->packs[i].count / 8 + 1, 1);
		if (!collect->uses[i].needed)
			return ZONG_ENOMEM;
	}
	return 0;
}

/* Of several packs that have a segment the first one counts alone. */
static int mark_segments(struct collect *collect)
{
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	struct zong_digest digest;
	int r = zong_pack_walk_begin(collect->set, &walk);

	if (r)
		return r;
	r = zong_backup_needs_begin(&collect->needs);
	while (!r && (r = zong_backup_needs_next(&collect->needs, &digest)) == 0) {
		r = zong_pack_walk_to(walk, &digest, &found);
		if (!r)
			mark(collect, found.place, found.ordinal, found.entry.len);
		else if (r == ZONG_ENOENT)
			r = 0;
	}
	zong_pack_walk_end(walk);
	return r == ZONG_EEND ? 0 : r;
}

static int mark_all(struct collect *collect)
{
	struct zong_digest digest;
	size_t i;
	int r = add_needs(collect);

	if (!r)
		r = make_uses(collect);
	for (i = 0; !r && i < collect->needs.want_count; i++) {
		const struct zong_pack_want *want = &collect->needs.wants[i];

		if (want->place != ZONG_PACK_NOWHERE) {
			mark(collect, want->place, want->ordinal, want->len);
			continue;
		}
		collect->sound = false;
		zong_backup_sink_trouble(
			collect->sink, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE, NULL, &want->digest);
	}
	if (!r)
		r = mark_segments(collect);
	/* Where the packs ended first. */
	while (!r && (r = zong_backup_needs_next(&collect->needs, &digest)) == 0)
		;
	if (r && r != ZONG_EEND)
		return r;
	for (i = 0; i < collect->needs.count; i++) {
		if (!collect->needs.all[i]->broken)
			continue;
		collect->sound = false;
		zong_backup_sink_trouble(collect->sink, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE,
			collect->needs.all[i]->name, &collect->needs.all[i]->missing);
	}
	return 0;
}

static void make_plans(struct collect *collect)
{
	size_t i;

	for (i = 0; i < collect->packs; i++) {
		const struct zong_pack *pack = &collect->set->packs[i];
		uint64_t all = pack->index_at - ZONG_PACK_HEADER;
		struct use *use = &collect->uses[i];

		/* A damaged one is for a person to look at. */
		if (collect->set->damaged[i])
			use->plan = PLAN_KEEP;
		else if (use->bytes == 0)
			use->plan = PLAN_DELETE;
		else
			use->plan = (all - use->bytes) * 3 >= all ? PLAN_REWRITE : PLAN_KEEP;
	}
}

/* ---- doing it ---- */

static int remove_snapshots(struct collect *collect, struct zong_backup_result *result)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < collect->count; i++) {
		if (collect->kept[i])
			continue;
		r = zong_backup_folder_delete(collect->folder->snapshots, collect->names[i]);
		if (!r)
			result->removed++;
	}
	return r;
}

static int by_offset(const void *a, const void *b)
{
	const struct zong_pack_entry *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int copy_needed(struct collect *collect, size_t place, int fd,
	struct zong_pack_entry *entries, struct zong_buf *value)
{
	uint64_t count = collect->set->packs[place].count;
	size_t to = 0;
	uint64_t i;
	int r = 0;

	for (i = 0; i < count; i++)
		if (is_needed(&collect->uses[place], i))
			entries[to++] = entries[i];
	qsort(entries, to, sizeof(*entries), by_offset);
	for (i = 0; !r && i < to; i++) {
		r = zong_pack_value(fd, &entries[i], value);
		if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
			/* The old pack stays, as the only place where a part of it may be left. */
			char name[ZONG_PACK_NAME];

			zong_pack_name(collect->set->packs[place].number, name);
			zong_backup_sink_trouble(collect->sink, ZONG_TROUBLE_VALUE_DAMAGED, name,
				&entries[i].digest);
			collect->uses[place].plan = PLAN_KEEP;
			return 0;
		}
		if (!r)
			r = zong_backup_sink_value(
				collect->sink, &entries[i].digest, value->data, value->len);
		if (!r)
			r = zong_backup_sink_progress(
				collect->sink, ZONG_BACKUP_COLLECT, place, collect->packs);
	}
	return r;
}

static int rewrite(struct collect *collect, size_t place)
{
	_cleanup_(zong_buf_release) struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	_cleanup_free_ struct zong_pack_entry *entries = NULL;
	_cleanup_close_ int fd = -1;
	struct zong_pack pack = collect->set->packs[place];
	int r = zong_pack_fd(collect->set->dir, pack.number, &fd);

	if (!r)
		r = zong_pack_index(&pack, fd, &entries);
	if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
		zong_pack_set_damage(collect->set, place);
		collect->uses[place].plan = PLAN_KEEP;
		return 0;
	}
	return r ? r : copy_needed(collect, place, fd, entries, &value);
}

static int rewrite_all(struct collect *collect)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < collect->packs; i++)
		if (collect->uses[i].plan == PLAN_REWRITE)
			r = rewrite(collect, i);
	return r ? r : zong_backup_sink_flush(collect->sink);
}

static bool goes(const struct collect *collect, uint32_t number)
{
	size_t i;

	for (i = 0; i < collect->packs; i++)
		if (collect->set->packs[i].number == number)
			return collect->uses[i].plan != PLAN_KEEP;
	return false;
}

/* The manifest's packs without those that go, and with all new ones if one of its own was put together anew. */
static int update_manifest(struct collect *collect, struct zong_manifest *manifest)
{
	size_t news = collect->set->count - collect->packs;
	_cleanup_free_ struct zong_manifest_pack *packs =
		calloc(manifest->pack_count + news + 1, sizeof(*packs));
	size_t count = 0, i;
	int r;

	if (!packs)
		return ZONG_ENOMEM;
	for (i = 0; i < manifest->pack_count; i++)
		if (!goes(collect, manifest->packs[i].number))
			packs[count++] = manifest->packs[i];
	if (count == manifest->pack_count)
		return 0;
	for (i = collect->packs; i < collect->set->count; i++) {
		packs[count].number = collect->set->packs[i].number;
		packs[count].size = collect->set->packs[i].size;
		packs[count++].digest = collect->set->packs[i].digest;
	}
	r = zong_manifest_set_packs(manifest, packs, count);
	return r ? r : zong_backup_folder_write(collect->folder, manifest, NULL);
}

static int delete_packs(struct collect *collect, struct zong_backup_result *result)
{
	uint64_t freed = 0, made = 0;
	size_t i;

	for (i = 0; i < collect->packs; i++) {
		_cleanup_free_ char *path = NULL;
		char name[ZONG_PACK_NAME];

		if (collect->uses[i].plan == PLAN_KEEP)
			continue;
		zong_pack_name(collect->set->packs[i].number, name);
		if (asprintf(&path, "%s/%s", collect->set->dir, name) < 0) {
			path = NULL;
			return ZONG_ENOMEM;
		}
		if (unlink(path) == 0)
			freed += collect->set->packs[i].size;
	}
	for (i = collect->packs; i < collect->set->count; i++)
		made += collect->set->packs[i].size;
	result->bytes_freed = freed > made ? freed - made : 0;
	return zong_file_sync_dir(collect->set->dir);
}

static int work(struct collect *collect, const struct zong_backup_keep *keep,
	struct zong_backup_result *result)
{
	int r = choose(collect, keep);

	if (!r && collect->sound)
		r = mark_all(collect);
	if (r || !collect->sound)
		return r;
	make_plans(collect);
	r = remove_snapshots(collect, result);
	if (!r)
		r = rewrite_all(collect);
	if (!r)
		r = each_kept(collect, update_manifest);
	return r ? r : delete_packs(collect, result);
}

int zong_backup_collect(struct zong_backup_folder *folder, struct zong_pack_set *set,
	struct zong_backup_sink *sink, const struct zong_backup_keep *keep,
	struct zong_backup_result *result)
{
	struct collect collect = {.folder = folder, .set = set, .sink = sink, .sound = true};
	uint64_t segments = sink->segments;
	size_t i;
	int r;

	zong_backup_needs_init(&collect.needs, set);
	r = work(&collect, keep, result);
	sink->segments = segments; /* those put together anew are not new */
	zong_backup_needs_release(&collect.needs);
	for (i = 0; collect.uses && i < collect.packs; i++)
		free(collect.uses[i].needed);
	free(collect.uses);
	free(collect.names);
	free(collect.kept);
	return r;
}
