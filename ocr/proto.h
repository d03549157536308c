/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_PROTO_H
#define ZONG_OCR_PROTO_H

/* The conversation between the server and one zong-ocr, over a stream socketpair: frames, and the
 * messages inside them. Neither side trusts the other; whatever breaks a rule below is ZONG_EPROTO
 * and ends the conversation.
 *
 *     frame    u32 length of the body, u8 type, 3 zero bytes, body     (integers are big-endian)
 *
 * The worker speaks first (READY), then each request of the server gets exactly one answer, of the
 * type named here or FAILED. A descriptor (the document) comes with the first byte of OPEN or
 * FORM and with nothing else.
 *
 *     OPEN    u8 media, 32 key            -> OPENED   u32 pages
 *     FORM                                -> OPENED; the descriptor is a form (form.h), drawn at once, of which EXTRACT then
 *                                            gives the PDF as that of all its pages
 *     PROBE   u32 page                    -> PROBED   one page, see zong_proto_add_page()
 *     READ    u32 page                    -> READING  see zong_proto_add_reading()
 *     RENDER  u32 page, u32 max_width, box of the part (no width: all of it)
 *                                         -> RENDERED the bytes of a PNG
 *     EXTRACT u32 page, u32 count, u64 offset -> EXTRACTED u64 length of the document that these pages are by
 *                                            themselves, its bytes from offset on, ZONG_LIMIT_EXTRACT_PIECE at most
 *     IMAGE   u32 page                    -> IMAGED   see zong_proto_add_image()
 *     (any)                               -> FAILED   u32 -code, text
 *     (start)                                READY    u32 version, u32 Landlock ABI (0: none)
 */

#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/image.h>
#include <zong/media.h>
#include <zong/reading.h>

#define ZONG_PROTO_VERSION 8
#define ZONG_PROTO_HEADER 8
#define ZONG_PROTO_REQUEST_MAX 64 /* body of any request */

enum zong_message {
	ZONG_MESSAGE_OPEN = 1,
	ZONG_MESSAGE_PROBE = 2,
	ZONG_MESSAGE_READ = 3,
	ZONG_MESSAGE_RENDER = 4,
	ZONG_MESSAGE_EXTRACT = 5,
	ZONG_MESSAGE_IMAGE = 6,
	ZONG_MESSAGE_FORM = 7,
	ZONG_MESSAGE_READY = 16,
	ZONG_MESSAGE_FAILED = 17,
	ZONG_MESSAGE_OPENED = 18,
	ZONG_MESSAGE_PROBED = 19,
	ZONG_MESSAGE_READING = 20,
	ZONG_MESSAGE_RENDERED = 21,
	ZONG_MESSAGE_EXTRACTED = 22,
	ZONG_MESSAGE_IMAGED = 23,
};

/* -- frames -- */

/* Milliseconds of the monotonic clock; deadlines below are in it, negative: none. */
int64_t zong_proto_now(void);
/* @fd: sent along, and can only be read there however it is open here; stays the caller's; -1:
 * none. @deadline counts for the whole frame.
 * Returns 0, ZONG_ETIMEOUT, ZONG_EEND (the other side has closed or died), ZONG_EIO. */
int zong_proto_send(
	int sock, enum zong_message type, const void *body, size_t len, int fd, int64_t deadline);
/* Appends the body to @body, whose maximum is the longest body accepted. @ret_fd: the descriptor
 * that came along or -1; NULL: none may come.
 * Returns 0, ZONG_ETIMEOUT, ZONG_EEND, ZONG_EPROTO, ZONG_EIO, ZONG_ENOMEM. */
int zong_proto_receive(int sock, int64_t deadline, enum zong_message *ret_type,
	struct zong_buf *body, int *ret_fd);
/* The type and body length of a frame's header. ZONG_EPROTO. */
int zong_proto_parse_header(const uint8_t header[ZONG_PROTO_HEADER], size_t max,
	enum zong_message *ret_type, size_t *ret_len);

/* -- bodies: requests -- */

