/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_IMAGE_H
#define ZONG_IMAGE_H

/* The image of one page as its file has it encoded, told so that it can be copied without being
 * looked into: the worker says where the bytes lie and what they mean, whoever asked copies them. An
 * image is one or more strips from top to bottom, each coded by itself; the bytes of a strip are
 * those of its pieces, one after another. A page whose coding a PDF cannot carry as it is comes as
 * its pixels, coded anew without loss; then all pieces are inline. Plain data without behaviour.
 * Width and height are those of the image as stored; orientation says how to make it upright. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zong_image_coding {
	ZONG_IMAGE_FAX = 1,   /* ITU-T T.4 or T.6 */
	ZONG_IMAGE_JPEG = 2,  /* ITU-T T.81, 8 bits, Huffman */
	ZONG_IMAGE_FLATE = 3, /* RFC 1950 */
};

enum zong_image_fax {
	ZONG_IMAGE_FAX_T6 = 1,      /* T.6, Group 4 */
	ZONG_IMAGE_FAX_T4 = 2,      /* T.4 of one dimension, lines end with EOL */
	ZONG_IMAGE_FAX_T4_2D = 3,   /* T.4 of two */
	ZONG_IMAGE_FAX_ALIGNED = 4, /* T.4 of one dimension without EOL, lines begin at a byte */
};

enum zong_image_predictor {
	ZONG_IMAGE_PREDICT_NONE = 1,
	ZONG_IMAGE_PREDICT_TIFF = 2, /* TIFF 6.0 section 14 */
	ZONG_IMAGE_PREDICT_PNG = 15, /* a filter a row, ISO/IEC 15948 clause 9 */
};

struct zong_image_piece {
	bool inlined;         /* the offset counts in the image's own bytes, not in the file */
	uint64_t offset, len;
};

struct zong_image_strip {
	uint32_t rows;
	uint32_t first, count; /* its pieces; those of the next strip follow */
};

struct zong_image {
	uint32_t width, height;
	float dpi_x, dpi_y;           /* of the upright page; 0: not said */
	unsigned int orientation;     /* 1 to 8, TIFF 6.0 */
	enum zong_image_coding coding;
	unsigned int channels;        /* 1 or 3; 1 with a palette */
	unsigned int bits;            /* a channel: 1, 2, 4, 8 */
	enum zong_image_predictor predictor; /* FLATE */
	enum zong_image_fax fax;      /* FAX */
	bool inverted;                /* 0 is white; of FAX: a white run is black */
	bool reversed;                /* the lowest bit of each byte comes first: to be turned when copied */
	bool plain_rgb;               /* JPEG: the channels are red, green and blue, whatever T.81 leaves open */
	bool as_stored;               /* the coded bytes of the file; else coded anew */
	const uint8_t *palette;       /* 3 bytes a colour; NULL: none */
	size_t palette_len;
	struct zong_image_strip *strip;
	uint32_t strips;
	struct zong_image_piece *piece;
	uint32_t pieces;
	const uint8_t *bytes;         /* of inline pieces */
	size_t bytes_len;
};

#endif
