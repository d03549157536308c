/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/time.h>

#include "chain.h"
#include "row.h"

void zong_links_free(Zong__Link **links, size_t count)
{
	for (size_t i = 0; links && i < count; i++)
		zong__link__free_unpacked(links[i], NULL);
	free(links);
}

void zong_chain_key(const char *later, const char *earlier, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, later);
	zong_key_str(ret_key, earlier);
}

static void open_key(const char *later, const char *earlier, bool doubtful, struct zong_key *key)
{
	zong_key_clear(key);
	zong_key_u8(key, doubtful ? 'd' : 's');
	zong_key_str(key, later);
	zong_key_str(key, earlier);
}

int zong_chain_row(
	struct zong_txn *txn, const char *later, const char *earlier, Zong__Link **ret_link)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_chain_key(later, earlier, &key);
	err = zong_txn_get(txn, ZONG_TABLE_LINKS, &key, &zong__link__descriptor, &row);
	if (!err)
		*ret_link = (Zong__Link *)row;
	return err;
}

static int delete_if_there(struct zong_txn *txn, enum zong_table table, const struct zong_key *key)
{
	int err = zong_txn_delete(txn, table, key);

	return err == ZONG_ENOENT ? 0 : err;
}

static int delete_open(struct zong_txn *txn, const char *later, const char *earlier)
{
	struct zong_key key;
	int err;

	open_key(later, earlier, true, &key);
	err = delete_if_there(txn, ZONG_TABLE_LINKS_OPEN, &key);
	open_key(later, earlier, false, &key);
	return err ? err : delete_if_there(txn, ZONG_TABLE_LINKS_OPEN, &key);
}

int zong_chain_index(struct zong_txn *txn, const Zong__Link *link)
{
	struct zong_key key;
	int err;

	zong_chain_key(link->earlier, link->later, &key);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_LINKS_BY_EARLIER, &key, NULL, 0);
	if (err || link->state != ZONG__LINK_STATE__LINK_PROPOSED)
		return err;
	open_key(link->later, link->earlier, link->n_doubts > 0, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_LINKS_OPEN, &key, NULL, 0);
}

int zong_chain_put(struct zong_txn *txn, const Zong__Link *link)
{
	struct zong_key key;
	int err;

	zong_chain_key(link->later, link->earlier, &key);
	err = zong_txn_put(txn, ZONG_TABLE_LINKS, &key, &link->base);
	if (!err)
		err = delete_open(txn, link->later, link->earlier);
	return err ? err : zong_chain_index(txn, link);
}

int zong_chain_delete(struct zong_txn *txn, const char *later, const char *earlier)
{
	struct zong_key key;
	int err;

	zong_chain_key(later, earlier, &key);
	err = zong_txn_delete(txn, ZONG_TABLE_LINKS, &key);
	if (!err)
		err = delete_open(txn, later, earlier);
	zong_chain_key(earlier, later, &key);
	return err ? err : zong_txn_delete(txn, ZONG_TABLE_LINKS_BY_EARLIER, &key);
}

static int link_at(
	struct zong_txn *txn, const struct zong_iter *iter, bool back, Zong__Link **ret_link)
{
	struct zong_key_view view = iter->key;
	const char *first, *second;
	int err;

	if (back) {
		*ret_link = zong__link__unpack(NULL, iter->value_len, iter->value);
		return *ret_link ? 0 : ZONG_ECORRUPT;
	}
	if (!zong_key_take_str(&view, &first) || !zong_key_take_str(&view, &second))
		return ZONG_ECORRUPT;
	err = zong_chain_row(txn, second, first, ret_link);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

int zong_chain_links(
	struct zong_txn *txn, const char *no, bool back, Zong__Link ***ret_links, size_t *ret_count)
{
	Zong__Link **links = calloc(ZONG_LIMIT_LINKS, sizeof(Zong__Link *));
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t count = 0;
	int err;

	if (!links)
		return ZONG_ENOMEM;
	zong_row_key_str(&prefix, no);
	err = zong_iter_begin(&iter, txn, back ? ZONG_TABLE_LINKS : ZONG_TABLE_LINKS_BY_EARLIER,
		&prefix, NULL, false);
	while (!err && count < ZONG_LIMIT_LINKS && (err = zong_iter_next(&iter)) == 0) {
		err = link_at(txn, &iter, back, &links[count]);
		if (!err)
			count++;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND) {
		zong_links_free(links, count);
		return err;
	}
	*ret_links = links;
	*ret_count = count;
	return 0;
}

int zong_chain_new(struct zong_txn *txn, const Zong__Case *later, const Zong__Case *earlier,
	Zong__Link **ret_link)
{
	Zong__Link **links;
	Zong__Link *link;
	size_t count;
	int err = zong_chain_links(txn, later->no, true, &links, &count);

	if (err)
		return err;
	zong_links_free(links, count);
	if (count == ZONG_LIMIT_LINKS)
		return ZONG_ELIMIT;
	link = zong_row_new(&zong__link__descriptor);
	if (!link || zong_row_set(&link->later, later->no) ||
		zong_row_set(&link->earlier, earlier->no)) {
		zong_row_cleanup(&link);
		return ZONG_ENOMEM;
	}
	link->kind = zong_chain_kind(zong_chain_roles(later->kind));
	link->found = zong_time_now();
	*ret_link = link;
	return 0;
}
