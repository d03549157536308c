/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CHECK_H
#define ZONG_CHECK_H

/* Is everything in an archive as it should be? Every stored byte against its digest, every row against all
 * others, in both directions; and making anew what is derived.
 *
 *     zong_check_run(dir, &options, &result, &err);       beside whoever serves the archive
 *     options.repair = true; zong_check_run(...)          alone: takes the archive's lock
 *     options.reindex = true; zong_check_run(...)         the same, and the text index from nothing
 *
 * A check reads only (zong_store_options.read_only): no lock, no write, no transaction longer than
 * a few seconds. Rows that belong together are looked at in one snapshot, and what lies in two places that
 * do not share one (segments and catalog, catalog and text index) is looked at again before it counts as
 * broken; so a server that goes on writing never causes a false finding.
 *
 * What is proven about a file: its recipe's pieces put together have the file's digest (without
 * `quick`). What is proven about a segment: its bytes have its digest. About a row: its checksum
 * (store/sum.h), that it is filed everywhere it should be found, and that nothing is filed without a row. About
 * the log: no gap, each line's hash follows from the one before, what it says was made is there, the tree over it has
 * every line as it is, and the heads of it that witnesses signed are heads of this tree.
 *
 * A repair never deletes or changes what cannot be derived. Index tables, page uses, page states, jobs,
 * counters, feed and outbox are brought to what the rows say; a damaged or missing segment is put
 * back from a backup where that has bytes of the right digest; the text index is made anew where
 * it is wrong. An index entry that leads to a row which the log says was made, and which is gone, stays: it will be right
 * again when the row comes back. What was done is in the log ("archive.repair").
 *
 * Vaults (zong/vaults.h). Without a key they are looked at from outside, after all else: whether who comes to the key can be read, and
 * zong_sealed_look. With options.vault it is one vault that is checked and repaired, wholly and as any archive is, but for the text
 * index, of which it has none on the disk, and for `from`: a backup has its boxes, not its segments.
 *
 * Damaged database pages can make LMDB crash; so the command line runs a check in a process of its
 * own, finds by zong_check_part where it ended, and goes on behind that with options.skip.
 *
 * Threads: a check belongs to the thread that runs it (it starts its own for digesting). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/store.h>

/* ---- findings ---- */

/* kind, slug (in --json; never renamed). The sentences are in src/archive/check_text.c. */
#define ZONG_FINDINGS(X) \
	X(SEGMENT_DAMAGED, "segment-damaged")       /* its bytes are not what its digest says */ \
	X(SEGMENT_MISSING, "segment-missing")       /* a recipe names it */ \
	X(FILE_DAMAGED, "file-damaged")             /* all segments are sound, the file is not */ \
	X(RECIPE_DAMAGED, "recipe-damaged")         /* none, a hole, or another length than the file's */ \
	X(SM3_WRONG, "sm3-wrong")                   /* the file is what its SHA-256 says, and not what its SM3 says */ \
	X(RECIPE_ORPHAN, "recipe-orphan")           /* of no file */ \
	X(ROW_DAMAGED, "row-damaged")               /* its checksum, or it is no such row */ \
	X(ROW_MISSING, "row-missing")               /* another row, or the log, says that it should be there */ \
	X(ROW_WRONG, "row-wrong")                   /* it contradicts another row */ \
	X(INDEX_MISSING, "index-missing")           /* a row is not filed where it should be found */ \
	X(INDEX_WRONG, "index-wrong")               /* filed, and leads elsewhere */ \
	X(INDEX_EXTRA, "index-extra")               /* filed, without a row that says so */ \
	X(COUNTER_WRONG, "counter-wrong") \
	X(LOG_GAP, "log-gap")                       /* lines are gone */ \
	X(LOG_BROKEN, "log-broken")                 /* a line was changed */ \
	X(LOG_TREE, "log-tree")                     /* the tree over the log has another hash for it */ \
	X(LOG_HEAD, "log-head")                     /* what witnesses signed is no beginning of the log */ \
	X(TEXT_MISSING, "text-missing")             /* not in the text index */ \
	X(TEXT_EXTRA, "text-extra")                 /* in the text index without a row */ \
	X(TEXT_BROKEN, "text-broken")               /* the text index cannot be read */ \
	X(PART_UNREADABLE, "part-unreadable")       /* damaged database pages */ \
	X(VAULT_DAMAGED, "vault-damaged")           /* as far as it shows without the key */

enum zong_finding_kind {
#define ZONG_FINDING_KIND(kind, slug) ZONG_FINDING_##kind,
	ZONG_FINDINGS(ZONG_FINDING_KIND)
#undef ZONG_FINDING_KIND
	ZONG_FINDING_COUNT_,
};

/* A material that a finding affects. */
struct zong_finding_material {
	char id[ZONG_ID_TEXT];
	char title[ZONG_LIMIT_TITLE + 1];
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
};

#define ZONG_FINDING_OBJECT 600

