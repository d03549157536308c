/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_MATERIAL_H
#define ZONG_MATERIAL_H

/* Materials (材料): taking a file in, and everything that can be asked of one. */

#include <zong/buffer.h>
#include <zong/case.h>
#include <zong/digest.h>
#include <zong/identity.h>

struct zong_intake {
	const char *case_no;           /* empty: every page stands behind a cover sheet that names one */
	const char *type;              /* may be empty */
	const char *title;             /* empty: the file's name without its ending, else the type */
	const char *scope;             /* "case", "unit", "building", "parcel" or empty: as the catalogue says of the type */
	const char *const *units;      /* as entered; none: those of the case */
	size_t units_count;
	const char *const *receivers;  /* department ids */
	size_t receivers_count;
	bool only;                     /* to these alone; else the catalogue (zong/catalogue.h) adds those that receive such a type */
	const char *replaces;          /* material of the same case that it is a newer version of, or NULL; goes wherever that went.
	                                * Such a file is one material (whole) */
	const char *file_name;         /* for showing only; folders are cut off */
	bool gate;                     /* refuse it if a page should be scanned again */
	bool bulk;                     /* nobody waits for it: its pages are read after all others */
	bool whole;                    /* one material, also where there are separator sheets in it */
	int fd;                        /* a spool file; not closed */
	uint64_t len;
	const struct zong_digest *digest; /* where it was computed while receiving; or NULL */
};

/* Called with 0..1 of the work, from the calling thread; non-zero: ZONG_ECANCELLED. */
typedef int zong_intake_progress(void *ctx, double done);

/* A separator sheet in a batch, kept out of its materials. */
struct zong_receipt_sheet {
	uint32_t page;
	bool patch;                    /* a Patch T; it names no case */
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
};

struct zong_receipt {
	Zong__Material *material;      /* as stored */
	Zong__Delivery **delivery;     /* of this material, all departments */
	size_t deliveries;
	uint32_t *page_damaged;        /* page numbers */
	size_t pages_damaged;
	uint64_t bytes_new, bytes_shared; /* of this very upload */
	bool again;
	Zong__File *file;              /* with the figures and verdicts of its pages (zong/gate.h) */
	struct zong_warnings warnings;
	struct zong_receipt *further;  /* of a batch: its other materials in the order of their pages */
	size_t furthers;
	struct zong_receipt_sheet *sheet;
	size_t sheets;
};

/* Checks everything that can be checked before the pages are decoded, then probes, cuts, stores, and
 * writes file, pages, material, jobs, deliveries and log in one commit. When it returns 0 all of it
 * is on the disk. The same bytes under the same case and type again: the first receipt, again = true, and
 * deliveries to departments that are new. Two at once of the same: one material.
 * A file with separator sheets (zong/sheet.h) in it becomes a material for each run of pages between them, filed as the
 * sheet says (missing type and receivers: those of the intake), all in that one commit; the file itself is kept as it came.
 * Without intake->case_no all of its pages must stand behind a sheet that names a case: ZONG_ENOCOVER (err names the first page
 * that does not, or the file where its pages cannot be taken out) or ZONG_ENOCASE, and nothing is stored.
 * With intake->gate a file with a page that the gate finds something wrong with is refused: ZONG_EQUALITY, nothing is
 * stored, and ret_receipt has the file's pages and nothing else, to be released.
 * 0, ZONG_ENOCASE, ZONG_ENOCOVER, ZONG_ECASENO, ZONG_ENODEPARTMENT, ZONG_EUNITCODE, ZONG_EINVAL, ZONG_ELIMIT, ZONG_EENCODING,
 * ZONG_EREPLACES (no material of this case, or the same bytes), ZONG_EREPLACED (there is a newer version of it already),
 * ZONG_EQUALITY, ZONG_EEMPTY, ZONG_EMEDIA, ZONG_ETOOBIG, those of zong_pool_probe, zong_ingest_begin, zong_store_write,
 * ZONG_EFORBIDDEN, ZONG_ENOENT. */
int zong_intake_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, zong_intake_progress *progress, void *ctx,
	struct zong_receipt *ret_receipt, struct zong_err *err);
void zong_receipt_release(struct zong_receipt *receipt);
/* The checks that need no file (case, departments, units, right): http asks before it takes 2 GB. */
int zong_intake_check(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, struct zong_err *err);

/* ZONG_ENOENT also for an id that is none. Logged as a read. */
int zong_material_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	Zong__Material **ret_material, struct zong_err *err);

struct zong_page_info {
	const Zong__FilePage *page;    /* of the file row below */
	enum { ZONG_PAGE_WAITING, ZONG_PAGE_READ, ZONG_PAGE_PARKED, ZONG_PAGE_BLANK, ZONG_PAGE_DAMAGED,
		ZONG_PAGE_CANCELLED } state;
	uint32_t source;               /* enum zong_text_source, when read */
	float confidence;
	int err;                       /* parked, damaged */
	char reason[256];
	Zong__Verdict order;           /* fault 0 unless the number printed on it does not follow */
	int64_t cancelled;             /* when its reading was cancelled */
	char cancelled_by[ZONG_LIMIT_NAME + 1];
};
/* Does what was read say what a person entered? */
enum zong_agreement {
	ZONG_AGREEMENT_NONE,           /* nothing was read, or nothing entered */
	ZONG_AGREEMENT_YES,
	ZONG_AGREEMENT_NO,
};
/* "none", "agree", "disagree". Static. */
const char *zong_agreement_name(enum zong_agreement agreement);

