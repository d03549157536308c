/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PDF as scanners make it: each page one picture, wrapped. By hand, because the fax or JPEG stream
 * must stand in the file exactly as a TIFF or JPEG of the same page has it (ISO 32000-1 §7.5,
 * §7.4.6). Objects: 1 catalog, 2 page tree, 3 information, then for each page: page, content,
 * image.
 */
#include "mkscan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct mkscan_pdf {
	FILE *file;
	uint64_t at; /* bytes written */
	int err;     /* sticky: looked at when closing */
	int quality;
	unsigned pages;
	uint64_t *offsets; /* of object i+1 */
	size_t n_offsets;
};

static void put(struct mkscan_pdf *pdf, const void *bytes, size_t len)
{
	if (pdf->err)
		return;
	errno = 0;
	if (fwrite(bytes, 1, len, pdf->file) != len)
		pdf->err = errno ? -errno : -EIO;
	pdf->at += len;
}

__attribute__((format(printf, 2, 3))) static void put_text(
	struct mkscan_pdf *pdf, const char *format, ...)
{
	char buf[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	put(pdf, buf, (size_t)len);
}

static void begin_object(struct mkscan_pdf *pdf, size_t number)
{
	pdf->offsets[number - 1] = pdf->at;
	put_text(pdf, "%zu 0 obj\n", number);
}

static int make_room(struct mkscan_pdf *pdf, size_t objects)
{
	uint64_t *offsets = realloc(pdf->offsets, objects * sizeof(*offsets));

	if (!offsets)
		return -ENOMEM;
	pdf->offsets = offsets;
	pdf->n_offsets = objects;
	return 0;
}

int mkscan_pdf_open(const char *path, int quality, struct mkscan_pdf **ret_pdf)
{
	struct mkscan_pdf *pdf = calloc(1, sizeof(*pdf));
	int err;

	if (!pdf || make_room(pdf, 3)) {
		free(pdf);
		return -ENOMEM;
	}
	pdf->quality = quality;
	pdf->file = fopen(path, "wb");
	if (!pdf->file) {
		err = -errno;
		free(pdf->offsets);
		free(pdf);
		return err;
	}
	put_text(pdf, "%%PDF-1.5\n%%\xe5\xae\x97\xb1\n");
	*ret_pdf = pdf;
	return 0;
}

static void put_image(struct mkscan_pdf *pdf, size_t number, const struct mkscan_image *image,
	const uint8_t *bytes, size_t len)
{
	begin_object(pdf, number);
	put_text(pdf, "<</Type/XObject/Subtype/Image/Width %u/Height %u/BitsPerComponent %d",
		image->width, image->height, image->bilevel ? 1 : 8);
	put_text(pdf, "/ColorSpace/Device%s/Length %zu", image->samples == 3 ? "RGB" : "Gray", len);
	if (image->bilevel)
		put_text(pdf, "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns %u/Rows %u>>>>\n",
			image->width, image->height);
	else
		put_text(pdf, "/Filter/DCTDecode>>\n");
	put_text(pdf, "stream\n");
	put(pdf, bytes, len);
	put_text(pdf, "\nendstream\nendobj\n");
}

int mkscan_pdf_page(struct mkscan_pdf *pdf, const struct mkscan_image *image)
{
	size_t first = pdf->n_offsets + 1;
	double width = image->width * 72.0 / image->dpi, height = image->height * 72.0 / image->dpi;
	char content[96];
	uint8_t *bytes;
	size_t len;
	int err;

	if (image->bilevel)
		err = mkscan_tiff_encode_g4(image, &bytes, &len);
	else
		err = mkscan_jpeg_encode(image, pdf->quality, &bytes, &len);
	if (err)
		return err;
	err = make_room(pdf, pdf->n_offsets + 3);
	if (err) {
		free(bytes);
		return err;
	}
	begin_object(pdf, first);
	put_text(pdf, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]", width, height);
	put_text(pdf, "/Resources<</XObject<</Im %zu 0 R>>>>/Contents %zu 0 R>>\nendobj\n",
		first + 2, first + 1);
	snprintf(content, sizeof(content), "q %.2f 0 0 %.2f 0 0 cm /Im Do Q", width, height);
	begin_object(pdf, first + 1);
	put_text(pdf, "<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", strlen(content), content);
	put_image(pdf, first + 2, image, bytes, len);
	free(bytes);
	pdf->pages++;
	return pdf->err;
}

static void put_ending(struct mkscan_pdf *pdf)
{
	uint64_t xref;

	begin_object(pdf, 1);
	put_text(pdf, "<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	begin_object(pdf, 2);
	put_text(pdf, "<</Type/Pages/Count %u/Kids[", pdf->pages);
	for (unsigned i = 0; i < pdf->pages; i++)
		put_text(pdf, "%u 0 R%s", 4 + 3 * i, i % 8 == 7 ? "\n" : " ");
	put_text(pdf, "]>>\nendobj\n");
	begin_object(pdf, 3);
	put_text(pdf, "<</Producer(mkscan)/Title(sample data)>>\nendobj\n");
	xref = pdf->at;
	put_text(pdf, "xref\n0 %zu\n0000000000 65535 f \n", pdf->n_offsets + 1);
	for (size_t i = 0; i < pdf->n_offsets; i++)
		put_text(pdf, "%010" PRIu64 " 00000 n \n", pdf->offsets[i]);
	put_text(pdf, "trailer\n<</Size %zu/Root 1 0 R/Info 3 0 R>>\n", pdf->n_offsets + 1);
	put_text(pdf, "startxref\n%" PRIu64 "\n%%%%EOF\n", xref);
}

int mkscan_pdf_close(struct mkscan_pdf *pdf)
{
	int err;

	if (!pdf)
		return 0;
	put_ending(pdf);
	err = pdf->err;
	if (fclose(pdf->file) && !err)
		err = -errno;
	free(pdf->offsets);
	free(pdf);
	return err;
}
