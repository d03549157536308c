/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people are told of a page that should be scanned again. */
#include <string.h>

#include <zong/gate.h>

struct words {
	uint32_t fault;
	const char *name;
	int decimals;
	const char *zh, *en; /* {f}: the figure, {l}: the limit, {p}: the other page */
};

static const struct words words[] = {
	{ZONG_FAULT_DAMAGED, "damaged", 0, "无法显示", "cannot be shown"},
	{ZONG_FAULT_RESOLUTION, "resolution", 0, "分辨率只有 {f} dpi，应不低于 {l} dpi",
		"only {f} dots an inch (dpi), at least {l} are needed"},
	{ZONG_FAULT_SKEW, "skew", 1, "歪斜 {f}°，不应超过 {l}°",
		"askew by {f} degrees, at most {l} are allowed"},
	{ZONG_FAULT_DARK, "dark", 0, "太暗：纸面亮度 {f}%，应不低于 {l}%",
		"too dark: the paper is {f} % of white, at least {l} % are needed"},
	{ZONG_FAULT_BRIGHT, "bright", 0, "太亮：字迹亮度 {f}%，不应超过 {l}%",
		"too bright: the writing is {f} % of white, at most {l} % are allowed"},
	{ZONG_FAULT_CONTRAST, "contrast", 0, "对比度低：字迹与纸面只差 {f}%，应不低于 {l}%",
		"low contrast: writing and paper are {f} % apart, at least {l} % are needed"},
	{ZONG_FAULT_SPECKS, "specks", 0, "麻点多或笔画太细：{f}% 的黑点不连成笔画，不应超过 {l}%",
		"speckled or too thin: {f} % of the ink makes no strokes, at most {l} % are "
		"allowed"},
	{ZONG_FAULT_BLUR, "blur", 2, "模糊：字迹边缘宽 {f} 毫米，不应超过 {l} 毫米",
		"blurred: the edges of the writing are {f} mm wide, at most {l} mm are allowed"},
	{ZONG_FAULT_CUT, "cut", 1, "可能切边：文字离边缘只有 {f} 毫米，应不少于 {l} 毫米",
		"perhaps cut off: the writing is {f} mm from the edge, at least {l} mm are needed"},
	{ZONG_FAULT_BLANK, "blank", 0, "空白页", "a blank page"},
	{ZONG_FAULT_DUPLICATE, "duplicate", 0, "与第 {p} 页重复：相差 {f}%，{l}% 以内视为同一页",
		"a copy of page {p}: {f} % different, up to {l} % count as the same"},
	{ZONG_FAULT_ORDER, "order", 0,
		"页序不对：印的是第 {f} 页，接在第 {p} 页后面的应是第 {l} 页",
		"out of order: the number printed on it is {f}, after page {p} comes {l}"},
};

static const struct words *words_of(uint32_t fault)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].fault == fault)
			return &words[i];
	return NULL;
}

const char *zong_fault_name(uint32_t fault)
{
	const struct words *known = words_of(fault);

	return known ? known->name : "";
}

int zong_gate_text(const Zong__Verdict *verdict, const char *language, struct zong_buf *buf)
{
	const struct words *known = words_of(verdict->fault);
	const char *at;

	if (!known)
		return 0;
	for (at = strncmp(language, "en", 2) == 0 ? known->en : known->zh; *at; at++) {
		if (*at != '{') {
			zong_buf_add_char(buf, *at);
			continue;
		}
		if (at[1] == 'p')
			zong_buf_add_format(buf, "%u", (unsigned int)verdict->page);
		else
			zong_buf_add_format(buf, "%.*f", known->decimals,
				(double)(at[1] == 'f' ? verdict->figure : verdict->limit));
		at += 2;
	}
	return buf->err;
}
