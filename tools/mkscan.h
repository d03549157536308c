/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mkscan renders the papers a registration hall is handed, as a scanner would give them, and says
 * what was on them. Everything is sample data; the same order and seed give the same bytes.
 *
 * Calling sequence: fill a struct mkscan_order, mkscan_file_write() once a file. A file is made
 * page by page: mkscan_scan() lays ink on a sheet (cairo) and ages the pixels, the writer of the
 * format appends them. One page is in memory at a time.
 *
 * The truth, a JSON array of pages, says what can be seen on each:
 *
 *     {"page": 1, "kind": "form", "damages": ["curve"], "skew": 0.8, "turn": 90,
 *      "width": 2480, "height": 3508, "dpi": 300,
 *      "lines": ["不动产登记申请书", …], "boxes": [[x, y, width, height], …],
 *      "fields": [{"kind": "unit", "value": "3707…", "box": [x, y, width, height]}, …],
 *      "seals": ["示例自然资源和规划局 示例专用章"]}
 *
 * "lines" is the text in reading order; boxes[i] is the upright box around lines[i] in pixels of the
 * stored picture, after skew, curve, cut and turn (not after the TIFF orientation tag). Characters
 * that a cut edge took away are in no line, and a field that is not wholly to be seen is left out.
 * Kinds of fields: name, id, address, unit, certificate, case, credit, area, amount, date.
 *
 * Functions that can fail return 0 or a negative errno value. Threads: one.
 */
#ifndef ZONG_TOOLS_MKSCAN_H
#define ZONG_TOOLS_MKSCAN_H

#include <cairo.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MKSCAN_PARTIES_MAX 8
#define MKSCAN_KINDS_MAX 256
#define MKSCAN_PAGES_MAX 100000 /* the largest book anyone would want to test with */
#define MKSCAN_DPI_MAX 1200	/* A4 in colour is then 560 MB while it is drawn */
#define MKSCAN_WORD_MAX                                                                            \
	240 /* bytes of one --case, --business, --unit, --cert, --party or --address */

/* A4, in points (1/72 inch): the unit of all drawing. */
#define MKSCAN_SHEET_WIDTH 595.276
#define MKSCAN_SHEET_HEIGHT 841.89
#define MKSCAN_MARGIN 72.0 /* left and right of the text */

enum mkscan_kind {
	MKSCAN_TEXT,
	MKSCAN_CONTRACT,
	MKSCAN_FORM,
	MKSCAN_IDCARD,
	MKSCAN_CERTIFICATE,
	MKSCAN_LETTER,
	MKSCAN_TAX,
	MKSCAN_COLUMNS,
	MKSCAN_BLANK,
	MKSCAN_MIXED,
	MKSCAN_KINDS
};

enum mkscan_colour { MKSCAN_BILEVEL, MKSCAN_GREY, MKSCAN_RGB };
enum mkscan_numbers { MKSCAN_UNNUMBERED, MKSCAN_WORDS, MKSCAN_SLASH, MKSCAN_DASHES };
enum mkscan_media { MKSCAN_TIFF, MKSCAN_PDF, MKSCAN_JPEG, MKSCAN_PNG };

enum mkscan_compress {
	MKSCAN_AUTO,
	MKSCAN_NONE,
	MKSCAN_G3,
	MKSCAN_G4,
	MKSCAN_LZW,
	MKSCAN_DEFLATE,
	MKSCAN_PACKBITS,
	MKSCAN_JPEGTIFF
};

/* What can have happened to a paper before it was stored, in the order in which it happens. */
enum mkscan_harm {
	MKSCAN_BLEED,
	MKSCAN_TWOUP,
	MKSCAN_INVERSE,
	MKSCAN_SEAL,
	MKSCAN_STAMP,
	MKSCAN_FADED,
	MKSCAN_CURVE,
	MKSCAN_SHADOW,
	MKSCAN_BORDER,
	MKSCAN_BLUR,
	MKSCAN_DARK,
	MKSCAN_BRIGHT,
	MKSCAN_LOWCONTRAST,
	MKSCAN_CUT,
	MKSCAN_JPEGPASS,
	MKSCAN_HARMS
};

/* By enum mkscan_harm: 0 if absent, else above 0 to 1; MKSCAN_JPEGPASS: the quality, 30 to 90. */
struct mkscan_harms {
	double strength[MKSCAN_HARMS];
};

