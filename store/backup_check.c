/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "backup_folder.h"
#include "backup_needs.h"
#include "backup_sink.h"

#define TOLD_MOST 1000 /* missing digests told of one snapshot; the rest is counted */

struct check {
	const struct zong_backup_options *options;
	struct zong_backup_folder folder;
	struct zong_pack_set set;
	struct zong_backup_needs needs;
	struct zong_backup_pace pace;
	struct zong_backup_check_result result;
	uint64_t done, total;
	uint32_t number; /* of the pack that is read */
	bool broken;	 /* ... and not even its index is to be trusted */
	uint64_t *told;	 /* for each snapshot of ->needs */
};

static void tell(struct check *check, enum zong_backup_trouble trouble, const char *name,
	const struct zong_digest *digest)
{
	const struct zong_backup_watch *watch = &check->options->watch;

	check->result.troubles++;
	if (watch->trouble)
		watch->trouble(watch->ctx, trouble, name, digest);
}

static int progress(
	struct check *check, enum zong_backup_phase phase, uint64_t done, uint64_t total)
{
	const struct zong_backup_watch *watch = &check->options->watch;

	return watch->progress && watch->progress(watch->ctx, phase, done, total) ? ZONG_ECANCELLED
										  : 0;
}

static void damaged_pack(void *ctx, uint32_t number)
{
	char name[ZONG_PACK_NAME];

	zong_pack_name(number, name);
	tell(ctx, ZONG_TROUBLE_PACK_DAMAGED, name, NULL);
}

/* ---- packs ---- */

static int seen(void *ctx, int code, const struct zong_pack_entry *entry, uint64_t bytes)
{
	struct check *check = ctx;
	char name[ZONG_PACK_NAME];

	check->done += bytes;
	check->result.bytes += bytes;
	zong_backup_pace_spend(&check->pace, bytes);
	zong_pack_name(check->number, name);
	if (entry)
		tell(check, ZONG_TROUBLE_VALUE_DAMAGED, name, &entry->digest);
	else if (code == ZONG_EDAMAGED)
		tell(check, ZONG_TROUBLE_PACK_DAMAGED, name, NULL);
	else if (code)
		check->broken = true;
	return progress(check, ZONG_BACKUP_PACKS, check->done, check->total);
}

static int check_pack(struct check *check, size_t place)
{
	struct zong_pack pack = check->set.packs[place];
	_cleanup_close_ int fd = -1;
	int r = zong_pack_fd(check->set.dir, pack.number, &fd);

	check->number = pack.number;
	check->broken = r == ZONG_EIO || r == ZONG_ENOENT;
	check->set.bad[place] = calloc((size_t)pack.count + 1, 1);
	if (!check->set.bad[place])
		return ZONG_ENOMEM;
	if (!r)
		r = zong_pack_verify(&pack, fd, seen, check, check->set.bad[place]);
	else if (check->broken)
		r = 0;
	if (check->broken)
		zong_pack_set_damage(&check->set, place);
	check->result.packs++;
	check->result.values += pack.count;
	return r;
}

static int check_packs(struct check *check)
{
	size_t i;
	int r = zong_pack_set_open(&check->set, check->folder.packs, damaged_pack, check);

	if (r)
		return r;
	check->set.bad = calloc(check->set.count ? check->set.count : 1, sizeof(uint8_t *));
	if (!check->set.bad)
		return ZONG_ENOMEM;
	for (i = 0; i < check->set.count; i++)
		check->total += check->set.packs[i].size;
	for (i = 0; !r && i < check->set.count; i++)
		r = check_pack(check, i);
	return r;
}

/* ---- snapshots ---- */

/* Are the packs that it names there, and the same ones? */
static void check_named(struct check *check, const struct zong_manifest *manifest)
{
	size_t i, at = 0;

	for (i = 0; i < manifest->pack_count; i++) {
		const struct zong_manifest_pack *named = &manifest->packs[i];
		char name[ZONG_PACK_NAME];

		/* Both ascend. */
		while (at < check->set.count && check->set.packs[at].number < named->number)
			at++;
		if (at < check->set.count && check->set.packs[at].number == named->number &&
			check->set.packs[at].size == named->size &&
			zong_digest_equal(&check->set.packs[at].digest, &named->digest))
			continue;
		zong_pack_name(named->number, name);
		tell(check, ZONG_TROUBLE_PACK_MISSING, name, NULL);
	}
}

static int check_manifests(struct check *check)
{
	_cleanup_free_ char(*names)[ZONG_BACKUP_NAME] = NULL;
	size_t count, i;
	int r = zong_backup_folder_names(&check->folder, &names, &count);

	for (i = 0; !r && i < count; i++) {
		struct zong_manifest manifest;

		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(&check->folder, names[i], &manifest);
		if (!r && !zong_id_equal(&manifest.archive, &check->folder.archive))
			r = ZONG_ECORRUPT;
		if (!r) {
			check_named(check, &manifest);
			r = zong_backup_needs_add(&check->needs, &manifest);
		} else if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
			tell(check, ZONG_TROUBLE_SNAPSHOT_DAMAGED, names[i], NULL);
			r = 0;
		}
		zong_manifest_release(&manifest);
		check->result.snapshots++;
	}
	return r;
}

