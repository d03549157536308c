/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A proof from anywhere: it is taken whole or not at all, and what nobody signed proves nothing. */

#include <string.h>

#include "fuzz.h"
#include "proof_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_note_key key = {.name = "nobody", .id = 1, .kind = ZONG_NOTE_SIGNATURE};
	struct zong_checkpoint head;
	struct consistency consistency;
	Zong__LogRecord *line = NULL;
	struct zong_proof proof;
	const char *wrong;

	if (proof_parse((const char *)bytes, len, &proof, &wrong)) {
		must_hold(wrong == NULL && proof.path.count <= ZONG_MERKLE_PROOF);
		must_hold(zong_proof_verify(&proof, &key, &head, &line) != 0 && !line);
		line = zong__log_record__unpack(NULL, proof.entry.len, proof.entry.data);
		if (line) {
			must_hold(!zong_proof_names(line, &(struct zong_digest){{1}}));
			zong__log_record__free_unpacked(line, NULL);
		}
	} else {
		must_hold(wrong != NULL);
	}
	zong_proof_release(&proof);
	if (consistency_parse((const char *)bytes, len, &consistency, &wrong))
		must_hold(consistency.proof.count <= ZONG_MERKLE_PROOF);
	else
		must_hold(wrong != NULL);
	consistency_release(&consistency);
	return 0;
}
