/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The conversation with a worker: the first eight bytes are a frame's header, the rest its body.
 * What is taken must come out the same when it is written again: one meaning, one form. */

#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/limits.h>

#include "proto.h"
#include "fuzz.h"

#define FILE_SIZE 100000 /* of the document whose image is told */

static void same(struct zong_buf *again, const uint8_t *body, size_t len)
{
	must_hold(again->err == 0);
	must_hold(again->len == len);
	must_hold(len == 0 || memcmp(again->data, body, len) == 0);
}

static void check_reading(const struct zong_reading *reading)
{
	uint32_t i, next = 0;

	for (i = 0; i < reading->words; i++) {
		must_hold(reading->word[i].text[0] != '\0');
		must_hold(reading->word[i].box.x + reading->word[i].box.width <= reading->width);
		must_hold(reading->word[i].box.y + reading->word[i].box.height <= reading->height);
	}
	for (i = 0; i < reading->lines; i++) {
		must_hold(reading->line[i].first == next);
		next += reading->line[i].count;
	}
	must_hold(next == reading->words);
}

static void check_image(const struct zong_image *image)
{
	uint64_t rows = 0, bytes = 0;
	uint32_t i, next = 0;

	for (i = 0; i < image->strips; i++) {
		must_hold(image->strip[i].first == next);
		next += image->strip[i].count;
		rows += image->strip[i].rows;
	}
	must_hold(next == image->pieces && rows == image->height);
	for (i = 0; i < image->pieces; i++) {
		const struct zong_image_piece *piece = &image->piece[i];
		uint64_t most = piece->inlined ? image->bytes_len : FILE_SIZE;

		must_hold(piece->offset <= most && piece->len <= most - piece->offset);
		bytes += piece->len;
	}
	must_hold(bytes <= FILE_SIZE + image->bytes_len);
}

static void check_answer(enum zong_message type, const uint8_t *body, size_t len,
	struct zong_arena *arena, struct zong_buf *again)
{
	struct zong_reading reading;
	struct zong_probe_page page;
	struct zong_image image;
	const uint8_t *piece;
	size_t piece_len;
	uint64_t total;
	const char *text;
	uint32_t number;
	int code;

	if (type == ZONG_MESSAGE_READY && !zong_proto_parse_ready(body, len, &number))
		zong_proto_add_ready(again, number);
	else if (type == ZONG_MESSAGE_FAILED &&
		 !zong_proto_parse_failed(body, len, arena, &code, &text))
		zong_proto_add_failed(again, code, text);
	else if (type == ZONG_MESSAGE_OPENED && !zong_proto_parse_opened(body, len, &number))
		zong_proto_add_opened(again, number);
	else if (type == ZONG_MESSAGE_EXTRACTED &&
		 !zong_proto_parse_extracted(body, len, &total, &piece, &piece_len))
		zong_proto_add_extracted(again, total, piece, piece_len);
	else if (type == ZONG_MESSAGE_PROBED && !zong_proto_parse_page(body, len, arena, &page))
		zong_proto_add_page(again, &page);
	else if (type == ZONG_MESSAGE_IMAGED &&
		 !zong_proto_parse_image(body, len, FILE_SIZE, arena, &image)) {
		check_image(&image);
		zong_proto_add_image(again, &image);
	} else if (type == ZONG_MESSAGE_READING &&
		   !zong_proto_parse_reading(body, len, arena, &reading)) {
		check_reading(&reading);
		zong_proto_add_reading(again, &reading);
	} else
		return;
	same(again, body, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_buf again = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE);
	struct zong_request request;
	enum zong_message type;
	size_t said;

	if (len < ZONG_PROTO_HEADER ||
		zong_proto_parse_header(bytes, ZONG_LIMIT_WORKER_MESSAGE, &type, &said))
		return 0;
	must_hold(said <= ZONG_LIMIT_WORKER_MESSAGE);
	bytes += ZONG_PROTO_HEADER;
	len -= ZONG_PROTO_HEADER;
	if (!zong_proto_parse_request(type, bytes, len, &request)) {
		zong_proto_add_request(&again, &request);
		same(&again, bytes, len);
	} else {
		check_answer(type, bytes, len, &arena, &again);
	}
	zong_buf_release(&again);
	zong_arena_release(&arena);
	return 0;
}