/* The kind of the material by the rules (kinds.rules): the first rule that holds on any of its pages. */
struct zong_material_kind {
	const char *kind, *rule;       /* borrowed of the archive; NULL: no rule holds */
	uint32_t page;
	enum zong_agreement agrees;    /* with the type that was entered */
};
/* One code or number that a person entered, and what was read on the pages. */
struct zong_compared {
	const char *kind;              /* "unit", "certificate", "case", "id", "uscc"; static */
	const char *entered;           /* borrowed of the case or the material */
	enum zong_agreement agrees;
	const Zong__Field *read;       /* the same, or the nearest that nobody entered; NULL: not read */
	uint32_t page;
};
struct zong_material_pages {
	Zong__File *file;
	struct zong_page_info *page;
	size_t pages;
	size_t read, parked;           /* read includes blank, parked includes damaged and cancelled: together all pages
	                                  when nothing is left to do */
	struct zong_material_field {
		Zong__Field *field;    /* owned by a reading below */
		uint32_t page;
	} *field;
	size_t fields;
	struct zong_material_kind kind;
	struct zong_compared *compared; /* what a person entered with the case and the material */
	size_t compareds;
	Zong__Reading **reading_;      /* [pages], NULL where none */
	Zong__Case *cas_;              /* NULL: not the subject's to see */
};
/* State of each page and, with @fields, what was found on them, the kind, and the comparison with what was entered, which
 * is borrowed of @material, too. For counts only (lists), see progress below. */
int zong_material_pages(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Material *material, bool fields, struct zong_material_pages *ret_pages);
void zong_material_pages_release(struct zong_material_pages *pages);
/* How far reading has come, and how long it will take until the last page of the material (@batch: of all
 * materials that came in the same file as it) has been read: as many jobs as come before it, at the speed of this server lately. */
struct zong_reading_left {
	uint32_t pages, read, parked, waiting; /* read and parked as above */
	double seconds;                        /* < 0: nothing waits, or nothing is known yet */
};
int zong_material_left(struct zong_archive *archive, const Zong__Material *material, bool batch,
	struct zong_reading_left *ret_left);
/* The two counts of above. */
int zong_material_progress(struct zong_archive *archive, const Zong__Material *material,
	uint32_t *ret_read, uint32_t *ret_parked);

/* The reading of one page. ZONG_EPAGENO, ZONG_ENOTREADY (waiting), ZONG_EDAMAGED or the code it was parked with.
 * A blank page has a reading without lines. */
int zong_material_reading(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	uint32_t page, Zong__Material **ret_material, Zong__Reading **ret_reading, struct zong_err *err);
/* Upright PNG of one page. */
int zong_material_png(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	uint32_t page, uint32_t max_width, struct zong_buf *ret_png, struct zong_err *err);

/* The material as a searchable PDF/A-1b: the page images with the bytes of the file, the text over them,
 * invisible; a page not read yet has no text, a damaged one is empty. Made anew each time; what has not
 * changed meanwhile has the same digest. Logged as a read of the file. ZONG_EDESTROYED, ZONG_EWORKER and its
 * kin, ZONG_ELIMIT (a page that must be coded anew is too large), ZONG_ETOOBIG, ZONG_ENOSPC. */
struct zong_bytes;
int zong_material_pdf(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_bytes **ret_bytes, struct zong_err *err);

/* The file's bytes, by material or by digest (any material with it that the subject may read). Logged as
 * a read once a minute for one subject, purpose and file, with the count, before the first byte is given. */
int zong_material_bytes(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_bytes **ret_bytes, struct zong_err *err);
int zong_file_bytes(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_digest *file, struct zong_bytes **ret_bytes, struct zong_err *err);
/* The same where nothing has to be waited for: the bytes are whole in memory and the read needs no new line
 * in the log, it is only counted. For threads that must not block. ZONG_ENOTREADY: ask the one above. */
int zong_material_bytes_now(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_bytes **ret_bytes);
int zong_file_bytes_now(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_digest *file, struct zong_bytes **ret_bytes);
/* The subject was given these bytes before, by a material's id or (@id NULL) by their digest, and
 * zong_archive_number is what it was then: counts a further reading by one who has kept them. ZONG_ENOTREADY: it
 * needs a line in the log, or the subject's time is over; ask as if for the first time. */
int zong_bytes_again(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const struct zong_digest *file);
uint64_t zong_bytes_size(const struct zong_bytes *bytes);
const struct zong_digest *zong_bytes_digest(const struct zong_bytes *bytes);
enum zong_media zong_bytes_media(const struct zong_bytes *bytes);
const char *zong_bytes_name(const struct zong_bytes *bytes); /* for Content-Disposition; UTF-8 */
/* All of it in memory, verified, where it is small and was fetched lately (shared cache of
 * ZONG_CACHE_BYTES): borrowed until zong_bytes_close; NULL otherwise, then read. */
const void *zong_bytes_whole(struct zong_bytes *bytes);
int zong_bytes_read(struct zong_bytes *bytes, uint64_t offset, void *ret, size_t len, size_t *ret_read);
void zong_bytes_close(struct zong_bytes *bytes);

/* Text and markup of a reading. Lines as on the page, no blanks between Han. */
int zong_reading_text(const Zong__Reading *reading, struct zong_buf *buf);
/* ALTO 4.4; @file_name, @page for the description. */
int zong_reading_alto(const Zong__Reading *reading, const char *file_name, uint32_t page, struct zong_buf *buf);
/* hOCR 1.2. */
int zong_reading_hocr(const Zong__Reading *reading, const char *title, uint32_t page, struct zong_buf *buf);

#endif
