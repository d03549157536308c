/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/store.h>

#include "index_rows.h"
#include "inside.h"
#include "row.h"
#include "scale.h"

int scale_read_page(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading)
{
	_cleanup_row_ Zong__Raster *row = NULL;
	_cleanup_row_ Zong__Job *job = NULL;
	struct zong_key key;
	uint64_t count;
	int r = zong_job_of_raster(txn, raster, &job);

	if (!r)
		r = zong_row_raster(txn, raster, &row);
	if (r)
		return r;
	row->state = ZONG__RASTER_STATE__RASTER_READ;
	zong_row_key_digest(&key, raster);
	r = zong_txn_put(txn, ZONG_TABLE_RASTERS, &key, &row->base);
	if (!r)
		r = zong_txn_count(txn, ZONG_COUNT_PAGES_READ, 1, &count);
	if (!r)
		r = zong_reading_put(txn, raster, reading);
	if (!r)
		r = zong_index_reading(txn, raster, reading);
	return r ? r : zong_job_done(txn, job);
}
