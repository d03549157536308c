/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "fixture.h"
#include "retention_look.h"
#include "row.h"

static void place(struct fixture *f, const char *scope, const char *target, char *ret_id)
{
	Zong__Hold *hold;

	assert_int_equal(zong_hold_place(f->archive, &f->archivist, scope, target, "诉讼保全",
				 &hold, &f->err),
		0);
	snprintf(ret_id, ZONG_ID_TEXT, "%s", fixture_id(&hold->id));
	zong__hold__free_unpacked(hold, NULL);
}

static void lift(struct fixture *f, const char *id)
{
	Zong__Hold *hold;

	assert_int_equal(zong_hold_lift(f->archive, &f->archivist, id, "结案", &hold, &f->err), 0);
	assert_true(hold->lifted > 0);
	zong__hold__free_unpacked(hold, NULL);
}

/* A material that stands nowhere but in memory: what covers it is asked of the holds alone. */
struct paper {
	Zong__Scope scope;
	const char *unit;    /* its own, or NULL */
	const char *of_case; /* that of its case, or NULL */
};

static int covering(struct fixture *f, const struct paper *paper, char *ret_hold)
{
	static const char no[] = "H-none";
	uint8_t bytes[ZONG_ID_SIZE] = {1};
	char *own[] = {(char *)(uintptr_t)paper->unit};
	char *others[] = {(char *)(uintptr_t)paper->of_case};
	Zong__Material material = ZONG__MATERIAL__INIT;
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_txn *txn;
	Zong__Hold *hold;
	int err;

	material.id.data = bytes;
	material.id.len = sizeof(bytes);
	material.scope = paper->scope;
	material.units = own;
	material.n_units = paper->unit != NULL;
	cas.no = (char *)(uintptr_t)no;
	cas.units = others;
	cas.n_units = paper->of_case != NULL;
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_hold_covering(txn, &material, &cas, &hold);
	if (!err) {
		snprintf(ret_hold, ZONG_ID_TEXT, "%s", fixture_id(&hold->id));
		zong__hold__free_unpacked(hold, NULL);
	}
	zong_txn_end(txn);
	return err;
}

#define PARCEL "370786001001GB00007"
#define UNIT_1 PARCEL "F00010001"
#define UNIT_2 PARCEL "F00010002"
#define UNIT_3 PARCEL "F00020001"

static void a_hold_on_a_unit_covers_the_shared_papers_of_its_building_and_parcel(void **state)
{
	static const struct {
		struct paper paper;
		bool covered;
	} cases[] = {
		{{ZONG__SCOPE__SCOPE_CASE, UNIT_1, NULL}, true},
		{{ZONG__SCOPE__SCOPE_CASE, PARCEL, NULL}, true},
		{{ZONG__SCOPE__SCOPE_CASE, PARCEL "F0001", NULL}, true},
		{{ZONG__SCOPE__SCOPE_CASE, NULL, PARCEL "F0001"}, true},
		{{ZONG__SCOPE__SCOPE_PARCEL, UNIT_3, NULL}, true},
		{{ZONG__SCOPE__SCOPE_BUILDING, UNIT_2, NULL}, true},
		{{ZONG__SCOPE__SCOPE_BUILDING, UNIT_3, NULL}, false},
		{{ZONG__SCOPE__SCOPE_CASE, UNIT_2, NULL}, false},
		{{ZONG__SCOPE__SCOPE_UNIT, UNIT_2, NULL}, false},
		{{ZONG__SCOPE__SCOPE_CASE, PARCEL "F0002", NULL}, false},
		{{ZONG__SCOPE__SCOPE_PARCEL, "370786001001GB00008F00010001", NULL}, false},
		{{ZONG__SCOPE__SCOPE_CASE, "370786001001GB00008", NULL}, false},
		/* a whole district is no place that the unit stands on */
		{{ZONG__SCOPE__SCOPE_CASE, "370786001001", NULL}, false},
	};
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], found[ZONG_ID_TEXT];

	place(f, "unit", UNIT_1, id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			covering(f, &cases[i].paper, found), cases[i].covered ? 0 : ZONG_ENOENT);
		if (cases[i].covered)
			assert_string_equal(found, id);
	}
	lift(f, id);
	assert_int_equal(covering(f, &cases[0].paper, found), ZONG_ENOENT);
}

