/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <zong/error.h>
#include <zong/time.h>
#include <zong/timestamp.h>

enum tag {
	BOOLEAN = 0x01,
	INTEGER = 0x02,
	OCTETS = 0x04,
	OID = 0x06,
	TIME = 0x18, /* GeneralizedTime */
	SEQUENCE = 0x30,
	SET = 0x31,
	CONTEXT_0 = 0xa0,
};

static const uint8_t signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
static const uint8_t tst_info[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04};
static const uint8_t sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t sm3[] = {0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11};

static const struct {
	const uint8_t *oid;
	uint8_t len;
} hashes[] = {
	[ZONG_TIMESTAMP_SHA256] = {sha256, sizeof(sha256)},
	[ZONG_TIMESTAMP_SM3] = {sm3, sizeof(sm3)},
};

void zong_imprint_of(
	enum zong_timestamp_hash hash, const void *bytes, size_t len, struct zong_imprint *ret_imprint)
{
	ret_imprint->hash = hash;
	if (hash == ZONG_TIMESTAMP_SM3)
		zong_sm3_of(bytes, len, &ret_imprint->digest);
	else
		zong_digest_of(bytes, len, &ret_imprint->digest);
}

/* ---- asking ---- */

static uint8_t *add(uint8_t *to, const void *bytes, size_t len)
{
	memcpy(to, bytes, len);
	return to + len;
}

size_t zong_timestamp_request(const struct zong_imprint *imprint,
	uint8_t nonce[ZONG_TIMESTAMP_NONCE], uint8_t ret_request[ZONG_TIMESTAMP_REQUEST])
{
	/* TimeStampReq { version 1, messageImprint { hash, imprint }, nonce, certReq TRUE } */
	const uint8_t oid = hashes[imprint->hash].len;
	const uint8_t before[] = {SEQUENCE, (uint8_t)(58 + oid), INTEGER, 1, 1, SEQUENCE,
		(uint8_t)(40 + oid), SEQUENCE, (uint8_t)(4 + oid), OID, oid};
	static const uint8_t between[] = {0x05, 0, OCTETS, ZONG_DIGEST_SIZE};
	static const uint8_t behind[] = {INTEGER, ZONG_TIMESTAMP_NONCE};
	static const uint8_t after[] = {BOOLEAN, 1, 0xff};
	uint8_t *to = ret_request;

	_Static_assert(sizeof(before) + sizeof(sha256) + sizeof(between) + ZONG_DIGEST_SIZE +
				       sizeof(behind) + ZONG_TIMESTAMP_NONCE + sizeof(after) ==
			       ZONG_TIMESTAMP_REQUEST,
		"the lengths above");
	nonce[0] = (uint8_t)((nonce[0] & 0x7f) | 0x40); /* positive, and no zero at its beginning */
	to = add(to, before, sizeof(before));
	to = add(to, hashes[imprint->hash].oid, oid);
	to = add(to, between, sizeof(between));
	to = add(to, imprint->digest.bytes, sizeof(imprint->digest.bytes));
	to = add(to, behind, sizeof(behind));
	to = add(to, nonce, ZONG_TIMESTAMP_NONCE);
	to = add(to, after, sizeof(after));
	return (size_t)(to - ret_request);
}

/* ---- reading ---- */

struct der {
	const uint8_t *at, *end;
};

/* The length at *@at, definite and in its shortest form. */
static bool take_length(struct der *der, size_t *ret_len)
{
	size_t len, count;

	if (der->at == der->end)
		return false;
	len = *der->at++;
	if (len >= 0x80) {
		count = len & 0x7f;
		if (count == 0 || count > 3 || (size_t)(der->end - der->at) < count ||
			*der->at == 0)
			return false;
		for (len = 0; count > 0; count--)
			len = len << 8 | *der->at++;
		if (len < 0x80)
			return false;
	}
	*ret_len = len;
	return len <= (size_t)(der->end - der->at);
}

static bool is_next(const struct der *der, enum tag tag)
{
	return der->at < der->end && *der->at == tag;
}

/* The element that comes next, which has this tag: what is in it. */
static bool take(struct der *der, enum tag tag, struct der *ret_inside)
{
	size_t len;

	if (!is_next(der, tag))
		return false;
	der->at++;
	if (!take_length(der, &len))
		return false;
	*ret_inside = (struct der){der->at, der->at + len};
	der->at += len;
	return true;
}

static bool skip(struct der *der, enum tag tag)
{
	struct der inside;

	return take(der, tag, &inside);
}

static bool is(const struct der *der, const uint8_t *bytes, size_t len)
{
	return (size_t)(der->end - der->at) == len && memcmp(der->at, bytes, len) == 0;
}

static bool take_oid(struct der *der, const uint8_t *bytes, size_t len)
{
	struct der oid;

	return take(der, OID, &oid) && is(&oid, bytes, len);
}

