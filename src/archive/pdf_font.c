/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "pdf_font.h"

#define CHARACTERS 0x110000
#define EM 1000
#define GLYPHS 2
#define TABLES 10
#define TABLE_MAX 128
#define NAME "ZongInvisible"
#define BLOCK_MAX 100 /* entries of one bfchar block */

int zong_pdf_font_init(struct zong_pdf_font *font)
{
	font->code = calloc(CHARACTERS, sizeof(*font->code));
	font->character = calloc(ZONG_LIMIT_CHARACTERS + 1, sizeof(*font->character));
	font->codes = 0;
	if (font->code && font->character)
		return 0;
	zong_pdf_font_release(font);
	return ZONG_ENOMEM;
}

void zong_pdf_font_release(struct zong_pdf_font *font)
{
	free(font->code);
	free(font->character);
	*font = (struct zong_pdf_font){0};
}

uint16_t zong_pdf_font_code(struct zong_pdf_font *font, uint32_t character)
{
	if (character == 0 || character >= CHARACTERS)
		return 0;
	if (!font->code[character] && font->codes < ZONG_LIMIT_CHARACTERS) {
		font->codes++;
		font->code[character] = (uint16_t)font->codes;
		font->character[font->codes] = character;
	}
	return font->code[character];
}

/* -- the font program: ISO/IEC 14496-22, two glyphs without an outline -- */

struct table {
	const char *tag;
	uint8_t bytes[TABLE_MAX];
	size_t len;
};

static void put16(struct table *table, unsigned int value)
{
	zong_write_be16(table->bytes + table->len, (uint16_t)value);
	table->len += 2;
}

static void put32(struct table *table, uint32_t value)
{
	zong_write_be32(table->bytes + table->len, value);
	table->len += 4;
}

static void put_zeros(struct table *table, size_t len)
{
	table->len += len;
}

static void make_os2(struct table *table)
{
	put16(table, 3);
	put16(table, EM);
	put16(table, 400); /* weight: regular */
	put16(table, 5);   /* width: medium */
	put_zeros(table, 2 + 10 * 2 + 2 + 10 + 4 * 4);
	put32(table, 0x5A4F4E47); /* who made it: ZONG */
	put16(table, 0x40);	  /* regular */
	put16(table, 0);
	put16(table, 0xFFFF);
	put16(table, (unsigned int)(ZONG_PDF_ASCENT * EM));
	put16(table, (unsigned int)-(int)(ZONG_PDF_DESCENT * EM));
	put16(table, 0);
	put16(table, (unsigned int)(ZONG_PDF_ASCENT * EM));
	put16(table, (unsigned int)(ZONG_PDF_DESCENT * EM));
	put_zeros(table, 2 * 4 + 2 * 2);
	put16(table, 0);
	put16(table, 32);
	put16(table, 1);
}

/* No character leads to a glyph: codes do, by the CIDToGIDMap. */
static void make_cmap(struct table *table)
{
	put16(table, 0);
	put16(table, 1);
	put16(table, 3);
	put16(table, 1);
	put32(table, 12);
	put16(table, 4);
	put16(table, 24);
	put16(table, 0);
	put16(table, 2); /* twice one segment */
	put16(table, 2);
	put16(table, 0);
	put16(table, 0);
	put16(table, 0xFFFF);
	put16(table, 0);
	put16(table, 0xFFFF);
	put16(table, 1);
	put16(table, 0);
}

static void make_head(struct table *table)
{
	put32(table, 0x00010000);
	put32(table, 0x00010000);
	put32(table, 0); /* the check sum, when all is there */
	put32(table, 0x5F0F3CF5);
	put16(table, 0);
	put16(table, EM);
	put_zeros(table, 8 + 8 + 4 * 2 + 2);
	put16(table, 8);
	put16(table, 2);
	put16(table, 0); /* short offsets */
	put16(table, 0);
}