struct mkscan_party {
	char name[MKSCAN_WORD_MAX];
	char idno[MKSCAN_WORD_MAX];
};

/* What stands in the fields of all pages of a file. */
struct mkscan_facts {
	char case_no[MKSCAN_WORD_MAX];
	char business[MKSCAN_WORD_MAX]; /* 转移登记, 抵押登记, … */
	char unit[MKSCAN_WORD_MAX];
	char cert[MKSCAN_WORD_MAX];
	char address[MKSCAN_WORD_MAX];
	struct mkscan_party parties[MKSCAN_PARTIES_MAX]; /* [0] transfers, [1] receives */
	size_t n_parties;
};

/* How the file stores its pages. */
struct mkscan_format {
	enum mkscan_media media;
	enum mkscan_compress compress; /* TIFF only */
	bool bigtiff;
	bool tiled;
	bool born_digital;    /* PDF only: text instead of pictures */
	uint32_t strip_rows;  /* 0: the page is one strip if bilevel, else strips of 64 rows */
	unsigned orientation; /* TIFF tag 274 */
	int quality;	      /* JPEG, 1..100 */
};

/* One file to make. Everything is borrowed. */
struct mkscan_order {
	enum mkscan_kind kinds[MKSCAN_KINDS_MAX];
	size_t n_kinds;
	unsigned pages; /* 0: as many as there are kinds, or as @text needs */
	uint64_t seed;
	unsigned dpi;
	enum mkscan_colour colour;
	double skew;   /* degrees, each page within ± */
	double noise;  /* 0..1 */
	unsigned turn; /* degrees clockwise: 0, 90, 180, 270 */
	struct mkscan_harms harms;
	enum mkscan_numbers numbers; /* at the foot of each page */
	bool seal;
	const char *text; /* UTF-8 for the text pages, or NULL for the built-in one */
	struct mkscan_facts facts;
	struct mkscan_format format;
};

/* 8 bits a sample, rows without padding; a bilevel image has samples == 1 and only 0 and 255. */
struct mkscan_image {
	uint32_t width, height;
	unsigned samples; /* 1 or 3 */
	bool bilevel;
	unsigned dpi;
	uint8_t *pixels;
};

/* ---- mkscan_number.c: random numbers and numbers with check digits ---- */

struct mkscan_rng {
	uint64_t state;
};

/* An independent stream for (@seed, @stream): page 7 looks the same whatever came before it. */
void mkscan_rng_init(struct mkscan_rng *rng, uint64_t seed, uint64_t stream);
uint64_t mkscan_rng_next(struct mkscan_rng *rng);
uint32_t mkscan_rng_below(struct mkscan_rng *rng, uint32_t limit); /* 0 .. limit-1 */
double mkscan_rng_between(struct mkscan_rng *rng, double low, double high);
uint64_t mkscan_hash(const char *text);

/* Check characters. GB 11643 of 17 digits, GB 11714 of 8, GB 32100 of 17 characters. */
char mkscan_idno_check(const char *digits);
char mkscan_orgcode_check(const char *chars);
char mkscan_credit_check(const char *chars);

/* An identity number of area 370786, born 1900-01-01: valid by its check digit, of nobody. */
void mkscan_idno_make(unsigned serial, char ret_idno[19]);
/* A unified social credit code of area 370786; @prefix: "11" organ, "91" company. */
void mkscan_credit_make(const char *prefix, unsigned serial, char ret_code[19]);
/* @yuan (below 100,000,000) in capital numerals, e.g. 壹万零贰佰元整. */
void mkscan_money_write(unsigned yuan, char *buf, size_t len);

/* ---- mkscan_record.c: where each character stands ---- */

struct mkscan_point {
	double x, y;
};

struct mkscan_char {
	struct mkscan_point corners[4]; /* of the drawn character, in pixels of the picture */
};

struct mkscan_line {
	char *text; /* UTF-8 */
	struct mkscan_char *chars;
	size_t n_chars;
};

struct mkscan_record {
	struct mkscan_line *lines;
	size_t n_lines, room;
	bool failed; /* out of memory: the record is not whole */
};

/* Appends a line whose characters the caller places; NULL without memory. Borrowed until the next. */
struct mkscan_line *mkscan_record_line(struct mkscan_record *record, const char *text, size_t len);
/* Places a character at a rectangle in user space of @cr. */
void mkscan_record_place(
	struct mkscan_char *one, cairo_t *cr, double left, double top, double right, double bottom);
