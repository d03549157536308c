/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills the archive through the changes that the server makes: each case is opened, each material filed with
 * its file (some bytes that stand in the recipe), pages and deliveries, a page in ten is read. Only that many of
 * them share one commit.
 *
 * Digests fall all over the key space, so that with an archive larger than memory every row would cost a
 * page read and, as LMDB copies what it changes, one written. So all files' digests are worked out beforehand and put
 * in order, and a batch takes those of one small stretch in random order: the trees come out as from random
 * inserting, with every page written once or twice. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/delivery.h>
#include <zong/file.h>
#include <zong/time.h>

#include "deliver.h"
#include "filing.h"
#include "index_rows.h"
#include "inside.h"
#include "journal.h"
#include "opening.h"
#include "row.h"
#include "scale.h"

#define BATCH 50000
#define PAGES_MOST 8
#define STILL_DUE 97 /* one delivery in so many has no receipt yet */

/* What is in a case, in the order of a serial's last digit. */
static const struct kind {
	const char *type;
	unsigned pages;
	bool read;
	const char *to[2];
} kinds[SCALE_CASE_MATERIALS] = {
	{"登记申请书", 2, false, {"tax"}},
	{"身份证明", 1, false, {0}},
	{"房屋买卖合同", 8, true, {"tax", "housing"}},
	{"契税完税证明", 1, false, {0}},
	{"询问笔录", 2, false, {0}},
	{"不动产权证书", 2, false, {0}},
	{"发票", 1, false, {0}},
	{"婚姻状况证明", 1, false, {0}},
	{"登记审批表", 1, false, {0}},
	{"权籍图", 1, false, {0}},
};

struct order {
	uint64_t top; /* of the file's digest */
	uint32_t serial;
};

struct item {
	uint32_t serial;
	struct zong_ingest *ingest;
};

struct batch {
	struct scale *scale;
	uint64_t first; /* material */
	size_t count;
	uint64_t low, high; /* the stretch of digests */
	struct item *item;
	struct scale_page *page;
};

/* ---- contents ---- */

static size_t content(uint32_t serial, uint8_t *ret_bytes)
{
	size_t len = 120 + 45 * kinds[serial % SCALE_CASE_MATERIALS].pages;

	bench_noise(ret_bytes, len, serial);
	memcpy(ret_bytes, "II*\0", 4);
	zong_write_be32(ret_bytes + 4, serial);
	return len;
}

static int by_top(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	return (x->top > y->top) - (x->top < y->top);
}

static struct order *put_in_order(uint64_t total)
{
	struct order *order = bench_must_have(malloc(total * sizeof(*order)));
	struct zong_digest digest;
	uint8_t bytes[ZONG_SEGMENT_INLINE];
	uint64_t i;

	for (i = 0; i < total; i++) {
		zong_digest_of(bytes, content((uint32_t)i, bytes), &digest);
		order[i].top = zong_read_be64(digest.bytes);
		order[i].serial = (uint32_t)i;
	}
	qsort(order, total, sizeof(*order), by_top);
	return order;
}

/* ---- one material ---- */

static void raster_of(
	const struct batch *batch, uint32_t serial, unsigned page, struct zong_digest *ret_raster)
{
	uint64_t at = scale_mix(serial, 100 + page);
	unsigned i;

	zong_write_be64(ret_raster->bytes, batch->low + at % (batch->high - batch->low + 1));
	for (i = 1; i < 4; i++)
		zong_write_be64(ret_raster->bytes + 8 * (size_t)i, scale_mix(at, i));
}

static int read_page(struct zong_txn *txn, struct batch *batch, const struct zong_digest *raster,
	uint64_t number)
{
	return scale_read_page(
		txn, raster, scale_page_read(batch->page, number, batch->scale->total));
}

