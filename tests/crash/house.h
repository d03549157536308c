/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_HOUSE_H
#define ZONG_TEST_HOUSE_H

/* One archive in a folder that fails, what is done to it, and what must hold afterwards.
 *
 *     house_begin(&house, "/tmp/w", ledger_fd);
 *     op->run(&house);             with faults: each promise that is made goes to the ledger
 *     house_check(&house, op);     without: everything in the ledger holds, and nothing is half there
 *     op->run(&house);             once more, without: it succeeds
 *     house_check_read(&house);
 *
 * The ledger is a file outside of the folder, a line a promise:
 *
 *     P PASSWORD            the archive is made, this is its administrator's password
 *     C NO                  a case
 *     M ID DIGEST PAPER NO  a material, of the paper of this number, in this case
 *     T RASTER              a page is read
 *     D ID STATE            a delivery has at least got to this state
 *     A ID ATTEMPTS         a delivery was tried so often
 *     X CHANGE              the text index has reached this change
 *     O ID DIGEST           a material that an older zong has taken in
 *     L ID                  a material may be destroyed
 *     G ID                  a material was destroyed
 *     B NAME                a snapshot in the backup
 *     R                     the archive is restored
 *     V ID                  an item of the review list is decided
 *     W TEXT                a page says this since it was corrected
 *     Z CODE STAGE          a paper has come at least so far (operations_papers.c)
 *     N CODE                a unit is in the table
 *     E BEFORE AFTER        an event leads from one code to another, unless Y withdraws it
 *     Y ID                  an event is withdrawn
 *     J LATER EARLIER       a link is confirmed (operations_desk.c)
 *     U NO KIND             a case was changed to this kind
 *     H NO STATE            a volume has come at least so far
 *     S NO STAGE RECORD     a report of the four properties, no older than that line (operations_property.c)
 *     Q NO STATE            a query is there, and decided so
 *     v                     a vault is made (operations_vault.c)
 *     F PAPER               a file is in it, of the paper of this number
 *     K                     no segment is there that nobody names
 *
 * Threads: house_tell any. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/archive.h>
#include <zong/digest.h>
#include <zong/identity.h>
#include <zong/store.h>

struct house {
	char root[1024];    /* all of it lies below here */
	char archive[1100]; /* root/a */
	int ledger;	    /* written to while an operation runs */
	struct zong_archive *open;
	struct zong_subject archivist, local, tax, bank;
	bool calm;	   /* no faults: whatever fails is wrong */
	unsigned troubles; /* failures met and overcome */
};

struct operation {
	const char *name;
	const char *begins_with; /* the prepared state; NULL: nothing */
	/* 0, or it could not be done although the trouble was over. */
	int (*run)(struct house *house);
	/* Opens, looks whether the ledger holds; NULL: house_check. */
	int (*after)(struct house *house);
	unsigned long floor; /* fault points that it must have at least */
};
extern const struct operation operations[];
extern const size_t operation_count;

struct prepared {
	const char *name;
	const char *begins_with;
	int (*make)(struct house *house);
};
extern const struct prepared prepared_states[];
extern const size_t prepared_count;

void house_begin(struct house *house, const char *root, int ledger);
/* Opens the archive, trying again while there is trouble. @paused: no page is read. */
int house_open(struct house *house, bool paused);
void house_close(struct house *house);
/* Is @code trouble with the disk that passes? Then a moment to try again. */
bool house_trouble(struct house *house, int code);
void house_tell(struct house *house, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What is in it: lines without their ends, to be freed by the other. */
char **house_ledger(struct house *house, size_t *ret_count);
void house_ledger_free(char **lines, size_t count);
/* First sizes of the maps for what is opened next: 0 the usual ones. */
void house_maps(size_t catalog, size_t segments);

/* What the ledger says of the review list. */
void house_check_review(struct house *house);
/* ... of the table of units. */
void house_check_units(struct house *house);
/* ... of links, volumes and queries. */
void house_check_desk(struct house *house);
/* ... of the four properties. */
void house_check_properties(struct house *house);
/* ... of papers. */
void house_check_papers(struct house *house);

/* Says what is wrong; house_wrongs counts. */
void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned house_wrongs(void);

/* The store's own rows, all of them: check_rows.c. */
enum house_rows {
	HOUSE_OWN,     /* some pages may wait */
	HOUSE_READ,    /* none does */
	HOUSE_FOREIGN, /* some may be put aside: another's archive */
};
void house_check_rows(struct zong_archive *archive, enum house_rows state);
/* The promises in the ledger: check.c. The archive is open. */
void house_check_ledger(struct house *house);
/* Opens, both of the above and all files and texts. */
int house_check(struct house *house);
/* The same, after every page that is not read has been: each has a job for that. */
int house_check_read(struct house *house);

/* ---- papers: papers.c ---- */

/* The document of this number, always the same: a descriptor. Every third is large, every fourth a TIFF,
 * each has a page of its own with the word "wNUMBER" and shares one with all. */
int paper_open(unsigned number, size_t *ret_len);
void paper_digest(unsigned number, struct zong_digest *ret_digest);

#endif