static void make_hhea(struct table *table)
{
	put32(table, 0x00010000);
	put16(table, (unsigned int)(ZONG_PDF_ASCENT * EM));
	put16(table, (unsigned int)-(int)(ZONG_PDF_DESCENT * EM));
	put16(table, 0);
	put16(table, EM);
	put_zeros(table, 3 * 2);
	put16(table, 1);
	put_zeros(table, 2 * 2 + 4 * 2 + 2);
	put16(table, GLYPHS);
}

static void make_maxp(struct table *table)
{
	put32(table, 0x00010000);
	put16(table, GLYPHS);
	put_zeros(table, 2 * 4);
	put16(table, 1);
	put_zeros(table, 2 * 8);
}

/* One record, the PostScript name. */
static void make_name(struct table *table)
{
	put16(table, 0);
	put16(table, 1);
	put16(table, 18);
	put16(table, 1);
	put16(table, 0);
	put16(table, 0);
	put16(table, 6);
	put16(table, sizeof(NAME) - 1);
	put16(table, 0);
	memcpy(table->bytes + table->len, NAME, sizeof(NAME) - 1);
	table->len += sizeof(NAME) - 1;
}

static size_t make_tables(struct table tables[TABLES])
{
	static const char *const tags[TABLES] = {
		"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"};
	size_t i;

	memset(tables, 0, TABLES * sizeof(*tables));
	for (i = 0; i < TABLES; i++)
		tables[i].tag = tags[i];
	make_os2(&tables[0]);
	make_cmap(&tables[1]);
	put_zeros(&tables[2], 4);
	make_head(&tables[3]);
	make_hhea(&tables[4]);
	for (i = 0; i < GLYPHS; i++) {
		put16(&tables[5], EM);
		put16(&tables[5], 0);
	}
	put_zeros(&tables[6], (GLYPHS + 1) * 2);
	make_maxp(&tables[7]);
	make_name(&tables[8]);
	put32(&tables[9], 0x00030000); /* glyphs have no names */
	put_zeros(&tables[9], 28);
	return 3;
}

static uint32_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 4 <= len; i += 4)
		sum += zong_read_be32(bytes + i);
	return sum;
}

static int make_program(struct zong_buf *buf)
{
	struct table *tables = calloc(TABLES, sizeof(*tables));
	size_t head, at = 12 + 16 * TABLES, i, head_at = 0;
	uint8_t row[16];

	if (!tables)
		return ZONG_ENOMEM;
	head = make_tables(tables);
	zong_write_be32(row, 0x00010000);
	zong_write_be16(row + 4, TABLES);
	zong_write_be16(row + 6,
		128); /* search: 16 times the power of two below, its logarithm, the rest */
	zong_write_be16(row + 8, 3);
	zong_write_be16(row + 10, 16 * TABLES - 128);
	zong_buf_add(buf, row, 12);
	for (i = 0; i < TABLES; i++) {
		size_t padded = (tables[i].len + 3) & ~(size_t)3;

		memcpy(row, tables[i].tag, 4);
		zong_write_be32(row + 4, sum_of(tables[i].bytes, padded));
		zong_write_be32(row + 8, (uint32_t)at);
		zong_write_be32(row + 12, (uint32_t)tables[i].len);
		zong_buf_add(buf, row, sizeof(row));
		if (i == head)
			head_at = at;
		at += padded;
	}
	for (i = 0; i < TABLES; i++)
		zong_buf_add(buf, tables[i].bytes, (tables[i].len + 3) & ~(size_t)3);
	free(tables);
	if (buf->err)
		return buf->err;
	zong_write_be32(buf->data + head_at + 8, 0xB1B0AFBA - sum_of(buf->data, buf->len));
	return 0;
}

/* -- what the PDF says of it -- */