static void a_hold_on_a_parcel_covers_all_that_stands_on_it(void **state)
{
	static const char *const below[] = {PARCEL, PARCEL "F0001", UNIT_1, UNIT_2, UNIT_3};
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], found[ZONG_ID_TEXT];
	struct paper paper = {.unit = "370786001001GB00008F00010001"};

	place(f, "unit", PARCEL, id);
	assert_int_equal(covering(f, &paper, found), ZONG_ENOENT);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		paper.unit = below[i];
		assert_int_equal(covering(f, &paper, found), 0);
		paper.unit = NULL;
		paper.of_case = below[i];
		assert_int_equal(covering(f, &paper, found), 0);
		paper.of_case = NULL;
	}
	lift(f, id);
}

/* ---- any holds, any papers ---- */

#define MOST 24

struct placed {
	char id[ZONG_ID_TEXT];
	char target[ZONG_UNIT_TEXT];
};

static unsigned seed = 7;

static unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* Few places, so that they meet often; cut anywhere from a district on. */
static void make_code(char *ret_code, size_t least)
{
	static const size_t levels[] = {6, 12, 19, 22, 24, 26, 28};
	size_t len = levels[pick(sizeof(levels) / sizeof(levels[0]))];

	snprintf(ret_code, ZONG_UNIT_TEXT, "3707860010%02uGB0000%uF%04u%04u", 1 + pick(2),
		1 + pick(2), 1 + pick(2), 1 + pick(3));
	ret_code[len < least ? least : len] = '\0';
}

static bool begins_with(const char *text, const char *beginning, size_t len)
{
	return strlen(text) >= len && memcmp(text, beginning, len) == 0;
}

/* Said anew: below the target, or the target below it and it a parcel at least; or the same parcel | building. */
static bool meets(const char *target, const char *code, Zong__Scope scope)
{
	size_t shared = scope == ZONG__SCOPE__SCOPE_PARCEL     ? 19
			: scope == ZONG__SCOPE__SCOPE_BUILDING ? 24
							       : 0;

	if (begins_with(code, target, strlen(target)))
		return true;
	if (strlen(code) >= 19 && begins_with(target, code, strlen(code)))
		return true;
	return shared && strlen(code) >= shared && begins_with(target, code, shared);
}

static bool expected(
	const struct paper *paper, const struct placed *placed, size_t count, const char *found)
{
	bool any = false, right = !found;

	for (size_t i = 0; i < count; i++) {
		bool covers = (paper->unit && meets(placed[i].target, paper->unit, paper->scope)) ||
			      (paper->of_case && meets(placed[i].target, paper->of_case,
							 ZONG__SCOPE__SCOPE_CASE));

		any = any || covers;
		right = right || (covers && strcmp(found, placed[i].id) == 0);
	}
	return right && any == (found != NULL);
}