/* Moves every corner as @move says. */
void mkscan_record_move(struct mkscan_record *record,
	struct mkscan_point (*move)(struct mkscan_point at, const void *data), const void *data);
/* The box around all that is recorded, or around one line; false if there is nothing. */
bool mkscan_record_extent(const struct mkscan_record *record, struct mkscan_point *ret_low,
	struct mkscan_point *ret_high);
void mkscan_line_extent(const struct mkscan_line *line, struct mkscan_point *ret_low,
	struct mkscan_point *ret_high);
/* Puts lines and boxes into @page and a box into each of its fields: what lies on the picture. */
int mkscan_record_write(
	const struct mkscan_record *record, uint32_t width, uint32_t height, json_t *page);
void mkscan_record_release(struct mkscan_record *record);

/* ---- mkscan_sheet.c: ink on one sheet, and the record of it ---- */

enum mkscan_align { MKSCAN_LEFT, MKSCAN_CENTRE, MKSCAN_RIGHT };

struct mkscan_type {
	const char *family;
	double size;	/* points */
	double leading; /* line pitch in multiples of @size */
	double indent;	/* of the first line, points */
	enum mkscan_align align;
	bool bold;
	uint32_t rgb;
};

struct mkscan_cell {
	double width;
	const char *text;
	const struct mkscan_type *type;
};

struct mkscan_sheet {
	cairo_t *cr;
	struct mkscan_rng *rng;
	struct mkscan_record *record; /* borrowed; NULL: nobody needs to know what was printed */
	json_t *fields, *seals;	      /* borrowed from the page's truth, or NULL */
	double seal_ink;	      /* how much ink a seal leaves; 0: as usual */
	double sign_x, sign_y;	      /* the last signature; 0, 0: there is none */
	bool vector;		      /* a PDF surface: nothing that would be drawn as pixels */
};

extern const char mkscan_serif[], mkscan_sans[];

void mkscan_sheet_ink(cairo_t *cr, uint32_t rgb);
/* A layout that breaks lines the same at any resolution; the caller unrefs it. */
struct _PangoLayout *mkscan_sheet_type(cairo_t *cr, const struct mkscan_type *type);
/* Prints @text between @x and @x+@width from @y downwards, wrapped; returns the y below it. */
double mkscan_sheet_print(struct mkscan_sheet *sheet, double x, double y, double width,
	const struct mkscan_type *type, const char *text);
/* The same of one paragraph, but stops above @bottom; @ret_used: bytes of @text printed. */
double mkscan_sheet_flow(struct mkscan_sheet *sheet, double x, double y, double width,
	double bottom, const struct mkscan_type *type, const char *text, size_t len,
	size_t *ret_used);
/* One row of a ruled table; returns the y below it. */
double mkscan_sheet_row(struct mkscan_sheet *sheet, double x, double y, double height,
	const struct mkscan_cell *cells, size_t n_cells);
void mkscan_sheet_rule(struct mkscan_sheet *sheet, double x1, double y1, double x2, double y2,
	double thickness, uint32_t rgb);
/* A signature as a pen leaves it: slanted, uneven. */
void mkscan_sheet_sign(struct mkscan_sheet *sheet, double x, double y, const char *name);
void mkscan_sheet_field(struct mkscan_sheet *sheet, const char *kind, const char *value);

/* ---- mkscan_seal.c: what is pressed on a paper ---- */

/* A round red seal over whatever is there: @owner around the star, @caption below it. */
void mkscan_sheet_seal(
	struct mkscan_sheet *sheet, double cx, double cy, const char *owner, const char *caption);
/* A stamp of three lines in a frame; @date: the last of them. */
void mkscan_sheet_stamp(
	struct mkscan_sheet *sheet, double cx, double cy, double ink, const char *date);

/* ---- mkscan_page.c, mkscan_paper.c, mkscan_card.c, mkscan_deed.c, mkscan_prose.c: what is on the pages ---- */

const char *mkscan_kind_name(enum mkscan_kind kind);
const char *mkscan_kind_title(enum mkscan_kind kind);
/* Whether pages of this kind, or some of them, take the order's text. */
bool mkscan_kind_flows(enum mkscan_kind kind);
/* 0 or -EINVAL. */
int mkscan_kind_parse(const char *name, enum mkscan_kind *ret_kind);