/* The department has it. */
static int receive(struct zong_txn *txn, const Zong__Material *material, const char *department)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	char object[64], text[ZONG_ID_TEXT];
	struct zong_deliver_place before;
	struct zong_id id;
	int r;

	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	r = zong_row_delivery_to(txn, &id, department, &delivery);
	if (r || !zong_row_id(&delivery->id, &id))
		return r ? r : ZONG_ECORRUPT;
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "delivery/%s", text);
	zong_deliver_place(delivery, &before);
	delivery->state = ZONG__DELIVERY_STATE__DELIVERY_RECEIVED;
	delivery->sent = delivery->ended = zong_time_now();
	r = zong_row_set(&delivery->ended_by, "token:bench");
	if (!r)
		r = zong_journal_add(
			txn, NULL, "delivery.receipt", object, department, &delivery->record);
	return r ? r : zong_deliver_put(txn, delivery, &before);
}

static int file_material(struct zong_txn *txn, struct batch *batch, const struct item *item,
	const char *case_no, uint64_t number)
{
	const struct kind *kind = &kinds[item->serial % SCALE_CASE_MATERIALS];
	struct zong_digest raster[PAGES_MOST];
	Zong__FilePage page[PAGES_MOST], *pages[PAGES_MOST];
	Zong__Material draft = ZONG__MATERIAL__INIT;
	Zong__File file = ZONG__FILE__INIT;
	struct zong_filing filing = {
		.who = &batch->scale->who, .draft = &draft, .file = &file, .ingest = item->ingest};
	char name[SCALE_TEXT];
	unsigned i;
	int r;

	for (i = 0; i < kind->pages; i++) {
		raster_of(batch, item->serial, i, &raster[i]);
		zong__file_page__init(&page[i]);
		page[i].width = 2480;
		page[i].height = 3508;
		page[i].dpi_x = page[i].dpi_y = 300;
		page[i].colour = 1;
		page[i].bits = 1;
		page[i].blank = !kind->read || i > 0; /* needs no reading */
		page[i].raster.data = raster[i].bytes;
		page[i].raster.len = sizeof(raster[i].bytes);
		pages[i] = &page[i];
	}
	file.media = ZONG_MEDIA_TIFF;
	file.n_pages = kind->pages;
	file.pages = pages;
	snprintf(name, sizeof(name), "scan%08u.tif", item->serial);
	draft.case_no = (char *)(uintptr_t)case_no;
	draft.type = draft.title = (char *)(uintptr_t)kind->type;
	draft.file_name = name;
	draft.receivers = (char **)(uintptr_t)kind->to;
	draft.n_receivers = (kind->to[0] != NULL) + (kind->to[1] != NULL);
	r = zong_filing_change(txn, &filing);
	if (!r && filing.again)
		r = ZONG_EEXIST;
	for (i = 0; !r && i < draft.n_receivers; i++)
		if ((item->serial + i) % STILL_DUE)
			r = receive(txn, filing.material, kind->to[i]);
	if (!r && kind->read)
		r = read_page(txn, batch, &raster[0], number);
	zong_filing_release(&filing);
	return r;
}

static int open_case(struct zong_txn *txn, struct batch *batch, uint64_t number, const char *no)
{
	static char kind[] = "转移登记", owner[] = "权利人", seller[] = "义务人";
	char unit[SCALE_TEXT], cert[96], address[160];
	char *units[] = {unit}, *certs[] = {cert};
	struct scale_party party[2];
	Zong__Party row[2], *rows[] = {&row[0], &row[1]};
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_opening opening = {.who = &batch->scale->who,
		.judge = &batch->scale->archive->judge,
		.entry = &cas};
	unsigned i;
	int r;

	scale_unit(number, batch->scale->total, unit);
	scale_cert(number, cert);
	scale_address(number, batch->scale->total, address);
	for (i = 0; i < 2; i++) {
		scale_party(number, i, &party[i]);
		zong__party__init(&row[i]);
		row[i].name = party[i].name;
		row[i].idno = party[i].idno;
		row[i].role = i ? seller : owner;
	}
	cas.no = (char *)(uintptr_t)no;
	cas.kind = kind;
	cas.n_units = cas.n_certificates = 1;
	cas.units = units;
	cas.certificates = certs;
	cas.n_parties = 2;
	cas.parties = rows;
	cas.address = address;
	r = zong_opening_change(txn, &opening);
	zong_opening_release(&opening);
	return r;
}