static void random_holds_cover_what_they_should_and_nothing_else(void **state)
{
	static const Zong__Scope scopes[] = {ZONG__SCOPE__SCOPE_CASE, ZONG__SCOPE__SCOPE_UNIT,
		ZONG__SCOPE__SCOPE_BUILDING, ZONG__SCOPE__SCOPE_PARCEL};
	char unit[ZONG_UNIT_TEXT], of_case[ZONG_UNIT_TEXT], found[ZONG_ID_TEXT];
	struct placed placed[MOST];
	struct fixture *f = *state;
	size_t count = 0, covered = 0, bare = 0;

	for (int round = 0; round < 60; round++) {
		if (count < 3 && pick(3)) {
			make_code(placed[count].target, 6);
			if (pick(2)) /* mostly narrow ones, or everything is held */
				make_code(placed[count].target, 24);
			place(f, "unit", placed[count].target, placed[count].id);
			count++;
		} else if (count > 0) {
			size_t i = pick((unsigned)count);

			lift(f, placed[i].id);
			placed[i] = placed[--count];
		}
		for (int i = 0; i < 60; i++) {
			struct paper paper = {.scope = scopes[pick(4)]};
			int err;

			make_code(unit, 6);
			make_code(of_case, 6);
			paper.unit = pick(8) ? unit : NULL;
			paper.of_case = pick(3) ? NULL : of_case;
			err = covering(f, &paper, found);
			assert_true(err == 0 || err == ZONG_ENOENT);
			assert_true(expected(&paper, placed, count, err ? NULL : found));
			covered += !err;
			bare += err != 0;
		}
	}
	assert_true(covered > 300 && bare > 300); /* no idle history */
	while (count > 0)
		lift(f, placed[--count].id);
}

/* ---- the list ---- */

static void the_list_goes_on_where_it_ended_and_leaves_out_what_was_lifted(void **state)
{
	char id[5][ZONG_ID_TEXT], code[ZONG_UNIT_TEXT];
	struct fixture *f = *state;
	Zong__Hold **holds;
	size_t count, at = 0;
	char *next = NULL;

	for (size_t i = 0; i < 5; i++) {
		snprintf(code, sizeof(code), "37078600100%zu", i);
		place(f, "unit", code, id[i]);
	}
	lift(f, id[2]);
	do {
		char *cursor = next;

		next = NULL;
		assert_int_equal(zong_hold_list(f->archive, &f->archivist, false, cursor, 2, &holds,
					 &count, &next, &f->err),
			0);
		free(cursor);
		assert_true(count <= 2);
		for (size_t i = 0; i < count; i++) {
			at += at == 2; /* lifted */
			assert_true(at < 5);
			assert_string_equal(fixture_id(&holds[i]->id), id[at++]);
		}
		zong_holds_free(holds, count);
	} while (next);
	assert_int_equal(at, 5);
	assert_int_equal(zong_hold_list(f->archive, &f->archivist, true, NULL, 500, &holds, &count,
				 &next, &f->err),
		0);
	assert_true(count > 5); /* those of the other tests, too */
	assert_string_equal(fixture_id(&holds[count - 3]->id), id[2]);
	assert_string_equal(holds[count - 3]->lifted_reason, "结案");
	zong_holds_free(holds, count);
	assert_int_equal(zong_hold_list(f->archive, &f->archivist, true, "no cursor", 5, &holds,
				 &count, &next, &f->err),
		ZONG_ECURSOR);
	assert_int_equal(
		zong_hold_list(f->archive, &f->tax, true, NULL, 5, &holds, &count, &next, &f->err),
		ZONG_EFORBIDDEN);
}

static void each_hold_and_its_lifting_is_in_the_log(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], object[64];

	fixture_case(f, "H-1");
	place(f, "case", "H-1", id);
	snprintf(object, sizeof(object), "hold/%s", id);
	assert_int_equal(fixture_log(f, "hold.place", object, NULL), 1);
	lift(f, id);
	assert_int_equal(fixture_log(f, "hold.lift", object, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_hold_on_a_unit_covers_the_shared_papers_of_its_building_and_parcel,
			fixture_clear),
		cmocka_unit_test_teardown(
			a_hold_on_a_parcel_covers_all_that_stands_on_it, fixture_clear),
		cmocka_unit_test_teardown(
			random_holds_cover_what_they_should_and_nothing_else, fixture_clear),
		cmocka_unit_test_teardown(
			the_list_goes_on_where_it_ended_and_leaves_out_what_was_lifted,
			fixture_clear),
		cmocka_unit_test_teardown(each_hold_and_its_lifting_is_in_the_log, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
