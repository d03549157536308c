/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include <zong/byteorder.h>
#include <zong/time.h>

#include "backup_sink.h"
#include "segment.h"

/* ---- pace ---- */

void zong_backup_pace_spend(struct zong_backup_pace *pace, uint64_t bytes)
{
	int64_t due, now;
	struct timespec wait;

	if (pace->rate == 0)
		return;
	now = zong_time_monotonic();
	if (!pace->since)
		pace->since = now;
	pace->bytes += bytes;
	due = pace->since + (int64_t)((double)pace->bytes / (double)pace->rate * ZONG_SECOND);
	if (due <= now) {
		/* A pause is not made up for by a rush. */
		if (now - due > ZONG_SECOND) {
			pace->since = now;
			pace->bytes = 0;
		}
		return;
	}
	wait.tv_sec = (due - now) / ZONG_SECOND;
	wait.tv_nsec = (due - now) % ZONG_SECOND * 1000;
	nanosleep(&wait, NULL);
}

/* ---- the sink ---- */

int zong_backup_sink_init(struct zong_backup_sink *sink, struct zong_backup_folder *folder,
	struct zong_pack_set *set, const struct zong_backup_options *options)
{
	memset(sink, 0, sizeof(*sink));
	sink->folder = folder;
	sink->set = set;
	sink->watch = &options->watch;
	sink->pace.rate = options->rate;
	sink->pack_bytes = options->pack_bytes ? options->pack_bytes : ZONG_BACKUP_PACK_BYTES;
	zong_buf_init(&sink->value, ZONG_BACKUP_VALUE);
	sink->zstd = ZSTD_createCCtx();
	return sink->zstd ? 0 : ZONG_ENOMEM;
}

void zong_backup_sink_release(struct zong_backup_sink *sink)
{
	zong_pack_abandon(sink->writer);
	sink->writer = NULL;
	zong_digest_set_release(&sink->written);
	ZSTD_freeCCtx(sink->zstd);
	sink->zstd = NULL;
	zong_buf_release(&sink->value);
}

int zong_backup_sink_flush(struct zong_backup_sink *sink)
{
	struct zong_pack_writer *writer = sink->writer;
	struct zong_pack pack;
	int r;

	if (!writer)
		return 0;
	sink->writer = NULL;
	r = zong_pack_finish(writer, &pack);
	if (r)
		return r;
	sink->bytes += pack.size;
	return zong_pack_set_add(sink->set, &pack);
}

static int put_value(struct zong_backup_sink *sink, const struct zong_digest *digest,
	const void *value, size_t len)
{
	int r = 0;

	if (!sink->writer) {
		if (sink->set->last == UINT32_MAX)
			return ZONG_ELIMIT;
		r = zong_pack_create(sink->folder->packs, sink->set->last + 1, &sink->writer);
	}
	if (!r)
		r = zong_pack_add(sink->writer, digest, value, len);
	if (r)
		return r;
	zong_backup_pace_spend(&sink->pace, len);
	if (zong_pack_written(sink->writer) < sink->pack_bytes)
		return 0;
	return zong_backup_sink_flush(sink);
}

int zong_backup_sink_value(struct zong_backup_sink *sink, const struct zong_digest *digest,
	const void *value, size_t len)
{
	int r = put_value(sink, digest, value, len);

	sink->segments += r == 0;
	return r;
}

int zong_backup_sink_raw(struct zong_backup_sink *sink, const struct zong_digest *digest,
	const void *raw, size_t len)
{
	struct zong_segment_put put = {.raw = raw, .raw_len = (uint32_t)len};
	uint8_t head[ZONG_SEGMENT_HEADER];
	int r;

	if (zong_digest_set_has(&sink->written, digest))
		return 0;
	r = zong_digest_set_add(&sink->written, digest);
	if (r)
		return r;
	zong_segment_pack(&put, sink->zstd);
	head[0] = put.packed ? ZONG_SEGMENT_ZSTD : ZONG_SEGMENT_RAW;
	zong_write_be32(head + 1, put.raw_len);
	zong_buf_clear(&sink->value);
	zong_buf_add(&sink->value, head, sizeof(head));
	if (put.packed)
		zong_buf_add(&sink->value, put.packed, put.packed_len);
	else
		zong_buf_add(&sink->value, raw, len);
	zong_segment_put_release(&put);
	if (sink->value.err)
		return sink->value.err;
	return put_value(sink, digest, sink->value.data, sink->value.len);
}

void zong_backup_sink_trouble(struct zong_backup_sink *sink, enum zong_backup_trouble trouble,
	const char *name, const struct zong_digest *digest)
{
	sink->troubles++;
	if (sink->watch->trouble)
		sink->watch->trouble(sink->watch->ctx, trouble, name, digest);
}

int zong_backup_sink_progress(
	struct zong_backup_sink *sink, enum zong_backup_phase phase, uint64_t done, uint64_t total)
{
	int r = zong_backup_folder_touch(sink->folder);

	if (r)
		return r;
	if (sink->watch->progress && sink->watch->progress(sink->watch->ctx, phase, done, total))
		return ZONG_ECANCELLED;
	return 0;
}