static void miss(struct check *check, size_t need, const struct zong_digest *digest)
{
	if (check->told[need]++ < TOLD_MOST)
		tell(check, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE, check->needs.all[need]->name, digest);
	else
		check->result.troubles++;
}

static void miss_of(struct check *check, size_t need, const struct zong_manifest_pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++) {
		const struct zong_digest *digest = &pieces->items[i].digest;
		const struct zong_pack_want *want = zong_pack_want_find(
			check->needs.wants, check->needs.want_count, digest);

		if (!want || want->place == ZONG_PACK_NOWHERE)
			miss(check, need, digest);
	}
}

/* Pieces are told under the snapshots that have them. */
static int miss_pieces(struct check *check)
{
	size_t i, j;
	int r = 0;

	for (i = 0; !r && i < check->needs.count; i++) {
		const char *name = check->needs.all[i]->name;
		struct zong_manifest manifest;

		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(&check->folder, name, &manifest);
		if (!r)
			miss_of(check, i, &manifest.catalog);
		for (j = 0; !r && j < manifest.vault_count; j++)
			miss_of(check, i, &manifest.vaults[j].boxes);
		zong_manifest_release(&manifest);
	}
	return r;
}

static int check_segments(struct check *check)
{
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	struct zong_digest digest;
	size_t i;
	int r = zong_pack_walk_begin(&check->set, &walk);

	if (r)
		return r;
	r = zong_backup_needs_begin(&check->needs);
	while (!r && (r = zong_backup_needs_next(&check->needs, &digest)) == 0) {
		r = zong_pack_walk_to(walk, &digest, &found);
		check->result.segments++;
		if (r == ZONG_ENOENT) {
			r = 0;
			for (i = 0; i < check->needs.holder_count; i++)
				miss(check, check->needs.holders[i], &digest);
		}
		if (!r && check->result.segments % 65536 == 0)
			r = progress(check, ZONG_BACKUP_SNAPSHOTS, check->result.segments, 0);
	}
	zong_pack_walk_end(walk);
	return r == ZONG_EEND ? 0 : r;
}

static int check_snapshots(struct check *check)
{
	size_t i;
	int r;

	zong_backup_needs_init(&check->needs, &check->set);
	r = check_manifests(check);
	if (!r)
		r = zong_backup_needs_locate(&check->needs);
	if (r)
		return r;
	check->told = calloc(check->needs.count ? check->needs.count : 1, sizeof(*check->told));
	if (!check->told)
		return ZONG_ENOMEM;
	r = miss_pieces(check);
	if (!r)
		r = check_segments(check);
	for (i = 0; !r && i < check->needs.count; i++)
		if (check->needs.all[i]->broken)
			miss(check, i, &check->needs.all[i]->missing);
	return r;
}

int zong_backup_check(const char *dest, const struct zong_backup_options *options,
	struct zong_backup_check_result *ret_result, struct zong_err *err)
{
	static const struct zong_backup_options none = {0};
	struct check check = {.options = options ? options : &none};
	size_t i;
	int r = zong_backup_folder_open(&check.folder, dest, NULL, err);

	if (r)
		return r;
	check.pace.rate = check.options->rate;
	r = check_packs(&check);
	if (!r)
		r = check_snapshots(&check);
	for (i = 0; check.set.bad && i < check.set.count; i++)
		free(check.set.bad[i]);
	free(check.set.bad);
	free(check.told);
	zong_backup_needs_release(&check.needs);
	zong_pack_set_release(&check.set);
	zong_backup_folder_close(&check.folder);
	if (r)
		return zong_err_set(err, r, "%s", dest);
	*ret_result = check.result;
	return 0;
}

int zong_backup_list(const char *dest,
	int (*each)(void *ctx, const struct zong_backup_snapshot *snapshot), void *ctx,
	struct zong_err *err)
{
	_cleanup_free_ char(*names)[ZONG_BACKUP_NAME] = NULL;
	struct zong_backup_folder folder;
	size_t count = 0, i;
	int r = zong_backup_folder_open(&folder, dest, NULL, err);

	if (r)
		return r;
	r = zong_backup_folder_names(&folder, &names, &count);
	for (i = 0; !r && i < count; i++) {
		struct zong_manifest manifest;

		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(&folder, names[i], &manifest);
		if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
			manifest.about.time = 0;
			r = 0;
		}
		if (!r && each(ctx, &manifest.about))
			r = ZONG_ECANCELLED;
		zong_manifest_release(&manifest);
	}
	zong_backup_folder_close(&folder);
	return r ? zong_err_set(err, r, "%s", dest) : 0;
}