static void add_map(const struct zong_pdf_font *font, struct zong_buf *buf)
{
	uint32_t i, left = 0;

	zong_buf_add_str(buf,
		"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (i = 1; i <= font->codes; i++) {
		uint32_t character = font->character[i];

		if (left == 0) {
			left = font->codes - i + 1 < BLOCK_MAX ? font->codes - i + 1 : BLOCK_MAX;
			zong_buf_add_format(buf, "%u beginbfchar\n", left);
		}
		if (character >= 0x10000)
			zong_buf_add_format(buf, "<%04X> <%04X%04X>\n", i,
				0xD800 + ((character - 0x10000) >> 10),
				0xDC00 + ((character - 0x10000) & 0x3FF));
		else
			zong_buf_add_format(buf, "<%04X> <%04X>\n", i, character);
		if (--left == 0)
			zong_buf_add_str(buf, "endbfchar\n");
	}
	zong_buf_add_str(buf, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}

static void add_glyphs(const struct zong_pdf_font *font, struct zong_buf *buf)
{
	uint32_t i;

	zong_buf_add(buf, "\0\0", 2);
	for (i = 1; i <= font->codes; i++)
		zong_buf_add(buf, "\0\1", 2);
}

static void write_dictionaries(struct zong_pdf_file *file, uint32_t font, uint32_t descendant,
	uint32_t descriptor, uint32_t program, uint32_t map, uint32_t glyphs)
{
	zong_pdf_object(file, font);
	zong_pdf_format(file,
		"<</Type /Font /Subtype /Type0 /BaseFont /" NAME " /Encoding /Identity-H "
		"/DescendantFonts [%u 0 R] /ToUnicode %u 0 R>>",
		descendant, map);
	zong_pdf_object_end(file);
	zong_pdf_object(file, descendant);
	zong_pdf_format(file,
		"<</Type /Font /Subtype /CIDFontType2 /BaseFont /" NAME
		" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> "
		"/FontDescriptor %u 0 R /CIDToGIDMap %u 0 R /DW %d>>",
		descriptor, glyphs, EM);
	zong_pdf_object_end(file);
	zong_pdf_object(file, descriptor);
	zong_pdf_format(file,
		"<</Type /FontDescriptor /FontName /" NAME " /Flags 4 /FontBBox [0 %d %d %d] "
		"/ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %u 0 R>>",
		-(int)(ZONG_PDF_DESCENT * EM), EM, (int)(ZONG_PDF_ASCENT * EM),
		(int)(ZONG_PDF_ASCENT * EM), -(int)(ZONG_PDF_DESCENT * EM),
		(int)(ZONG_PDF_ASCENT * EM), program);
	zong_pdf_object_end(file);
}

void zong_pdf_font_write(
	const struct zong_pdf_font *font, struct zong_pdf_file *file, uint32_t number)
{
	struct zong_buf buf = ZONG_BUF_INIT(4 << 20);
	uint32_t descendant = zong_pdf_reserve(file), descriptor = zong_pdf_reserve(file);
	uint32_t program = zong_pdf_reserve(file), map = zong_pdf_reserve(file);
	uint32_t glyphs = zong_pdf_reserve(file);
	char entries[32];

	write_dictionaries(file, number, descendant, descriptor, program, map, glyphs);
	if (make_program(&buf))
		zong_pdf_fail(file, ZONG_ENOMEM);
	snprintf(entries, sizeof(entries), "/Length1 %zu", buf.len);
	zong_pdf_stream(file, program, entries, buf.data, buf.len, false);
	zong_buf_clear(&buf);
	add_map(font, &buf);
	if (buf.err)
		zong_pdf_fail(file, buf.err);
	zong_pdf_stream(file, map, "", buf.data, buf.len, true);
	zong_buf_clear(&buf);
	add_glyphs(font, &buf);
	if (buf.err)
		zong_pdf_fail(file, buf.err);
	zong_pdf_stream(file, glyphs, "", buf.data, buf.len, true);
	zong_buf_release(&buf);
}
