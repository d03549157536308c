/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/byteorder.h>

#include "pieces.h"

void pieces_cut(const struct zong_buf *bytes, enum zong_media media, struct pieces *ret_pieces)
{
	struct zong_cut_source source = {.fd = -1, .bytes = bytes->data, .len = bytes->len};
	struct zong_cut cut;
	uint64_t at = 0;
	size_t window, piece;

	ret_pieces->count = 0;
	assert_int_equal(zong_cut_open(&cut, &source, media), 0);
	while (at < bytes->len) {
		window = bytes->len - at;
		if (window > ZONG_SEGMENT_MAX)
			window = ZONG_SEGMENT_MAX;
		piece = zong_cut_next(&cut, bytes->data + at, window);
		assert_true(piece > 0 && piece <= window);
		assert_true(ret_pieces->count < 4096);
		ret_pieces->starts[ret_pieces->count] = at;
		ret_pieces->lens[ret_pieces->count++] = piece;
		at += piece;
	}
	zong_cut_release(&cut);
}

bool pieces_have(const struct pieces *pieces, uint64_t start, uint64_t len)
{
	uint64_t end = start + len;
	size_t i;

	for (i = 0; i < pieces->count; i++) {
		if (pieces->starts[i] < start)
			continue;
		if (pieces->starts[i] != start)
			return false;
		start += pieces->lens[i];
		if (start == end)
			return len > ZONG_SEGMENT_MAX || pieces->lens[i] == len;
		if (start > end)
			return false;
	}
	return false;
}

void pieces_pdf(
	struct zong_buf *buf, const struct zong_buf *image, bool by_reference, uint64_t *ret_start)
{
	zong_buf_add_str(buf,
		"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
		"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
		"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
		"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
		"/Resources << /XObject << /Im0 4 0 R >> >> >>\nendobj\n"
		"5 0 obj\n<< /Length 30 >>\nstream\n"
		"q 595 0 0 842 0 0 cm /Im0 Do Q\nendstream\nendobj\n");
	zong_buf_add_str(buf, "4 0 obj\n<< /Type /XObject /Subtype /Image /Filter /DCTDecode "
			      "/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 ");
	if (by_reference)
		zong_buf_add_str(buf, "/Length 6 0 R >>\nstream\r\n");
	else
		zong_buf_add_format(buf, "/Length %zu >>\nstream\n", image->len);
	*ret_start = buf->len;
	zong_buf_add(buf, image->data, image->len);
	zong_buf_add_str(buf, by_reference ? "\r\nendstream\nendobj\n" : "\nendstream\nendobj\n");
	if (by_reference)
		zong_buf_add_format(buf, "6 0 obj\n%zu\nendobj\n", image->len);
	zong_buf_add_str(buf, "trailer\n<< /Root 1 0 R /Size 7 >>\n%%EOF\n");
}

static void add_number(struct zong_buf *buf, uint64_t value, unsigned width, bool swap)
{
	uint8_t bytes[8];
	unsigned i;

	for (i = 0; i < width; i++)
		bytes[swap ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
	zong_buf_add(buf, bytes, width);
}

void pieces_tiff(struct zong_buf *buf, const struct zong_buf *image, unsigned strips, bool big,
	bool swap, uint64_t *ret_start)
{
	unsigned wide = big ? 8 : 4;
	unsigned head = big ? 16 : 8;
	uint64_t arrays = head + image->len;
	uint64_t directory = arrays + (uint64_t)strips * 2 * wide;
	uint64_t each = image->len / strips;
	unsigned tag, i;

	zong_buf_add_str(buf, swap ? "MM" : "II");
	add_number(buf, big ? 43 : 42, 2, swap);
	if (big) {
		add_number(buf, 8, 2, swap);
		add_number(buf, 0, 2, swap);
	}
	add_number(buf, directory, wide, swap);
	*ret_start = buf->len;
	zong_buf_add(buf, image->data, image->len);
	for (i = 0; i < strips; i++)
		add_number(buf, head + i * each, wide, swap);
	for (i = 0; i < strips; i++)
		add_number(buf, i + 1 < strips ? each : image->len - each * i, wide, swap);
	add_number(buf, 2, big ? 8 : 2, swap);
	for (tag = 0; tag < 2; tag++) {
		add_number(buf, tag == 0 ? 273 : 279, 2, swap);
		add_number(buf, big ? 16 : 4, 2, swap);
		add_number(buf, strips, wide, swap);
		if (strips == 1)
			add_number(buf, tag == 0 ? head : image->len, wide, swap);
		else
			add_number(buf, arrays + tag * (uint64_t)strips * wide, wide, swap);
	}
	add_number(buf, 0, wide, swap);
}

void pieces_png_chunk(struct zong_buf *buf, const char *type, const void *bytes, size_t len)
{
	add_number(buf, len, 4, true);
	zong_buf_add_str(buf, type);
	zong_buf_add(buf, bytes, len);
	add_number(buf, 0, 4, true); /* nobody looks at the CRC */
}
