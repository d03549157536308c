/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_properties.h"

static void flip(ProtobufCBinaryData *sm3)
{
	assert_int_equal(sm3->len, ZONG_DIGEST_SIZE);
	sm3->data[0] ^= 1;
}

static void edit_file(ProtobufCMessage *row)
{
	flip(&((Zong__File *)row)->sm3);
}

static void edit_material(ProtobufCMessage *row)
{
	flip(&((Zong__Material *)row)->sm3);
}

static void edit_none(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set_bytes(&((Zong__Material *)row)->sm3, NULL, 0), 0);
}

static void edit_file_none(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set_bytes(&((Zong__File *)row)->sm3, NULL, 0), 0);
}

static void edit_size(ProtobufCMessage *row)
{
	((Zong__Material *)row)->bytes--;
}

/* What 1-1 says of how it was looked at; static. */
static const char *digests(struct fixture *f, const char *no)
{
	static char detail[64];
	Zong__PropertyReport *report = sample_run(f, no, NULL, false);

	snprintf(detail, sizeof(detail), "%s", sample_item(report, ZONG_PROPERTY_DIGEST)->detail);
	zong__property_report__free_unpacked(report, NULL);
	return detail;
}

static void an_sm3_that_is_not_of_the_bytes_fails(void **state)
{
	struct fixture *f = *state;

	sample_sound(f, "B-1");
	assert_string_equal(sample_faults(f, "B-1"), "");
	assert_string_equal(digests(f, "B-1"), "SHA-256 2, SM3 2");
	sample_edit_file(f, edit_file);
	assert_string_equal(sample_faults(f, "B-1"), "digest sm3-differs\n");
	sample_edit_material(f, edit_material); /* both are wrong in the same way */
	assert_string_equal(sample_faults(f, "B-1"), "digest sm3-differs\n");
	sample_edit_file(f, edit_file);
	assert_string_equal(sample_faults(f, "B-1"), "digest sm3-differs\n");
	sample_edit_material(f, edit_material);
	assert_string_equal(sample_faults(f, "B-1"), "");
}

static void what_came_before_sm3_was_computed_is_held_against_its_sha256_alone(void **state)
{
	struct fixture *f = *state;

	sample_sound(f, "B-2");
	sample_edit_material(f, edit_none);
	assert_string_equal(sample_faults(f, "B-2"), "");
	sample_edit_file(f, edit_file_none);
	assert_string_equal(sample_faults(f, "B-2"), "");
	assert_string_equal(digests(f, "B-2"), "SHA-256 2, SM3 1");
}

static void bytes_of_all_materials_are_added_up(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;
	char detail[64];

	sample_sound(f, "B-3");
	sample_edit_material(f, edit_size);
	report = sample_run(f, "B-3", NULL, false);
	snprintf(detail, sizeof(detail), "%llu/%llu", (unsigned long long)report->bytes + 1,
		(unsigned long long)report->bytes);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_BYTES)->findings[0]->detail, detail);
	zong__property_report__free_unpacked(report, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(an_sm3_that_is_not_of_the_bytes_fails),
		TEST(what_came_before_sm3_was_computed_is_held_against_its_sha256_alone),
		TEST(bytes_of_all_materials_are_added_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_properties_setup, fixture_teardown);
}