/* What the layouts need to know about the page and the file before it. */
struct mkscan_place {
	const struct mkscan_facts *facts;
	enum mkscan_kind kind;
	unsigned nth; /* how many pages of this kind came before in the file */
	bool seal;
	const char *text;     /* of a text page: what is left of it */
	size_t text_used;     /* out: bytes of @text printed */
	uint64_t prose_start; /* built-in text: which paragraph first */
};

void mkscan_page_draw(struct mkscan_sheet *sheet, struct mkscan_place *place);

void mkscan_paper_contract(struct mkscan_sheet *sheet, const struct mkscan_place *place);
void mkscan_paper_form(struct mkscan_sheet *sheet, const struct mkscan_place *place);
void mkscan_paper_letter(struct mkscan_sheet *sheet, const struct mkscan_place *place);
void mkscan_card_identity(struct mkscan_sheet *sheet, const struct mkscan_place *place);
void mkscan_card_certificate(struct mkscan_sheet *sheet, const struct mkscan_place *place);
/* A certificate from before 2016: of a house if its number says 房, else of land. */
void mkscan_card_deed(struct mkscan_sheet *sheet, const struct mkscan_place *place);
void mkscan_card_tax(struct mkscan_sheet *sheet, const struct mkscan_place *place);

/* The case's invented figures: the same on every paper of one case. */
struct mkscan_deal {
	unsigned price; /* yuan */
	unsigned tax;	/* yuan, 1.5 % */
	char price_capital[96], tax_capital[96];
	char area[16]; /* square metres */
	char date[40]; /* 2026年11月24日 */
	char year[8];
};

void mkscan_deal_make(const struct mkscan_facts *facts, struct mkscan_deal *ret_deal);
const struct mkscan_party *mkscan_facts_giver(const struct mkscan_facts *facts);
const struct mkscan_party *mkscan_facts_taker(const struct mkscan_facts *facts);

extern const char *const mkscan_prose[];
extern const size_t mkscan_prose_len;
extern const char *const mkscan_clauses[];
extern const size_t mkscan_clauses_len;
extern const char *const mkscan_supplement[];
extern const size_t mkscan_supplement_len;

/* ---- mkscan_harm.c: the damages by name; those that are drawn ---- */

const char *mkscan_harm_name(enum mkscan_harm harm);
const char *mkscan_harm_title(enum mkscan_harm harm);
/* NAME or NAME:STRENGTH. 0, -ENOENT for an unknown name, -ERANGE for a strength out of range. */
int mkscan_harm_parse(const char *word, struct mkscan_harms *harms);
/* The random numbers of one damage on one page: they do not depend on the other damages. */
void mkscan_harm_rng(struct mkscan_rng *rng, enum mkscan_harm harm, uint64_t seed, unsigned page);
/* On a drawn sheet @width points wide: the block in reverse, seals and stamps. */
void mkscan_harm_draw(struct mkscan_sheet *sheet, const struct mkscan_harms *harms, double width,
	const char *date, uint64_t seed, unsigned page);

/* ---- mkscan_damage.c: from a clean drawing to a scan ---- */

/* How a sheet becomes a picture. */
struct mkscan_ageing {
	enum mkscan_colour colour;
	unsigned dpi;
	double noise;
	unsigned turn;
	struct mkscan_harms harms;
	uint64_t seed; /* of the damages; @page too */
	unsigned page;
};

/* Turns @surface (CAIRO_FORMAT_RGB24) into a picture and ages it; moves @record (or NULL) along.
 * Caller frees ret_image->pixels. */
int mkscan_damage(cairo_surface_t *surface, const struct mkscan_ageing *ageing,
	struct mkscan_rng *rng, struct mkscan_record *record, struct mkscan_image *ret_image);

/* ---- mkscan_light.c: damages that change the tone of pixels ---- */

static inline uint8_t mkscan_clamp(double value)
{
	return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5);
}

int mkscan_light_fade(struct mkscan_image *image, double strength, struct mkscan_rng *rng);
/* @right: the spine is at the right edge. */
void mkscan_light_shadow(
	struct mkscan_image *image, double strength, bool right, struct mkscan_rng *rng);
void mkscan_light_border(struct mkscan_image *image, double strength, struct mkscan_rng *rng);
int mkscan_light_blur(struct mkscan_image *image, double strength);
void mkscan_light_dark(struct mkscan_image *image, double strength, struct mkscan_rng *rng);
void mkscan_light_bright(struct mkscan_image *image, double strength);
void mkscan_light_flatten(struct mkscan_image *image, double strength, struct mkscan_rng *rng);