static void key_filled(struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_str(ret_key, "bench_scale");
}

static int put_filled(struct zong_txn *txn, const struct scale *scale, uint64_t filled)
{
	uint8_t bytes[16];
	struct zong_key key;

	key_filled(&key);
	zong_write_be64(bytes, filled);
	zong_write_be64(bytes + 8, scale->total);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

static int put_batch(struct zong_txn *txn, void *ctx)
{
	struct batch *batch = ctx;
	char no[SCALE_TEXT];
	uint64_t number;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < batch->count; i++) {
		number = (batch->first + i) / SCALE_CASE_MATERIALS;
		if (i % SCALE_CASE_MATERIALS == 0) {
			scale_case_no(number, no);
			r = open_case(txn, batch, number, no);
		}
		if (!r)
			r = file_material(txn, batch, &batch->item[i], no, number);
	}
	return r ? r : put_filled(txn, batch->scale, batch->first + batch->count);
}

/* ---- batches ---- */

static void prepare(struct batch *batch, const struct order *order, uint64_t first, size_t count)
{
	uint8_t bytes[ZONG_SEGMENT_INLINE];
	int fd = memfd_create("material", MFD_CLOEXEC);
	size_t i, other, len;
	uint64_t mixed;
	uint32_t serial;

	batch->first = first;
	batch->count = count;
	batch->low = order[first].top;
	batch->high = order[first + count - 1].top;
	for (i = 0; i < count; i++)
		batch->item[i].serial = order[first + i].serial;
	for (i = count; i > 1; i--) {
		mixed = scale_mix(first + i, 7);
		other = mixed % i;
		serial = batch->item[other].serial;
		batch->item[other].serial = batch->item[i - 1].serial;
		batch->item[i - 1].serial = serial;
	}
	for (i = 0; i < count; i++) {
		len = content(batch->item[i].serial, bytes);
		bench_must(pwrite(fd, bytes, len, 0) == (ssize_t)len ? 0 : ZONG_EIO, "memory file");
		bench_must(zong_ingest_begin(batch->scale->archive->store, fd, len, ZONG_MEDIA_TIFF,
				   NULL, NULL, NULL, &batch->item[i].ingest),
			"taking in");
	}
	close(fd);
}

static void *write_batch(void *arg)
{
	struct batch *batch = arg;
	size_t i;

	bench_must(zong_store_write(batch->scale->archive->store, put_batch, batch), "filling");
	for (i = 0; i < batch->count; i++)
		zong_ingest_free(batch->item[i].ingest);
	return NULL;
}

static void batch_init(struct batch *batch, struct scale *scale)
{
	batch->scale = scale;
	batch->item = bench_must_have(calloc(BATCH, sizeof(*batch->item)));
	batch->page = scale_page_new();
}

static void batch_release(struct batch *batch)
{
	scale_page_free(batch->page);
	free(batch->item);
}

