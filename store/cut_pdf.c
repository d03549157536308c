/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"

/* PDF (ISO 32000-1 §7.3.8): "<< ... /Length n ... >> stream EOL bytes EOL endstream". The file is
 * searched from front to back for the key word; the objects are not parsed. Where the length stands
 * there and "endstream" is found behind that many bytes, it is believed, and the bytes are
 * not looked at. Where it does not (it may be a reference), "endstream" is searched for. */
#define WINDOW (256 * 1024)
#define LOOK_BACK 1024 /* how far before "stream" /Length may stand */
#define LOOK_AHEAD 16  /* white space and "endstream" */
#define NOWHERE UINT64_MAX

static const char stream_word[] = "stream";
static const char end_word[] = "endstream";

/* The part of the file that is looked at; moves forward only. */
struct scan {
	struct zong_cut_runs *runs;
	uint8_t *window;
	uint64_t base;
	size_t filled;
};

/* Reads that go from front to back are not charged: every byte is read once or twice. */
static bool read_free(struct zong_cut_runs *runs, uint64_t at, void *bytes, size_t len)
{
	uint64_t budget = runs->budget;
	bool ok;

	runs->budget = UINT64_MAX;
	ok = zong_cut_read(runs, at, bytes, len);
	runs->budget = budget;
	return ok;
}

static bool fill(struct scan *scan, uint64_t at)
{
	uint64_t left = scan->runs->source->len - at;

	scan->base = at;
	scan->filled = left < WINDOW ? (size_t)left : WINDOW;
	return read_free(scan->runs, at, scan->window, scan->filled);
}

/* The first place of @word at or behind @at. */
static uint64_t find(struct scan *scan, uint64_t at, const char *word)
{
	size_t len = strlen(word);
	const uint8_t *hit;

	while (at < scan->runs->source->len && scan->runs->source->len - at >= len) {
		if (at < scan->base || at + len > scan->base + scan->filled) {
			if (!fill(scan, at))
				return NOWHERE;
		}
		hit = memmem(scan->window + (at - scan->base),
			scan->filled - (size_t)(at - scan->base), word, len);
		if (hit)
			return scan->base + (uint64_t)(hit - scan->window);
		at = scan->base + scan->filled - (len - 1);
	}
	return NOWHERE;
}

static bool is_white(uint8_t byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f' ||
	       byte == 0;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* The direct number behind the last "/Length" in @text, or NOWHERE. */
static uint64_t length_in(const uint8_t *text, size_t len)
{
	static const char word[] = "/Length";
	uint64_t length = NOWHERE;
	const uint8_t *hit;
	size_t at = 0;
	uint64_t n;

	for (;;) {
		hit = memmem(text + at, len - at, word, strlen(word));
		if (!hit)
			return length;
		at = (size_t)(hit - text) + strlen(word);
		while (at < len && is_white(text[at]))
			at++;
		if (at == len || !is_digit(text[at]))
			continue; /* /Length1, or something else */
		if (is_digit(text[(size_t)(hit - text) + strlen(word)]))
			continue; /* /Length1 without a blank */
		n = 0;
		while (at < len && is_digit(text[at]) && n < NOWHERE / 16)
			n = n * 10 + (text[at++] - '0');
		length = n;
	}
}

/* The place of "endstream" behind the bytes when the dictionary's /Length leads there. The number
 * of a reference ("12 0 R") hardly ever does, and if it does it is as good as any other. */
static uint64_t end_by_length(struct scan *scan, uint64_t word_at, uint64_t start)
{
	uint64_t back = word_at < LOOK_BACK ? word_at : LOOK_BACK;
	uint64_t file_len = scan->runs->source->len;
	uint8_t text[LOOK_BACK];
	uint64_t length, left;
	size_t i = 0;

	if (!read_free(scan->runs, word_at - back, text, (size_t)back))
		return NOWHERE;
	length = length_in(text, (size_t)back);
	if (length > file_len - start)
		return NOWHERE;
	left = file_len - start - length;
	if (left > LOOK_AHEAD)
		left = LOOK_AHEAD;
	if (!read_free(scan->runs, start + length, text, (size_t)left))
		return NOWHERE;
	while (i < left && is_white(text[i]))
		i++;
	if (left - i < strlen(end_word) || memcmp(text + i, end_word, strlen(end_word)) != 0)
		return NOWHERE;
	return start + length;
}

/* @end without the end of line that stands before "endstream" and does not belong to the bytes. */
static uint64_t without_eol(struct scan *scan, uint64_t start, uint64_t end)
{
	uint8_t last[2] = {0, 0};

	if (end - start >= 2 && read_free(scan->runs, end - 2, last, 2) && last[0] == '\r' &&
		last[1] == '\n')
		return end - 2;
	if (end - start >= 1 && read_free(scan->runs, end - 1, last, 1) &&
		(last[0] == '\r' || last[0] == '\n'))
		return end - 1;
	return end;
}

/* Where the bytes of a stream begin when "stream" at @at is the key word, else NOWHERE. */
static uint64_t start_of(struct scan *scan, uint64_t at)
{
	uint64_t behind = at + strlen(stream_word);
	uint8_t text[2] = {0, 0};
	uint64_t left = scan->runs->source->len - behind;

	if (at == 0 || !read_free(scan->runs, at - 1, text, 1))
		return NOWHERE;
	if (!is_white(text[0]) && text[0] != '>')
		return NOWHERE;
	if (!read_free(scan->runs, behind, text, left < 2 ? (size_t)left : 2) || left == 0)
		return NOWHERE;
	if (text[0] == '\n')
		return behind + 1;
	if (text[0] == '\r')
		return behind + (left > 1 && text[1] == '\n' ? 2 : 1);
	return NOWHERE;
}

void zong_cut_pdf(struct zong_cut_runs *runs)
{
	struct scan scan = {.runs = runs, .window = malloc(WINDOW)};
	uint64_t at = 0;
	uint64_t start, end;

	if (!scan.window) {
		runs->no_memory = true;
		return;
	}
	for (;;) {
		at = find(&scan, at, stream_word);
		if (at == NOWHERE)
			break;
		start = start_of(&scan, at);
		if (start == NOWHERE) {
			at += strlen(stream_word);
			continue;
		}
		end = end_by_length(&scan, at, start);
		if (end != NOWHERE) {
			zong_cut_add(runs, start, end);
			at = end;
			continue;
		}
		at = find(&scan, start, end_word);
		if (at == NOWHERE)
			break;
		zong_cut_add(runs, start, without_eol(&scan, start, at));
		at += strlen(end_word);
	}
	free(scan.window);
}
