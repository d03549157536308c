/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rules of the query desk as somebody may have written them, and an application that they are tried on. */

#include <string.h>

#include <zong/utf8.h>

#include "fuzz.h"
#include "query_rules.h"

static void judge(const struct zong_query_rules *rules, const struct zong_query_asker *asker)
{
	char key[ZONG_LIMIT_TYPE + 1], name[] = "示例甲", idno[] = "1", by[] = "unit",
				       kind[] = "居民身份证", want[] = "results";
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS];
	Zong__QueryPerson person = ZONG__QUERY_PERSON__INIT;
	Zong__QueryObject object = ZONG__QUERY_OBJECT__INIT, *objects[] = {&object};
	Zong__QueryProof proof = ZONG__QUERY_PROOF__INIT, *proofs[] = {&proof};
	Zong__Query query = ZONG__QUERY__INIT;
	char *wants[] = {want};
	size_t count;

	snprintf(key, sizeof(key), "%s", asker->key);
	person.name = name;
	person.idno = idno;
	object.by = by;
	proof.kind = kind;
	query.asker = key;
	query.querent = &person;
	query.objects = objects;
	query.n_objects = 1;
	query.proofs = proofs;
	query.n_proofs = 1;
	query.wants = wants;
	query.n_wants = 1;
	count = zong_query_rules_judge(rules, &query, problem);
	must_hold(count <= ZONG_QUERY_PROBLEMS);
	for (size_t i = 0; i < count; i++)
		must_hold(zong_utf8_valid(problem[i].subject, strlen(problem[i].subject)));
	must_hold((zong_query_rules_sees(asker, &query) & ~asker->sees) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_query_rules *rules = NULL;
	struct zong_err err = {0};

	if (zong_query_rules_parse((const char *)bytes, len, "query.rules", &rules, &err) != 0) {
		must_hold(rules == NULL && err.code != 0);
		must_hold(zong_utf8_valid(err.subject, strlen(err.subject)));
		return 0;
	}
	must_hold(rules->askers > 0);
	for (size_t i = 0; i < rules->askers; i++) {
		must_hold(rules->asker[i].sees && rules->asker[i].by && *rules->asker[i].key);
		must_hold(zong_query_rules_asker(rules, rules->asker[i].key) == &rules->asker[i]);
		judge(rules, &rules->asker[i]);
	}
	zong_query_rules_free(rules);
	return 0;
}
