/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_PROOF_FILE_H
#define ZONG_TOOLS_PROOF_FILE_H

/* Proofs as the server gives them, JSON from anywhere. */

#include <zong/proof.h>

/* "zong-proof/1". False: *ret_wrong (static) is the member that is not as it should be. To be released in any case. */
bool proof_parse(
	const char *text, size_t len, struct zong_proof *ret_proof, const char **ret_wrong);

/* That one head goes on from another. */
struct consistency {
	uint64_t from, to;
	struct zong_merkle_proof proof;
	struct zong_buf note; /* the later head */
};
bool consistency_parse(
	const char *text, size_t len, struct consistency *ret_proof, const char **ret_wrong);
void consistency_release(struct consistency *proof);

#endif
