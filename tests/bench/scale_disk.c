/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "index_rows.h"
#include "inside.h"
#include "scale.h"
#include "state.h"

#define CITY_PAGES 200e6
#define ROWS_LEAST 1000 /* smaller tables do not count */
#define TEXTS 5000	/* whose length is looked at */
#define DAY_LOOKUPS 20e3
#define LOOKUP_PAGES 50 /* leaves that a case with ten materials of two pages lies on */

static double folder_bytes(const char *dir, const char *name)
{
	char path[BENCH_PATH], file[BENCH_PATH + 256];
	const struct dirent *entry;
	struct stat st;
	double bytes = 0;
	DIR *handle;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	handle = opendir(path);
	if (!handle)
		return 0;
	for (;;) {
		entry = readdir(handle);
		if (!entry)
			break;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
			bytes += (double)st.st_blocks * 512;
	}
	closedir(handle);
	return bytes;
}

/* Bytes of each table as its pages count them, and of the pages that lead to the leaves. */
static void table_sizes(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	struct zong_env *env = &scale->archive->store->catalog;
	double branches = 0, all = 0, bytes;
	char name[64];
	MDB_stat stat;
	MDB_txn *txn;
	size_t i;

	bench_must(zong_env_read_begin(env, &txn), "reading");
	for (i = 0; i < env->table_count; i++) {
		if (mdb_stat(txn, env->dbis[i], &stat))
			continue;
		bytes = (double)(stat.ms_branch_pages + stat.ms_leaf_pages +
				 stat.ms_overflow_pages) *
			stat.ms_psize;
		branches += (double)stat.ms_branch_pages * stat.ms_psize;
		all += bytes;
		snprintf(name, sizeof(name), "rows_%s", env->tables[i]);
		scale_figure(figures, size, name, (double)stat.ms_entries, "", false);
		snprintf(name, sizeof(name), "bytes_%s", env->tables[i]);
		if (stat.ms_entries >= ROWS_LEAST)
			scale_figure(figures, size, name, bytes / (double)stat.ms_entries, "B/row",
				true);
	}
	zong_env_read_end(env, txn);
	scale_figure(figures, size, "catalog", all / (double)scale->filled, "B/mat.", true);
	scale_figure(figures, size, "catalog_branches", branches / (double)scale->filled, "B/mat.",
		true);
}

/* How much text the index was given, by looking at some of it: lengths of a page and of a material. */
static void text_lengths(struct scale *scale, double *ret_page, double *ret_material)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	double sum[2] = {0}, count[2] = {0};
	struct zong_iter iter;
	struct zong_txn *txn;
	size_t i;
	int kind;

	bench_must(zong_store_read_begin(scale->archive->store, &txn), "reading");
	bench_must(zong_iter_begin(&iter, txn, ZONG_TABLE_CHANGES, NULL, NULL, false), "reading");
	for (i = 0; i < TEXTS && zong_iter_next(&iter) == 0; i++) {
		zong_buf_clear(&buf);
		if (zong_index_source(NULL, txn, iter.value, iter.value_len, &buf))
			continue;
		kind = iter.value[0] == 'm';
		sum[kind] += (double)buf.len;
		count[kind]++;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	zong_buf_release(&buf);
	*ret_page = count[0] > 0 ? sum[0] / count[0] : 0;
	*ret_material = count[1] > 0 ? sum[1] / count[1] : 0;
}

void scale_sizes(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	double text = folder_bytes(scale->dir, "text"), materials = (double)scale->filled;
	double page, material;

	table_sizes(scale, figures, size);
	if (scale->no_text)
		return;
	text_lengths(scale, &page, &material);
	scale_figure(figures, size, "text_of_page", page, "B", false);
	scale_figure(figures, size, "text_of_material", material, "B", false);
	scale_figure(figures, size, "text_index", text / materials, "B/mat.", true);
	scale_figure(figures, size, "text_index_a_byte",
		text / (materials * (material + page / 10)), "B/B", true);
}

static double gb(double bytes)
{
	return bytes / 1e9;
}

/* With the mix of the sample, but every page read. */
void scale_city(const struct scale_figures *figures, unsigned size, uint64_t materials,
	const struct scale_page_size *page, size_t pages)
{
	double m = CITY_PAGES / SCALE_PAGES;
	double reading = scale_figure_of(figures, size, "bytes_readings");
	double change = scale_figure_of(figures, size, "bytes_changes");
	double catalog = m * scale_figure_of(figures, size, "catalog") +
			 (CITY_PAGES - m / SCALE_CASE_MATERIALS) * (reading + change);
	double text = scale_figure_of(figures, size, "text_index_a_byte") *
		      (m * scale_figure_of(figures, size, "text_of_material") +
			      CITY_PAGES * scale_figure_of(figures, size, "text_of_page"));
	double branches = m * scale_figure_of(figures, size, "catalog_branches") +
			  CITY_PAGES * (reading + change) / 100;
	double day = DAY_LOOKUPS * LOOKUP_PAGES * 4096;
	size_t i;

	printf("\n200 million pages (%.0f million materials, all pages read), reckoned from "
	       "%llu:\n",
		m / 1e6, (unsigned long long)materials);
	printf("  catalog              %8.0f GB\n", gb(catalog));
	if (text > 0)
		printf("  text index           %8.0f GB\n", gb(text));
	else
		printf("  text index           not measured\n");
	for (i = 0; i < pages; i++)
		printf("  segments, %-10s %8.0f GB  (%.0f KB a page)\n", page[i].name,
			gb(CITY_PAGES * page[i].bytes), page[i].bytes / 1e3);
	printf("  memory, least        %8.1f GB  (upper levels of all trees, the program)\n",
		gb(branches + text / 100) + 1);
	printf("  memory, comfortable  %8.1f GB  (and what a day of %.0f lookups touches)\n",
		gb(branches + text / 100 + day) + 1, DAY_LOOKUPS);
	printf("  start                %8.2f s   (as measured; it reads no table through)\n",
		scale_figure_of(figures, size, "start") / 1000);
}
