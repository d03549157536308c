/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that stand on the page, with words that somebody misread: which of them are read again, and what stays. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include "raster.h"
#include "sample.h"
#include "second.h"

#define LETTER 28 /* pixels, and where sample_text() puts lines of it */
#define LINE_TOP(i) ((int)(LETTER * (3 + 1.8 * (i))) - LETTER)

static TessBaseAPI *chinese;
static struct zong_raster raster;
static struct zong_arena arena;
static struct zong_cleaned cleaned;
static struct zong_draft draft;

static int load(void **state)
{
	(void)state;
	setMsgSeverity(L_SEVERITY_NONE);
	chinese = TessBaseAPICreate();
	return chinese ? TessBaseAPIInit2(chinese, NULL, "chi_sim", OEM_LSTM_ONLY) : -1;
}

static int unload(void **state)
{
	(void)state;
	TessBaseAPIDelete(chinese);
	return 0;
}

static void clear(void)
{
	zong_cleaned_release(&cleaned);
	zong_raster_release(&raster);
}

/* A page of these lines. */
static bool draw(const char *const *lines)
{
	clear();
	sample_text(1400, 400, LETTER, lines, &raster);
	cleaned = (struct zong_cleaned){.pix = zong_raster_to_pix(&raster),
		.scale = 1,
		.glyph = LETTER * 0.9,
		.page_width = raster.width,
		.page_height = raster.height};
	cleaned.full = pixClone(cleaned.pix);
	return cleaned.full;
}

static int setup(void **state)
{
	(void)state;
	if (!draw(sample_lines))
		return -1;
	draft = (struct zong_draft){.arena = &arena,
		.cleaned = &cleaned,
		.reading = {.width = raster.width, .height = raster.height}};
	return zong_draft_begin(&draft);
}

static int teardown(void **state)
{
	(void)state;
	clear();
	zong_arena_release(&arena);
	return 0;
}

/* What was taken for line @i of the page. */
static void taken(int i, const char *text, float confidence)
{
	struct zong_box box = {2 * LETTER, (uint32_t)LINE_TOP(i), 25 * LETTER, LETTER * 5 / 4};

	draft.reading.word[draft.reading.words++] =
		(struct zong_word){.text = text, .box = box, .confidence = confidence};
	assert_int_equal(zong_draft_end_line(&draft, false,
				 (struct zong_strip){(int)box.x, (int)box.y,
					 (int)(box.x + box.width), (int)(box.y + box.height)}),
		0);
}

static const char *text_of(uint32_t i)
{
	struct zong_buf text = ZONG_BUF_INIT(10000);
	const struct zong_line *line = &draft.reading.line[i];
	const char *copy;
	uint32_t j;

	for (j = 0; j < line->count; j++)
		zong_buf_add_str(&text, draft.reading.word[line->first + j].text);
	copy = zong_arena_str(&arena, zong_buf_str(&text));
	zong_buf_release(&text);
	return copy;
}

static void a_weak_line_is_put_right_and_a_sure_one_is_left_alone(void **state)
{
	(void)state;
	taken(1, "申清人对本申请书所填写的内容及提交的材科", 0.6f);
	taken(3, "宗地面积以实际测量结果为淮，共有情况为单独所有。", 0.95f);
	assert_int_equal(zong_second_look(&draft, chinese), 0);
	assert_true(draft.reorder);
	assert_int_equal(draft.reading.lines, 2);
	assert_string_equal(text_of(0), "申请人对本申请书所填写的内容及提交的材料");
	assert_true(draft.reading.line[0].confidence > 0.8f);
	assert_string_equal(text_of(1), "宗地面积以实际测量结果为淮，共有情况为单独所有。");
	/* the words lie where the line is */
	assert_in_range(draft.reading.line[0].box.x, LETTER, 3 * LETTER);
	assert_in_range(
		draft.reading.line[0].box.y, LINE_TOP(1) - LETTER / 2, LINE_TOP(1) + LETTER);
}

static void what_comes_out_much_longer_or_less_sure_is_not_taken(void **state)
{
	(void)state;
	taken(1, "申请人", 0.6f); /* the rest is another line's */
	taken(5, "权利人可以查询和复制不动产登记资枓。",
		0.849f); /* beside the place: nothing there */
	draft.place[1] = (struct zong_strip){1100, 20, 1390, 60};
	assert_int_equal(zong_second_look(&draft, chinese), 0);
	assert_false(draft.reorder);
	assert_string_equal(text_of(0), "申请人");
	assert_string_equal(text_of(1), "权利人可以查询和复制不动产登记资枓。");
	assert_int_equal(draft.reading.words, 2);
	assert_int_equal(draft.text_len, 0);
}

static void a_line_without_han_is_none_of_its_business(void **state)
{
	(void)state;
	taken(1, "No.12345", 0.3f);
	assert_int_equal(zong_second_look(&draft, chinese), 0);
	assert_string_equal(text_of(0), "No.12345");
	assert_false(draft.reorder);
}

static void a_short_line_is_looked_at_though_it_seems_sure(void **state)
{
	static const char *const lines[] = {"", "权利人", "", "权利类型", NULL};

	(void)state;
	assert_true(draw(lines));
	taken(1, "权利入", 0.90f);
	taken(3, "权利类刑", 0.96f);
	assert_int_equal(zong_second_look(&draft, chinese), 0);
	assert_string_equal(text_of(0), "权利人");
	assert_string_equal(text_of(1), "权利类刑");
}

/* What the gap and the photograph were taken for goes, what stands in the line stays. */
static void a_line_beside_a_photograph_is_read_part_by_part(void **state)
{
	static const char *const lines[] = {"", "住址　　　山东省示例市示例路", NULL};
	BOX *photograph = boxCreate(900, 2, 300, 300);

	(void)state;
	assert_true(draw(lines));
	pixSetInRectArbitrary(cleaned.pix, photograph, 100);
	boxDestroy(&photograph);
	taken(1, "住址“山东省示例市示例路4", 0.6f);
	draft.place[0] = (struct zong_strip){2 * LETTER, 4, 1390, 200};
	assert_int_equal(zong_second_look(&draft, chinese), 0);
	assert_string_equal(text_of(0), "住址山东省示例市示例路");
	assert_in_range(draft.reading.line[0].box.x + draft.reading.line[0].box.width, 420, 600);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_weak_line_is_put_right_and_a_sure_one_is_left_alone),
		TEST(what_comes_out_much_longer_or_less_sure_is_not_taken),
		TEST(a_short_line_is_looked_at_though_it_seems_sure),
		TEST(a_line_beside_a_photograph_is_read_part_by_part),
		TEST(a_line_without_han_is_none_of_its_business),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
