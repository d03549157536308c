/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_VOLUME_H
#define ZONG_VOLUME_H

/* Volumes (案卷): the papers of a case bound together under an archival number 档号 (archival.h), with their list 卷内目录 and their
 * closing sheet 备考表. One registration is one volume; several that belong together may share one.
 *
 *     zong_volume_new()      the number is given in the same commit: none twice, none left out
 *     zong_volume_set()      its items in their order, the pages counted on the paper
 *     zong_volume_close()    立卷: the counted pages are compared with those of the scans
 *     zong_volume_check()    检查: another person
 *     zong_volume_shelve()   into a box, in the order in which they stand there
 *     zong_volume_reopen(), zong_volume_annul()
 *
 * A number that was given is never given again, whatever became of its volume. What was numbered before is entered with its own number. A
 * material lies in one volume at most. Each read is recorded. Threads: any. */

#include <zong/archival.h>
#include <zong/identity.h>
#include <zong/place.h>

struct zong_volume_item {
	const char *material; /* id; "" or NULL: a sheet that was not scanned */
	const char *file_no, *responsible, *title, *date, *note; /* NULL: none; of a material its title and day */
	uint32_t pages;	      /* counted on the paper; 0: not yet */
};

/* NULL: as it is; of a new volume "" or, where it says so, taken from its first case. */
struct zong_volume_entry {
	const char *title; /* new: kind and place of the case */
	const char *responsible, *secrecy, *keywords, *summary, *note, *situation;
	const struct zong_volume_item *item; /* NULL: as they are; new: the materials of the cases, oldest first, the latest
						version of each */
	size_t items;
	bool has_items;
};

struct zong_new_volume {
	const char *no; /* its own, of a legacy; NULL or "": the next one */
	const char *fonds, *category, *year, *retention, *office, *list; /* NULL: setting, setting, year of the case, Y, "", "" */
	const char *const *cases;
	size_t case_count;
	struct zong_volume_entry entry;
};

void zong_volume_free(Zong__Volume *volume); /* NULL is fine */
void zong_volumes_free(Zong__Volume **volumes, size_t count);
const char *zong_volume_state_name(Zong__VolumeState state); /* "open", "closed", "checked", "annulled" */
/* Where it begins in the volume, from 1; 0: an item before it is not counted. */
uint32_t zong_volume_first_page(const Zong__Volume *volume, size_t item);
uint32_t zong_volume_pages(const Zong__Volume *volume);
/* Do the pages of the paper differ from those of the scan? */
bool zong_volume_differs(const Zong__VolumeItem *item);

/* ZONG_EINVAL (title, cases, ...), ZONG_ENOCASE, ZONG_ENOENT (a material that is none of its cases), ZONG_EINVOLUME, ZONG_EARCHIVALNO,
 * ZONG_EEXIST (the number), ZONG_ELIMIT (the series is full, too many items), ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_volume_new(struct zong_archive *archive, const struct zong_subject *who, const struct zong_new_volume *wanted,
	Zong__Volume **ret_volume, struct zong_err *err);
/* @revision: that was read; 0: whichever. ZONG_ENOVOLUME, ZONG_EVOLUMESTATE (not open), ZONG_ECHANGED, and those of making. */
int zong_volume_set(struct zong_archive *archive, const struct zong_subject *who, const char *no, uint32_t revision,
	const struct zong_volume_entry *entry, Zong__Volume **ret_volume, struct zong_err *err);
/* @reason: why pages differ, or NULL. ZONG_EVOLUMESTATE, ZONG_EINVAL (no items), ZONG_EUNCOUNTED, ZONG_EPAGECOUNT (err names the items:
 * "2 (3/4)", paper/scan). */
int zong_volume_close(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *reason,
	Zong__Volume **ret_volume, struct zong_err *err);
/* ZONG_EVOLUMESTATE (not closed), ZONG_ESAMEPERSON (key or name are those of who closed it). */
int zong_volume_check(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *note,
	Zong__Volume **ret_volume, struct zong_err *err);
/* Closed or checked. ZONG_EREASON, ZONG_EVOLUMESTATE, ZONG_ELIMIT. */
int zong_volume_reopen(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *reason,
	Zong__Volume **ret_volume, struct zong_err *err);
/* It leaves its box and its cases; its number stays taken. */
int zong_volume_annul(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *reason,
	Zong__Volume **ret_volume, struct zong_err *err);
/* Behind those that stand in the box, in the order given: all or none (err names the one in the way). ZONG_ENOPLACE, ZONG_EPLACELEVEL,
 * ZONG_EPLACEFULL, ZONG_EVOLUMESTATE (not checked). */
int zong_volume_shelve(struct zong_archive *archive, const struct zong_subject *who, const char *box, const char *const *nos,
	size_t count, size_t *ret_moved, struct zong_err *err);

/* ZONG_ENOVOLUME. A department is shown the items that it may see. */
int zong_volume_get(struct zong_archive *archive, const struct zong_subject *who, const char *no, Zong__Volume **ret_volume,
	struct zong_err *err);
/* By number; @prefix of it. @case_no or @box: of these (and not by pages: at most ZONG_LIMIT_CASE_VOLUMES | ZONG_LIMIT_CAPACITY). They exclude
 * each other. ZONG_ENOCASE, ZONG_ENOPLACE, ZONG_ECURSOR, ZONG_EINVAL. */
struct zong_volume_filter {
	const char *prefix, *case_no, *box;
};
int zong_volume_list(struct zong_archive *archive, const struct zong_subject *who, const struct zong_volume_filter *filter,
	const char *cursor, size_t max, Zong__Volume ***ret_volumes, size_t *ret_count, char **ret_next, struct zong_err *err);
/* Those of a case that the subject reads: for whoever shows the case, which is on record already. None where its role reads no
 * volumes. */
int zong_volumes_of_case(struct zong_archive *archive, const struct zong_subject *who, const char *case_no,
	Zong__Volume ***ret_volumes, size_t *ret_count, struct zong_err *err);
/* A file with a row a volume: 档号 全宗号 题名 责任者 年度 文件日期 页数 密级 保管期限 主题词 摘要 附注 (DA/T 18). Annulled ones are left out.
 * ZONG_EINVAL (encoding). */
int zong_volume_export(struct zong_archive *archive, const struct zong_subject *who, const char *prefix, const char *encoding,
	int *ret_fd, uint64_t *ret_len, struct zong_err *err);

/* Forms as PDF: "cover" 卷皮, "list" 卷内目录, "note" 备考表, "all" of them. The file is the caller's. ZONG_ENOVOLUME, ZONG_EINVAL
 * (what), and those of zong_pool_draw. */
int zong_volume_print(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *what,
	int *ret_fd, uint64_t *ret_len, struct zong_err *err);
/* The label on the spine of a box. ZONG_ENOPLACE, ZONG_ENOVOLUME (no volume is in it). */
int zong_volume_label(struct zong_archive *archive, const struct zong_subject *who, const char *box, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err);

#endif