struct zong_request {
	enum zong_message type;
	enum zong_media media;	/* OPEN */
	struct zong_digest key; /* OPEN */
	uint32_t page;		/* PROBE, READ, RENDER, EXTRACT, IMAGE; from 1 */
	uint32_t max_width;	/* RENDER */
	struct zong_box part;	/* RENDER */
	uint32_t count;		/* EXTRACT: pages */
	uint64_t offset;	/* EXTRACT */
};

void zong_proto_add_request(struct zong_buf *body, const struct zong_request *request);
/* ZONG_EPROTO when it is no request or not well-formed. */
int zong_proto_parse_request(
	enum zong_message type, const uint8_t *body, size_t len, struct zong_request *ret_request);

/* -- bodies: answers; all parse functions return 0, ZONG_EPROTO or ZONG_ENOMEM -- */

void zong_proto_add_ready(struct zong_buf *body, uint32_t landlock);
int zong_proto_parse_ready(const uint8_t *body, size_t len, uint32_t *ret_landlock);
/* @code: as it is sent, without its sign. Not what would be trouble of the server itself (no memory,
 * its disk): for that it waits and asks again without end, and a worker that a document has taken
 * over could have all of them wait. */
bool zong_proto_may_fail_with(uint32_t code);
void zong_proto_add_failed(struct zong_buf *body, int code, const char *text);
/* @ret_text: printable UTF-8, in the arena. Only codes that a worker may have are accepted. */
int zong_proto_parse_failed(const uint8_t *body, size_t len, struct zong_arena *arena,
	int *ret_code, const char **ret_text);
void zong_proto_add_opened(struct zong_buf *body, uint32_t pages);
int zong_proto_parse_opened(const uint8_t *body, size_t len, uint32_t *ret_pages);
/* u32 -err, u32 width, u32 height, f32 dpi_x, f32 dpi_y, u8 colour, u8 flags (1 text layer, 2 blank, 4 Patch T),
 * u16 bits, 32 raster digest, u8 flags of the quality (1 measured, 2 writing), then, measured or not, f32 dpi, paper, ink,
 * skew, contrast, dark, specks, blur, margin; u16 length of the packed look (0: none), look, text of the sheet's code
 * (empty: none) */
void zong_proto_add_page(struct zong_buf *body, const struct zong_probe_page *page);
/* Look and code live in the arena. */
int zong_proto_parse_page(const uint8_t *body, size_t len, struct zong_arena *arena,
	struct zong_probe_page *ret_page);
void zong_proto_add_extracted(struct zong_buf *body, uint64_t total, const void *bytes, size_t len);
/* @ret_bytes: in @body. At least one byte unless the offset asked for was the end. */
int zong_proto_parse_extracted(const uint8_t *body, size_t len, uint64_t *ret_total,
	const uint8_t **ret_bytes, size_t *ret_len);
/* u32 width, u32 height, u8 source, f32 confidence, text engine, text steps,
 * u32 words, each: text, box, f32 confidence, u8 blank before
 * u32 lines, each: box, f32 confidence, u32 count, u32 block   (a line's first word follows the
 *                                                               last of the line before)
 * where text is u16 length and bytes, box is u32 x, y, width, height. */
void zong_proto_add_reading(struct zong_buf *body, const struct zong_reading *reading);
int zong_proto_parse_reading(const uint8_t *body, size_t len, struct zong_arena *arena,
	struct zong_reading *ret_reading);
/* u32 width, u32 height, f32 dpi_x, f32 dpi_y, u8 orientation, u8 coding, u8 channels, u8 bits,
 * u8 predictor, u8 fax, u8 flags (1 inverted, 2 reversed, 4 plain RGB, 8 as stored), u8 0,
 * u32 bytes of palette, u32 strips, u32 pieces, u32 inline bytes, the palette,
 * strips, each: u32 rows, u32 pieces; pieces, each: u8 inline, u64 offset, u64 length; inline bytes */
void zong_proto_add_image(struct zong_buf *body, const struct zong_image *image);
/* @size: of the file that pieces may lie in. All in the arena. */
int zong_proto_parse_image(const uint8_t *body, size_t len, uint64_t size, struct zong_arena *arena,
	struct zong_image *ret_image);

#endif