/* While one batch is written the next is prepared. */
static void fill_from(struct scale *scale, const struct order *order, uint64_t materials)
{
	struct batch batches[2];
	pthread_t writer;
	bool writing = false;
	uint64_t next = scale->filled;
	unsigned turn = 0;
	size_t count;
	int64_t start = zong_time_monotonic();

	batch_init(&batches[0], scale);
	batch_init(&batches[1], scale);
	while (next < materials) {
		count = materials - next < BATCH ? (size_t)(materials - next) : BATCH;
		prepare(&batches[turn], order, next, count);
		if (writing)
			pthread_join(writer, NULL);
		writing = true;
		bench_must(pthread_create(&writer, NULL, write_batch, &batches[turn]) ? ZONG_ENOMEM
										      : 0,
			"threads");
		next += count;
		turn = !turn;
		fprintf(stderr, "\r%llu of %llu materials, %.0f a second ",
			(unsigned long long)next, (unsigned long long)materials,
			(double)(next - scale->filled) * 1e6 /
				(double)(zong_time_monotonic() - start));
	}
	if (writing)
		pthread_join(writer, NULL);
	fprintf(stderr, "\n");
	batch_release(&batches[0]);
	batch_release(&batches[1]);
	scale->filled = materials;
}

static void await_text(struct scale *scale)
{
	int64_t start = zong_time_monotonic();
	struct zong_store_stats stats;
	int r;

	do {
		r = zong_text_settle(scale->archive->store, ZONG_SECOND);
		zong_store_stats(scale->archive->store, &stats);
		fprintf(stderr, "\rtext index at change %llu, waited %.0f s ",
			(unsigned long long)stats.text_change,
			(double)(zong_time_monotonic() - start) / 1e6);
	} while (r == ZONG_ETIMEOUT);
	bench_must(r, "text index");
	fprintf(stderr, "\n");
}

void scale_fill(struct scale *scale, uint64_t materials)
{
	struct order *order;

	if (scale->filled < materials) {
		order = put_in_order(scale->total);
		fill_from(scale, order, materials);
		free(order);
	}
	if (!scale->no_text)
		await_text(scale);
}

/* ---- opening ---- */

static void read_filled(struct scale *scale)
{
	const uint8_t *bytes;
	struct zong_key key;
	struct zong_txn *txn;
	size_t len;
	int r;

	bench_must(zong_store_read_begin(scale->archive->store, &txn), "reading");
	key_filled(&key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, (const void **)&bytes, &len);
	if (!r && (len != 16 || zong_read_be64(bytes + 8) != scale->total)) {
		fprintf(stderr, "bench_scale: %s was made for another number of materials\n",
			scale->dir);
		exit(1);
	}
	scale->filled = r ? 0 : zong_read_be64(bytes);
	zong_txn_end(txn);
}

static void add_department(struct scale *scale, const char *id)
{
	struct zong_subject local = {.role = ZONG_ROLE_LOCAL, .key = "local:0"};
	Zong__Department *row = NULL;
	int r = zong_department_add(scale->archive, &local, id, id, NULL, false, &row, NULL);

	bench_must(r == ZONG_EEXIST ? 0 : r, "department");
	if (row)
		zong__department__free_unpacked(row, NULL);
}

void scale_open(struct scale *scale)
{
	struct zong_archive_options options = {0};
	char password[ZONG_PASSWORD_TEXT];
	int r = zong_archive_create(scale->dir, password, NULL);

	bench_must(r == ZONG_EEXIST ? 0 : r, scale->dir);
	bench_must(zong_archive_open(scale->dir, &options, &scale->archive, NULL), scale->dir);
	if (scale->no_text) {
		zong_text_stop(scale->archive->store);
		scale->archive->text = false;
	}
	scale->who = (struct zong_subject){.role = ZONG_ROLE_ARCHIVIST, .key = "token:bench"};
	add_department(scale, "tax");
	add_department(scale, "housing");
	read_filled(scale);
}

void scale_close(struct scale *scale)
{
	zong_archive_close(scale->archive);
	scale->archive = NULL;
}

void scale_token(struct scale *scale, char ret_token[ZONG_TOKEN_TEXT])
{
	struct zong_subject local = {.role = ZONG_ROLE_LOCAL, .key = "local:0"};
	Zong__Token *row = NULL;

	bench_must(zong_token_new(
			   scale->archive, &local, "lookup", "", "bench", 0, 0, ret_token, &row, NULL),
		"token");
	zong__token__free_unpacked(row, NULL);
}
