/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/byteorder.h>
#include <zong/store.h>

void zong_key_clear(struct zong_key *key)
{
	key->len = 0;
	key->err = 0;
}

void zong_key_bytes(struct zong_key *key, const void *bytes, size_t len)
{
	if (key->err)
		return;
	if (len > sizeof(key->bytes) - key->len) {
		key->err = ZONG_ELIMIT;
		return;
	}
	if (len > 0)
		memcpy(key->bytes + key->len, bytes, len);
	key->len += len;
}

void zong_key_str(struct zong_key *key, const char *str)
{
	zong_key_bytes(key, str, strlen(str) + 1);
}

void zong_key_str_open(struct zong_key *key, const char *str)
{
	zong_key_bytes(key, str, strlen(str));
}

void zong_key_u8(struct zong_key *key, uint8_t value)
{
	zong_key_bytes(key, &value, sizeof(value));
}

void zong_key_u32(struct zong_key *key, uint32_t value)
{
	uint8_t bytes[sizeof(value)];

	zong_write_be32(bytes, value);
	zong_key_bytes(key, bytes, sizeof(bytes));
}

void zong_key_u64(struct zong_key *key, uint64_t value)
{
	uint8_t bytes[sizeof(value)];

	zong_write_be64(bytes, value);
	zong_key_bytes(key, bytes, sizeof(bytes));
}

void zong_key_digest(struct zong_key *key, const struct zong_digest *digest)
{
	zong_key_bytes(key, digest->bytes, sizeof(digest->bytes));
}

void zong_key_id(struct zong_key *key, const struct zong_id *id)
{
	zong_key_bytes(key, id->bytes, sizeof(id->bytes));
}

/* The next @len bytes of the view, or NULL when it holds fewer; moves behind them. */
static const uint8_t *take(struct zong_key_view *view, size_t len)
{
	const uint8_t *bytes = view->bytes;

	if (view->len < len)
		return NULL;
	view->bytes += len;
	view->len -= len;
	return bytes;
}

bool zong_key_take_str(struct zong_key_view *view, const char **ret_str)
{
	const uint8_t *end;

	if (view->len == 0)
		return false;
	end = memchr(view->bytes, 0, view->len);
	if (!end)
		return false;
	*ret_str = (const char *)take(view, (size_t)(end - view->bytes) + 1);
	return true;
}

bool zong_key_take_u8(struct zong_key_view *view, uint8_t *ret_value)
{
	const uint8_t *bytes = take(view, sizeof(*ret_value));

	if (!bytes)
		return false;
	*ret_value = *bytes;
	return true;
}

bool zong_key_take_u32(struct zong_key_view *view, uint32_t *ret_value)
{
	const uint8_t *bytes = take(view, sizeof(*ret_value));

	if (!bytes)
		return false;
	*ret_value = zong_read_be32(bytes);
	return true;
}

bool zong_key_take_u64(struct zong_key_view *view, uint64_t *ret_value)
{
	const uint8_t *bytes = take(view, sizeof(*ret_value));

	if (!bytes)
		return false;
	*ret_value = zong_read_be64(bytes);
	return true;
}

bool zong_key_take_digest(struct zong_key_view *view, struct zong_digest *ret_digest)
{
	const uint8_t *bytes = take(view, sizeof(ret_digest->bytes));

	if (!bytes)
		return false;
	memcpy(ret_digest->bytes, bytes, sizeof(ret_digest->bytes));
	return true;
}

bool zong_key_take_id(struct zong_key_view *view, struct zong_id *ret_id)
{
	const uint8_t *bytes = take(view, sizeof(ret_id->bytes));

	if (!bytes)
		return false;
	memcpy(ret_id->bytes, bytes, sizeof(ret_id->bytes));
	return true;
}