struct zong_finding {
	enum zong_finding_kind kind;
	const char *table;       /* static; where: "materials", "segments", "text", ... */
	/* what: "segment/sha256:...", "file/sha256:...", "case/NO", "material/ID", "log/17", "by_cert/..." */
	char object[ZONG_FINDING_OBJECT];
	char detail[ZONG_FINDING_OBJECT]; /* more, e.g. what should stand there; may be empty */
	bool derived;            /* a repair makes it anew from what is there */
	bool repaired;           /* has been, by this run */
	bool sealed;             /* in a vault that is checked with its key */
	struct zong_finding_material *materials; /* affected: at most ZONG_FINDING_MATERIALS are named */
	size_t material_count;
	uint64_t material_total;
};
#define ZONG_FINDING_MATERIALS 1000

const char *zong_finding_slug(enum zong_finding_kind kind);
/* One sentence for a person in "zh" or "en": what is broken and what to do. */
int zong_finding_text(struct zong_buf *buf, const struct zong_finding *finding, const char *language);

/* ---- a check ---- */

/* What a check goes through, in this order. */
#define ZONG_CHECK_PARTS(X) \
	X(OPEN, "opening") \
	X(LOG, "log") \
	X(SEGMENTS, "segments") \
	X(FILES, "files") \
	X(RECIPES, "recipes") \
	X(CASES, "cases") \
	X(MATERIALS, "materials") \
	X(FILE_ROWS, "file rows") \
	X(JOBS, "jobs") \
	X(RASTERS, "rasters") \
	X(READINGS, "readings") \
	X(DEPARTMENTS, "departments") \
	X(DELIVERIES, "deliveries") \
	X(TOKENS, "tokens") \
	X(USERS, "users") \
	X(REVIEWS, "review list") \
	X(UNITS, "units") \
	X(LINKS, "links") \
	X(ORIGINALS, "originals") \
	X(HANDOVERS, "hand-over lists") \
	X(VOLUMES, "volumes") \
	X(QUERIES, "queries") \
	X(CATALOGUES, "catalogues") \
	X(PROPERTIES, "properties") \
	X(LOG_TREE, "tree over the log") \
	X(INDEXES, "indexes") \
	X(CHANGES, "changes") \
	X(COUNTERS, "counters") \
	X(OTHERS, "other tables") \
	X(TEXT, "text index") \
	X(VAULTS, "vaults")

enum zong_check_part {
#define ZONG_CHECK_PART(part, name) ZONG_CHECK_##part,
	ZONG_CHECK_PARTS(ZONG_CHECK_PART)
#undef ZONG_CHECK_PART
	ZONG_CHECK_PART_COUNT_,
};
const char *zong_check_part_name(enum zong_check_part part);

/* What opens a vault. */
struct zong_check_vault {
	const char *department, *member, *password;
};

struct zong_check_options {
	const struct zong_check_vault *vault; /* this one in place of the archive; or NULL */
	bool repair;
	bool reindex;            /* with repair: text index from nothing, and no stored byte is read */
	const char *from;        /* with repair: a backup's folder; or NULL */
	bool quick;              /* segments and rows, but no file against its digest */
	uint64_t rate;           /* stored bytes read a second; 0: as fast as possible */
	unsigned int threads;    /* that digest; 0: one a core */
	uint64_t skip;           /* bit 1 << part: leave it out */
	volatile uint32_t *part; /* where it is now, for whoever watches from outside; or NULL */
	char *vault_at;          /* likewise which vault: room for ZONG_LIMIT_DEPARTMENT_ID and its end */
	const char *vaults_after; /* of the vaults, in the order of their names, only those behind this one; or NULL */
	/* Each finding once, in the check's own thread; borrowed. Non-zero ends it with ZONG_ECANCELLED. */
	int (*found)(void *ctx, const struct zong_finding *finding);
	/* @total 0: not known. Non-zero ends it with ZONG_ECANCELLED. May come from any of the check's threads,
	 * one at a time. NULL is fine. */
	int (*progress)(void *ctx, enum zong_check_part part, uint64_t done, uint64_t total);
	void *ctx;
};

struct zong_check_result {
	uint64_t findings, repaired;      /* repaired ones are among the findings */
	uint64_t segments, segment_bytes; /* read; bytes as kept */
	uint64_t files, file_bytes;       /* bytes put together and digested */
	uint64_t rows, log;
	uint64_t documents, documents_waiting; /* in the text index; not yet in it, which is no fault */
	uint64_t vaults, boxes, box_bytes; /* looked at from outside */
	uint64_t garbage, garbage_bytes;  /* segments that no recipe names: left by a crash, or just coming in */
	bool garbage_known;
	bool counters_compared;           /* false: somebody was writing all the time */
	int64_t bulk_time;                /* microseconds spent on segments and files */
};

/* 0 (whatever it found), ZONG_EBUSY (repair: somebody serves the archive), ZONG_ECANCELLED, ZONG_ECORRUPT (it cannot even
 * be opened), and those of zong_store_open; with `from` those of zong_backup_open. With `vault`: ZONG_EKEY (no such vault or member, another
 * password), ZONG_EVAULTOPEN (repair), ZONG_EINVAL (with `from`). */
int zong_check_run(const char *dir, const struct zong_check_options *options,
	struct zong_check_result *ret_result, struct zong_err *err);

/* The rows alone, of a store that is open: for the scrub. Of @options, found, progress and ctx count. */
int zong_check_rows(struct zong_store *store, const struct zong_check_options *options);

#endif
