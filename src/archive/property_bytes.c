/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "property.h"

/* The bytes as they are stored: all of them are read and digested anew, some at a time, with no transaction held between. */

#define PIECE (1 << 20)
#define HEAD 1024 /* by which a kind of file is known */

static int stopped(const struct zong_property_run *run)
{
	return run->stop && atomic_load(run->stop) ? ZONG_ECANCELLED : 0;
}

/* While its bytes go by. */
struct sums {
	struct zong_digest_state *sha;
	struct zong_sm3_state *sm3; /* NULL: the file has none to compare with */
};

/* SM3 of the file's row; those that came before it was computed have none. */
static int begin_sums(const struct zong_property_paper *paper, struct sums *sums)
{
	int err = zong_digest_begin(&sums->sha);

	sums->sm3 = NULL;
	if (err || !paper->file || !paper->file->sm3.len)
		return err;
	err = zong_sm3_begin(&sums->sm3);
	if (err)
		zong_digest_abandon(sums->sha);
	return err;
}

static void end_sums(struct sums *sums, struct zong_property_paper *paper)
{
	struct zong_digest digest, stated;

	zong_digest_end(sums->sha, &digest);
	paper->read = zong_digest_equal(&digest, &paper->digest) ? 0 : ZONG_ECORRUPT;
	if (!sums->sm3)
		return;
	zong_sm3_end(sums->sm3, &digest);
	paper->sm3 =
		!zong_row_digest(&paper->file->sm3, &stated) || !zong_digest_equal(&digest, &stated)
			? ZONG_PROPERTY_SM3_WRONG
			: ZONG_PROPERTY_SM3_RIGHT;
}

static int read_all(struct zong_property_run *run, struct zong_property_paper *paper,
	struct zong_reader *reader, uint8_t *piece, const struct sums *sums)
{
	uint64_t at = 0;
	size_t got = PIECE;
	int err = 0;

	while (!err && got == PIECE) {
		err = stopped(run);
		if (!err)
			err = zong_reader_read(reader, at, piece, PIECE, &got);
		if (err)
			return err;
		if (at == 0)
			paper->media = zong_media_of(piece, got < HEAD ? got : HEAD);
		zong_digest_add(sums->sha, piece, got);
		if (sums->sm3)
			zong_sm3_add(sums->sm3, piece, got);
		at += got;
	}
	paper->bytes = at;
	return err;
}

static int digest_all(struct zong_property_run *run, struct zong_property_paper *paper,
	struct zong_reader *reader, uint8_t *piece)
{
	struct sums sums;
	int err = begin_sums(paper, &sums);

	if (err)
		return err;
	err = read_all(run, paper, reader, piece, &sums);
	if (err) {
		zong_digest_abandon(sums.sha);
		zong_sm3_abandon(sums.sm3);
		return err;
	}
	end_sums(&sums, paper);
	return paper->read;
}

/* Into paper->read; what it returns ends the run. */
static int read_paper(
	struct zong_property_run *run, struct zong_property_paper *paper, uint8_t *piece)
{
	struct zong_reader *reader;
	int err;

	if (!paper->known) {
		paper->read = ZONG_ENOENT;
		return 0;
	}
	err = zong_reader_open(run->archive->store, &paper->digest, &reader);
	if (!err) {
		err = digest_all(run, paper, reader, piece);
		zong_reader_close(reader);
	}
	if (err == ZONG_ECANCELLED || err == ZONG_ENOMEM)
		return err;
	paper->read = err;
	return 0;
}

/* What the material says beside is what its file says. */
static bool has_sm3_of(
	const struct zong_property_paper *paper, const struct zong_property_paper *read)
{
	const ProtobufCBinaryData *said = &paper->row->sm3;
	const ProtobufCBinaryData *is = read->file ? &read->file->sm3 : NULL;

	return said->len == 0 ||
	       (is && said->len == is->len && memcmp(said->data, is->data, is->len) == 0);
}

static void say_read(struct zong_property_run *run, const struct zong_property_paper *paper,
	const struct zong_property_paper *read)
{
	zong_property_looked(run, ZONG_PROPERTY_DIGEST, 1);
	if (!read->read) {
		if (read->sm3 == ZONG_PROPERTY_SM3_WRONG || !has_sm3_of(paper, read))
			zong_property_fault_of(
				run, ZONG_PROPERTY_DIGEST, paper, "sm3", "sm3-differs", NULL);
		return;
	}
	zong_property_fault_of(run, ZONG_PROPERTY_DIGEST, paper, "file",
		read->read == ZONG_ECORRUPT ? "bytes-changed"
		: read->read == ZONG_ENOENT ? "file-gone"
					    : "unreadable",
		zong_error_slug(read->read));
	zong_property_fault_of(run, ZONG_PROPERTY_CONTENT, paper, "file", "content-damaged", NULL);
}

