/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_JOURNAL_H
#define ZONG_ARCHIVE_JOURNAL_H

/* The archive's record of who did what to which object: the table LOG, appended to only.
 * Line n holds the hash of line n - 1, and its own is SHA-256 over that hash and the packed row
 * without its hash, so that a line changed or taken out later breaks the chain from there on. Each is also a
 * leaf of the tree over the log (log_tree.h), by which others can hold the archive to it. A line is never changed.
 *
 * What changes something adds its line in the same change (zong_journal_add). What only reads calls
 * zong_journal_read before it answers: the first read of one object by one subject for one purpose from one address
 * is durable before the answer goes out; repeats within ZONG_JOURNAL_WINDOW are counted in memory
 * and become one further line with their number when the window ends, or at close. A crash can lose
 * that number, never the fact that the object was read.
 *
 * Verbs: case.open case.read case.list parcel.read material.add batch.add material.read page.read file.read
 * search department.add token.new token.revoke session.open session.refused delivery.add
 * archive.repair archive.reindex scrub.found delivery.receipt delivery.return delivery.sent job.retry job.cancel case.event retention.set retention.unset
 * hold.place hold.lift destruction.propose destruction.approve destruction.cancel
 * link.list link.confirm link.refuse
 * review.list review.accept review.correct review.dismiss
 * unit.set unit.import unit.export unit.event unit.withdraw log.read log.export
 * destruction.execute material.destroyed destruction.certificate
 * place.add place.remove original.new original.read original.list original.shelve original.missing original.found
 * loan.lend loan.extend loan.return loan.settle loan.list reservation.add reservation.cancel reservation.lapse
 * stocktake.take stocktake.mark handover.make handover.check handover.return handover.take
 * handover.cancel handover.read
 * volume.new volume.set volume.close volume.check volume.reopen volume.shelve volume.annul volume.read volume.list
 * volume.print volume.export handover.print
 * query.enter query.change query.grant query.refuse query.withdraw query.copy query.read query.list query.print query.register query.check desk.begin desk.end
 * delivery.withdraw delivery.supersede delivery.replay delivery.dead delivery.list department.set department.rotate department.reconcile webhook.gone codes.set
 * user.add user.set user.reset user.password catalogue.new case.change case.notice
 * log.key log.cosign log.stamp proof.read query.paper vault.make vault.unlock vault.refused vault.lock vault.member vault.service vault.remove
 * vault.sheet vault.officers vault.recover vault.break vault.renew vault.share material.share property.run property.read property.list property.print.
 * Objects: case/NO material/ID file/sha256:... parcel/CODE department/ID token/ID delivery/ID
 * job/ID hold/ID unit/CODE units unit-events unit-event/ID destruction/ID links retention/rules place/CODE original/CODE originals stocktake/ID handover/NO volume/NO volumes query/NO queries desk/MACHINE user/NAME deliveries catalogue/VERSION vault/DEPARTMENT properties. */

#include <zong/identity.h>
#include <zong/store.h>

#define ZONG_JOURNAL_WINDOW (60 * ZONG_SECOND)
/* Reads remembered at once; over it the longest known ones are written out. */
#define ZONG_JOURNAL_READS 4096

/* In a change. @who NULL: the program itself ("zong"). @detail may be NULL. *ret_seq (may be NULL):
 * the line's number. */
int zong_journal_add(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *object, const char *detail, uint64_t *ret_seq);

/* The same, and who, when and why into *ret_step, in place of the one that is there; @ret_step NULL: the line alone. */
int zong_journal_step(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *object, const char *detail, const char *note, Zong__Step **ret_step);

/* The same with all of it given, for lines that stand for several reads. */
struct zong_journal_line {
	int64_t time;
	const char *subject, *name, *verb, *object; /* name: of the subject, for people */
	const char *detail; /* or NULL */
	const char *purpose, *origin;
	uint64_t count;
};
int zong_journal_append(
	struct zong_txn *txn, const struct zong_journal_line *line, uint64_t *ret_seq);

/* ---- reads: journal_read.c ---- */
struct zong_journal;

/* @window: microseconds. Starts the thread that writes repeats when their window ends. */
int zong_journal_open(struct zong_store *store, int64_t window, struct zong_journal **ret_journal);
/* Writes what is counted. NULL is fine. */
void zong_journal_close(struct zong_journal *journal);
/* 0: it is on record. Otherwise (those of zong_store_write) the read must not be answered. */
int zong_journal_read(struct zong_journal *journal, const struct zong_subject *who,
	const char *verb, const char *object);
/* The same without waiting: 0 where the read only has to be counted, ZONG_ENOTREADY where it needs
 * a line. */
int zong_journal_repeat(struct zong_journal *journal, const struct zong_subject *who,
	const char *verb, const char *object);

/* Does @record follow, as line @expected, the line with the hash *@previous? Then moves *@previous on. */
int zong_journal_follows(Zong__LogRecord *record, uint64_t expected, struct zong_digest *previous,
	bool *ret_follows);
/* Follows the chain from the first line. 0; *ret_broken is the first line that does not fit, 0:
 * none. */
int zong_journal_verify(struct zong_txn *txn, uint64_t *ret_broken);

#endif
