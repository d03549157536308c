/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CATALOGUE_H
#define ZONG_CATALOGUE_H

/* The catalogue 材料目录: which materials a kind of business needs, and which departments receive each. It is data
 * (src/archive/catalogue.rules, or the hall's own file), and it has versions: when zongd starts with another text than that of the newest
 * version, the text becomes the next one, in one commit with a line of the log. A case keeps the version it was opened under.
 *
 * A case from before there was a catalogue keeps none. It is judged by the newest version (the first one is in most halls the one that comes with
 * the program, before anybody at the hall has looked at it), and nothing is sent to anybody by it: those papers were dealt with. When its kind or
 * cause is changed it is taken up again, and keeps the newest version from then on.
 *
 * Threads: any, all functions. What they hand out of a catalogue is read-only and lives until the archive is closed. */

#include <zong/case.h>
#include <zong/digest.h>
#include <zong/identity.h>
#include <zong/limits.h>

/* ---- what a catalogue says ---- */

struct zong_catalogue_department {
	const char *key;  /* that the rows of the file use: "R" */
	const char *id;   /* of the archive; it may have no such department */
	const char *name; /* for people */
};

struct zong_catalogue_material {
	const char *name;
	const char *say; /* how it is asked for; the name where nothing is said */
	Zong__Scope scope;
};

enum zong_need {
	ZONG_NEED_REQUIRED,
	ZONG_NEED_OPTIONAL,
	ZONG_NEED_PROXY,   /* required where somebody acts for a party */
	ZONG_NEED_COMPANY, /* required where a party has a credit code */
};
/* "required", "optional", "proxy", "company". Static. */
const char *zong_need_name(enum zong_need need);

struct zong_catalogue_row {
	const struct zong_catalogue_material *const *material; /* one of them is enough */
	size_t materials;
	enum zong_need need;
	bool original; /* else a copy */
	bool tax;
	unsigned int copies;
	uint32_t departments; /* bits of the catalogue's departments, in their order */
	size_t cause;         /* it is of this cause of the business, from 1; 0: of all */
};

/* Rows that are of some cases of a business only. */
struct zong_catalogue_cause {
	const char *const *word; /* folded; none: what no other cause is of */
	size_t words;
};

struct zong_catalogue_business {
	const char *name;
	const char *const *word; /* folded, the name among them */
	size_t words;
	const char *keep; /* how long its papers are kept, for people; "": not said */
	const struct zong_catalogue_cause *cause;
	size_t causes;
	const struct zong_catalogue_row *row;
	size_t rows;
};

struct zong_catalogue {
	const struct zong_catalogue_department *department;
	size_t departments;
	const struct zong_catalogue_material *material;
	size_t materials;
	const struct zong_catalogue_business *business;
	size_t businesses;
};

/* ---- versions ---- */

/* All of them, newest first; freed with zong_catalogues_free_rows. The texts are left away. ZONG_EFORBIDDEN. */
int zong_catalogue_list(struct zong_archive *archive, const struct zong_subject *who, Zong__Catalogue ***ret_rows, size_t *ret_count,
	struct zong_err *err);
void zong_catalogues_free_rows(Zong__Catalogue **rows, size_t count);
/* One of them with its text, and what it says. @version 0: the newest. The row is freed by the caller. ZONG_ENOCATALOGUE. */
int zong_catalogue_get(struct zong_archive *archive, const struct zong_subject *who, uint32_t version, Zong__Catalogue **ret_row,
	const struct zong_catalogue **ret_catalogue, struct zong_err *err);

/* ---- what a case needs, and what is missing ---- */

struct zong_missing_for {
	const char *id, *name;
	bool here; /* the archive has it */
};
struct zong_missing {
	const struct zong_catalogue_material *const *material; /* one of them is enough */
	size_t materials;
	bool required;
	enum zong_need when; /* PROXY, COMPANY: it would be, but the case has no such party; else REQUIRED or OPTIONAL */
	bool original, tax;
	unsigned int copies;
	const char *keep;
	struct zong_missing_for *to; /* a department sees itself alone */
	size_t tos;
	Zong__Material *held;  /* handed in with another case and serving this one; NULL: it is missing */
	char *held_through;    /* that was filed below this code, which the case's comes from; NULL: below its own */
};
struct zong_case_needs {
	uint32_t version; /* that it is judged by; 0: there is none */
	bool kept;        /* the case keeps it */
	const char **business; /* names of the kinds that it is of; none: the catalogue knows none such, and nothing is asked for */
	size_t businesses;
	struct zong_missing *missing; /* what was not handed in with the case, in the order of the catalogue */
	size_t count;
};
/* Destroyed and superseded materials do not count. Of materials with a scope above the case those of other cases below the same unit,
 * building or parcel serve too, where the subject may read them, and so do those filed below a code that this one comes from; the newest
 * one is named. A department is told of what it is to receive, and of itself alone.
 * ZONG_ENOCASE. */
int zong_case_needs(struct zong_archive *archive, const struct zong_subject *who, const Zong__Case *cas, struct zong_case_needs *ret_needs,
	struct zong_err *err);
void zong_case_needs_release(struct zong_case_needs *needs);
/* 一次性告知单: what is still to be handed in, as a PDF to be given to the applicant. The file is the caller's. Recorded as a read.
 * ZONG_ENOCASE, ZONG_ENOCATALOGUE (none knows this kind of business), ZONG_ENOTREADY, and those of zong_pool_draw. */
int zong_case_notice(struct zong_archive *archive, const struct zong_subject *who, const char *no, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err);

/* The kind or the cause of a case turns out to be another one (NULL: as it is). Writes the case with an event that says what it was and why,
 * and a line of the log; what the catalogue then asks for besides is sent, what it sent and does not ask for any more is taken back; what a person
 * sent stays. The same as it is: no error, *ret_again. ZONG_ENOCASE, ZONG_EREASON (none given), ZONG_EINVAL (err names what), ZONG_ELIMIT,
 * ZONG_EENCODING and those of zong_store_write. */
struct zong_case_change {
	const char *kind, *cause, *reason;
};
int zong_case_change(struct zong_archive *archive, const struct zong_subject *who, const char *no, const struct zong_case_change *change,
	Zong__Case **ret_case, bool *ret_again, struct zong_err *err);
/* The kind of event that such a change leaves; nobody can enter one by hand. */
#define ZONG_CASE_CHANGED "更改登记类型"

#endif