/* By what the bytes were held against what is recorded. */
static void say_digests(struct zong_property_run *run)
{
	char detail[64];
	size_t sha = 0, sm3 = 0;

	for (size_t i = 0; i < run->papers; i++) {
		const struct zong_property_paper *read = &run->paper[run->paper[i].same];

		sha += read->read == 0;
		sm3 += read->read == 0 && read->sm3 != ZONG_PROPERTY_SM3_NONE;
	}
	snprintf(detail, sizeof(detail), "SHA-256 %zu, SM3 %zu", sha, sm3);
	if (run->papers)
		zong_property_say(run, ZONG_PROPERTY_DIGEST, "", detail);
}

/* ---- 1-10: as it was recorded ---- */

static enum zong_media media_of_name(const char *name)
{
	static const struct {
		const char *ending;
		enum zong_media media;
	} endings[] = {
		{"tif", ZONG_MEDIA_TIFF},
		{"tiff", ZONG_MEDIA_TIFF},
		{"pdf", ZONG_MEDIA_PDF},
		{"jpg", ZONG_MEDIA_JPEG},
		{"jpeg", ZONG_MEDIA_JPEG},
		{"png", ZONG_MEDIA_PNG},
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcasecmp(dot + 1, endings[i].ending) == 0)
			return endings[i].media;
	return ZONG_MEDIA_UNKNOWN;
}

static void look_attributes(struct zong_property_run *run, const struct zong_property_paper *paper,
	const struct zong_property_paper *read)
{
	const Zong__Material *row = paper->row;
	enum zong_media named = media_of_name(row->file_name);
	char detail[64];

	zong_property_looked(run, ZONG_PROPERTY_ATTRIBUTES, 1);
	if (read->read) {
		zong_property_fault(run, ZONG_PROPERTY_ATTRIBUTES,
			&(struct zong_property_fault){.object = paper->object,
				.name = zong_property_paper_name(paper),
				.element = "file",
				.why = "content-damaged",
				.not_run = true});
		return;
	}
	snprintf(detail, sizeof(detail), "%llu/%llu", (unsigned long long)read->bytes,
		(unsigned long long)row->bytes);
	if (read->bytes != row->bytes || (paper->file && paper->file->bytes != row->bytes))
		zong_property_fault_of(
			run, ZONG_PROPERTY_ATTRIBUTES, paper, "bytes", "size-differs", detail);
	if (read->media != row->media || (paper->file && paper->file->media != row->media))
		zong_property_fault_of(run, ZONG_PROPERTY_ATTRIBUTES, paper, "media",
			"media-differs", zong_media_type(read->media));
	if (named != ZONG_MEDIA_UNKNOWN && named != read->media)
		zong_property_fault_of(run, ZONG_PROPERTY_ATTRIBUTES, paper, "file_name",
			"name-ending", zong_media_type(read->media));
}

/* ---- 3-3: what the hall keeps ---- */

static void look_media(struct zong_property_run *run, const struct zong_property_paper *paper,
	const struct zong_property_paper *read)
{
	if (read->read)
		return;
	zong_property_looked(run, ZONG_PROPERTY_MEDIA, 1);
	if (read->media == ZONG_MEDIA_UNKNOWN || !(run->archive->property.media >> read->media & 1))
		zong_property_fault_of(run, ZONG_PROPERTY_MEDIA, paper, "media",
			"media-not-allowed", zong_media_type(read->media));
}

void zong_property_look_bytes(struct zong_property_run *run)
{
	uint8_t *piece = malloc(PIECE);
	uint64_t recorded = 0, stored = 0;
	char detail[64];
	int err = piece ? 0 : ZONG_ENOMEM;

	for (size_t i = 0; i < run->papers && !err; i++) {
		struct zong_property_paper *paper = &run->paper[i];
		const struct zong_property_paper *read = &run->paper[paper->same];

		if (paper->same == i)
			err = read_paper(run, paper, piece);
		if (err)
			break;
		say_read(run, paper, read);
		look_attributes(run, paper, read);
		look_media(run, paper, read);
		recorded += paper->row->bytes;
		stored += read->read ? 0 : read->bytes;
		zong_property_looked(run, ZONG_PROPERTY_BYTES, 1);
	}
	free(piece);
	if (!err)
		say_digests(run);
	snprintf(detail, sizeof(detail), "%llu/%llu", (unsigned long long)stored,
		(unsigned long long)recorded);
	if (!err && recorded != stored)
		zong_property_fault(run, ZONG_PROPERTY_BYTES,
			&(struct zong_property_fault){
				.element = "bytes", .why = "size-differs", .detail = detail});
	if (err && !run->err)
		run->err = err;
}