/* From the answer to what the authority has signed. */
static int find_info(struct der reply, struct der *ret_info)
{
	struct der response, status, number, token, content, data, wrapped, info, octets;

	if (!take(&reply, SEQUENCE, &response) || reply.at != reply.end ||
		!take(&response, SEQUENCE, &status) || !take(&status, INTEGER, &number) ||
		number.end - number.at != 1)
		return ZONG_EINVAL;
	if (*number.at > 1)
		return ZONG_ECANCELLED;
	if (!take(&response, SEQUENCE, &token) || response.at != response.end ||
		!take_oid(&token, signed_data, sizeof(signed_data)) ||
		!take(&token, CONTEXT_0, &content) || !take(&content, SEQUENCE, &data))
		return ZONG_EINVAL;
	if (!skip(&data, INTEGER) || !skip(&data, SET) || !take(&data, SEQUENCE, &wrapped) ||
		!take_oid(&wrapped, tst_info, sizeof(tst_info)) ||
		!take(&wrapped, CONTEXT_0, &info) || !take(&info, OCTETS, &octets) ||
		!take(&octets, SEQUENCE, ret_info) || octets.at != octets.end)
		return ZONG_EINVAL;
	return 0;
}

/* "20261129235724Z", with or without a fraction. */
static bool read_time(const struct der *der, int64_t *ret_time)
{
	size_t len = (size_t)(der->end - der->at);
	char text[48];

	if (len < 15 || len > 26 || der->end[-1] != 'Z')
		return false;
	for (size_t i = 0; i < len - 1; i++)
		if ((der->at[i] < '0' || der->at[i] > '9') && !(i == 14 && der->at[i] == '.'))
			return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.*s", (const char *)der->at,
		(const char *)der->at + 4, (const char *)der->at + 6, (const char *)der->at + 8,
		(const char *)der->at + 10, (int)(len - 12), (const char *)der->at + 12);
	return zong_time_parse(text, ret_time) == 0;
}

static bool is_imprint(struct der *info, const struct zong_imprint *imprint, bool *ret_same)
{
	struct der both, algorithm, oid, octets;

	if (!take(info, SEQUENCE, &both) || !take(&both, SEQUENCE, &algorithm) ||
		!take(&algorithm, OID, &oid) || !take(&both, OCTETS, &octets))
		return false;
	*ret_same = is(&oid, hashes[imprint->hash].oid, hashes[imprint->hash].len) &&
		    is(&octets, imprint->digest.bytes, sizeof(imprint->digest.bytes));
	return true;
}

int zong_timestamp_read(const void *reply, size_t len, const struct zong_imprint *imprint,
	const uint8_t nonce[ZONG_TIMESTAMP_NONCE], int64_t *ret_time)
{
	struct der info, time, number = {NULL, NULL};
	int64_t when;
	bool same;
	int err = len > ZONG_TIMESTAMP_MAX
			  ? ZONG_EINVAL
			  : find_info((struct der){reply, (const uint8_t *)reply + len}, &info);

	if (err)
		return err;
	/* TSTInfo { version, policy, messageImprint, serialNumber, genTime, accuracy?, ordering?, nonce?, ... } */
	if (!skip(&info, INTEGER) || !skip(&info, OID) || !is_imprint(&info, imprint, &same) ||
		!skip(&info, INTEGER) || !take(&info, TIME, &time) || !read_time(&time, &when))
		return ZONG_EINVAL;
	if (is_next(&info, SEQUENCE) && !skip(&info, SEQUENCE))
		return ZONG_EINVAL;
	if (is_next(&info, BOOLEAN) && !skip(&info, BOOLEAN))
		return ZONG_EINVAL;
	if (is_next(&info, INTEGER) && !take(&info, INTEGER, &number))
		return ZONG_EINVAL;
	if (!same || (nonce && !is(&number, nonce, ZONG_TIMESTAMP_NONCE)))
		return ZONG_ECORRUPT;
	*ret_time = when;
	return 0;
}

int zong_timestamp_about(const void *reply, size_t len, const void *bytes, size_t bytes_len,
	enum zong_timestamp_hash *ret_hash, int64_t *ret_time)
{
	struct zong_imprint imprint;
	int err;

	zong_imprint_of(ZONG_TIMESTAMP_SHA256, bytes, bytes_len, &imprint);
	err = zong_timestamp_read(reply, len, &imprint, NULL, ret_time);
	if (err == ZONG_ECORRUPT) {
		zong_imprint_of(ZONG_TIMESTAMP_SM3, bytes, bytes_len, &imprint);
		err = zong_timestamp_read(reply, len, &imprint, NULL, ret_time);
	}
	if (!err)
		*ret_hash = imprint.hash;
	return err;
}