/* ---- mkscan_warp.c: damages that move pixels, and the record with them ---- */

int mkscan_warp_curve(
	struct mkscan_image *image, double strength, bool right, struct mkscan_record *record);
/* Takes away an edge, and of the text about @strength times two characters. */
void mkscan_warp_cut(struct mkscan_image *image, double strength, struct mkscan_rng *rng,
	struct mkscan_record *record);
int mkscan_warp_turn(struct mkscan_image *image, unsigned degrees, struct mkscan_record *record);

/* ---- mkscan_scan.c: one page, drawn and aged ---- */

/* Of one page of a file; @page counts from 0. */
struct mkscan_scan {
	const struct mkscan_order *order;
	enum mkscan_kind kind;
	unsigned page;
	unsigned *seen;	   /* pages of each kind so far; counted up */
	const char **text; /* what is left of the order's text, or NULL; moved on */
};

/* The page as a picture; fills @truth. Caller frees ret_image->pixels. */
int mkscan_scan(const struct mkscan_scan *scan, struct mkscan_rng *rng, double skew, json_t *truth,
	struct mkscan_image *ret_image);
/* The page in points on @cr, clean. */
int mkscan_scan_draw(
	const struct mkscan_scan *scan, cairo_t *cr, struct mkscan_rng *rng, json_t *truth);

/* ---- mkscan_tiff.c, mkscan_picture.c, mkscan_pdf.c, mkscan_file.c: bytes ---- */

struct mkscan_tiff;
struct mkscan_pdf;

int mkscan_tiff_open(const char *path, const struct mkscan_format *format, unsigned pages,
	struct mkscan_tiff **ret_tiff);
int mkscan_tiff_page(struct mkscan_tiff *tiff, const struct mkscan_image *image);
/* Also frees it. With @pages 0 at opening the page tags carry no total. */
int mkscan_tiff_close(struct mkscan_tiff *tiff);
/* The G4 stream of a bilevel image, as both TIFF and PDF store it; caller frees. */
int mkscan_tiff_encode_g4(const struct mkscan_image *image, uint8_t **ret_bytes, size_t *ret_len);

int mkscan_jpeg_encode(
	const struct mkscan_image *image, int quality, uint8_t **ret_bytes, size_t *ret_len);
int mkscan_jpeg_write(const char *path, const struct mkscan_image *image, int quality);
/* The picture as it is after it was a JPEG: same size, other pixels. */
int mkscan_jpeg_pass(struct mkscan_image *image, int quality);
int mkscan_png_write(const char *path, const struct mkscan_image *image);

int mkscan_pdf_open(const char *path, int quality, struct mkscan_pdf **ret_pdf);
int mkscan_pdf_page(struct mkscan_pdf *pdf, const struct mkscan_image *image);
int mkscan_pdf_close(struct mkscan_pdf *pdf);

/* Makes one file under a temporary name and renames it: there is no half file at any time.
 * @ret_truth: array of pages, caller decrefs; may be NULL. Codes: -EINVAL for a JPEG or PNG of more
 * than one page, else what the system said about the file. */
int mkscan_file_write(const struct mkscan_order *order, const char *path, json_t **ret_truth);
/* 0, or -EINVAL for an ending that is none of ours. */
int mkscan_media_parse(const char *path, enum mkscan_media *ret_media);
int mkscan_json_write(const json_t *json, const char *path);

/* ---- mkscan_help.c ---- */

extern const char mkscan_help[];

/* ---- mkscan_demo.c ---- */

void mkscan_order_init(struct mkscan_order *order);
/* Parties without a number get a made one; without any party there are 示例甲 and 示例乙. */
void mkscan_facts_complete(struct mkscan_facts *facts);
int mkscan_demo_write(const char *dir, uint64_t seed, unsigned dpi);

/* ---- mkscan_set.c: a truth set ---- */

/* Writes @pages pages over kinds, damages, resolutions and colours: DIR/NNN-KIND-DAMAGE.{tif,jpg,png},
 * its text, a line a line, in DIR/NNN-KIND-DAMAGE.txt, and DIR/truth.json, which is written last. Page
 * N is the same in a larger set of the same seed. DAMAGE: none, a name of mkscan_harm_name(), skew,
 * noise or turn. Every page is as a good scanner leaves it: a little noise, up to 0.4 degrees askew. */
int mkscan_set_write(const char *dir, unsigned pages, uint64_t seed);

#endif
