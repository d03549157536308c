/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo set: cases as they come over the counter, with papers that come in more than once. */
#include "mkscan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct demo_case {
	const char *no, *kind, *unit, *cert, *address;
	const char *parties[2];
};

static const struct demo_case cases[] = {
	{"202611240001", "转移登记", "370786001001GB00001F00010001",
		"鲁(2018)昌邑市不动产权第0000001号",
		"昌邑市示例街道示例路1号示例小区1号楼2单元502室", {"示例甲", "示例乙"}},
	{"202611240002", "抵押登记", "370786001001GB00001F00010002",
		"鲁(2019)昌邑市不动产权第0000127号",
		"昌邑市示例街道示例路1号示例小区1号楼1单元301室", {"示例丙", "示例丁"}},
	{"202611240003", "转移登记", "370786001002GB00015F00030012",
		"鲁(2017)昌邑市不动产权第0000346号",
		"昌邑市示例街道样板街8号示例花园3号楼1单元602室", {"示例戊", "示例己"}},
	{"202611240004", "更正登记", "370786001002GB00015F00030013",
		"鲁(2020)昌邑市不动产权第0000582号",
		"昌邑市示例街道样板街8号示例花园3号楼2单元101室", {"示例庚", "示例庚"}},
	{"202611240005", "变更登记", "370786002003JC00021F00010001",
		"鲁(2021)昌邑市不动产权第0000893号", "昌邑市示例镇示例村26号",
		{"示例辛", "示例壬"}},
	{"202611240006", "抵押登记", "370786001001GB00001F00010001",
		"鲁(2018)昌邑市不动产权第0000001号",
		"昌邑市示例街道示例路1号示例小区1号楼2单元502室", {"示例乙", "示例甲"}},
};

/* A paper: what, how it was scanned, who gets it. @like: made for that case, so that the same paper
 * in two cases is the same; 0 for the case it lies in. */
struct demo_paper {
	unsigned in, like;
	const char *name, *type, *title, *to;
	const char *kinds;
	enum mkscan_colour colour;
	bool seal, born_digital;
	double noise;
	unsigned seed;
};

static const char all[] = "registration,housing,tax";
static const char bank[] = "registration,bank";

static const struct demo_paper papers[] = {
	{1, 0, "01-申请书.tif", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, true, false, 0.25, 11},
	{1, 0, "02-身份证明.jpg", "身份证明", "转让方身份证明", "registration,housing,tax",
		"idcard", MKSCAN_GREY, false, false, 0.15, 12},
	{1, 0, "03-买卖合同.tif", "买卖合同", "存量房买卖合同", all, "contract contract",
		MKSCAN_BILEVEL, true, false, 0.2, 13},
	{1, 0, "04-不动产权证书.png", "不动产权证书", "不动产权证书", all, "certificate",
		MKSCAN_RGB, false, false, 0.05, 14},
	{1, 0, "05-协查函.pdf", "函件", "协助核实信息的函", "registration,tax,housing", "letter",
		MKSCAN_RGB, true, false, 0.12, 15},
	{1, 0, "06-契税完税证明.pdf", "完税证明", "契税完税证明", "registration,tax", "tax",
		MKSCAN_BILEVEL, false, false, 0.2, 16},

	{2, 0, "01-申请书.tif", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, true, false, 0.3, 21},
	{2, 0, "02-身份证明.tif", "身份证明", "抵押人身份证明", bank, "idcard idcard", MKSCAN_GREY,
		true, false, 0.1, 22},
	{2, 0, "03-不动产权证书.jpg", "不动产权证书", "不动产权证书", bank, "certificate",
		MKSCAN_RGB, false, false, 0.1, 23},
	{2, 0, "04-办事须知.tif", "通知书", "不动产登记办事须知", bank, "text text", MKSCAN_BILEVEL,
		false, false, 0.25, 24},
	{2, 1, "05-银行往来函.pdf", "函件", "银行往来函", bank, "letter", MKSCAN_BILEVEL, true,
		false, 0.2, 25},
	{2, 0, "06-空白页.tif", "其他", "空白页", "registration", "blank", MKSCAN_BILEVEL, false,
		false, 0.3, 26},

	{3, 0, "01-申请书.tif", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, false, false, 0.15, 31},
	{3, 0, "02-身份证明.jpg", "身份证明", "转让方身份证明", all, "idcard", MKSCAN_RGB, true,
		false, 0.1, 32},
	{3, 0, "03-买卖合同.pdf", "买卖合同", "存量房买卖合同", all, "contract contract",
		MKSCAN_GREY, true, true, 0, 33},
	{3, 0, "04-不动产权证书.tif", "不动产权证书", "不动产权证书", all, "certificate",
		MKSCAN_GREY, false, false, 0.1, 34},
	{3, 0, "05-契税完税证明.jpg", "完税证明", "契税完税证明", "registration,tax", "tax",
		MKSCAN_GREY, true, false, 0.15, 35},
	{3, 2, "06-办事须知.tif", "通知书", "不动产登记办事须知", "registration,housing",
		"text text", MKSCAN_BILEVEL, false, false, 0.25, 24},

	{4, 0, "01-申请书.pdf", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, true, false, 0.2, 41},
	{4, 0, "02-身份证明.png", "身份证明", "申请人身份证明", "registration,housing", "idcard",
		MKSCAN_GREY, false, false, 0.1, 42},
	{4, 0, "03-不动产权证书.jpg", "不动产权证书", "不动产权证书", "registration,housing",
		"certificate", MKSCAN_RGB, true, false, 0.15, 43},
	{4, 0, "04-情况说明.tif", "声明", "情况说明", "registration,housing", "text",
		MKSCAN_BILEVEL, true, false, 0.35, 44},
	{4, 0, "05-协查函.tif", "函件", "协助核实信息的函", "registration,housing", "letter",
		MKSCAN_RGB, true, false, 0.1, 45},

	{5, 0, "01-申请书.tif", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, true, false, 0.4, 51},
	{5, 0, "02-身份证明.tif", "身份证明", "申请人身份证明", "registration,housing",
		"idcard idcard", MKSCAN_BILEVEL, false, false, 0.2, 52},
	{5, 0, "03-权籍调查说明.pdf", "调查表", "权籍调查说明", "registration,housing",
		"text text text", MKSCAN_BILEVEL, true, false, 0.2, 53},
	{5, 0, "04-批准文件.png", "函件", "批准文件", "registration,housing", "letter", MKSCAN_RGB,
		true, false, 0.08, 54},
	{5, 2, "05-办事须知.pdf", "通知书", "不动产登记办事须知", "registration", "text text",
		MKSCAN_BILEVEL, false, false, 0.25, 24},

	{6, 0, "01-申请书.tif", "申请书", "不动产登记申请书", "registration", "form",
		MKSCAN_BILEVEL, true, false, 0.2, 61},
	{6, 1, "02-身份证明.jpg", "身份证明", "身份证明", "registration,bank", "idcard",
		MKSCAN_GREY, false, false, 0.15, 12},
	{6, 1, "03-买卖合同.tif", "买卖合同", "存量房买卖合同", bank, "contract contract",
		MKSCAN_BILEVEL, true, false, 0.2, 13},
	{6, 1, "04-不动产权证书.png", "不动产权证书", "不动产权证书", bank, "certificate",
		MKSCAN_RGB, false, false, 0.05, 14},
	{6, 1, "05-银行往来函.tif", "函件", "银行往来函", bank, "letter", MKSCAN_BILEVEL, true,
		false, 0.2, 25},
	{6, 1, "06-契税完税证明.pdf", "完税证明", "契税完税证明", "registration,tax", "tax",
		MKSCAN_BILEVEL, false, false, 0.2, 16},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))
#define N_PAPERS (sizeof(papers) / sizeof(papers[0]))

void mkscan_order_init(struct mkscan_order *order)
{
	*order = (struct mkscan_order){
		.seed = 1,
		.dpi = 300,
		.format = {.orientation = 1, .quality = 80},
	};
}

static void default_word(char *field, const char *value)
{
	if (!field[0])
		snprintf(field, MKSCAN_WORD_MAX, "%s", value);
}

void mkscan_facts_complete(struct mkscan_facts *facts)
{
	const struct demo_case *first = &cases[0];

	default_word(facts->case_no, first->no);
	default_word(facts->business, first->kind);
	default_word(facts->unit, first->unit);
	default_word(facts->cert, first->cert);
	default_word(facts->address, first->address);
	if (!facts->n_parties) {
		facts->n_parties = 2;
		default_word(facts->parties[0].name, first->parties[0]);
		default_word(facts->parties[1].name, first->parties[1]);
	}
	for (size_t i = 0; i < facts->n_parties; i++) {
		if (!facts->parties[i].idno[0])
			mkscan_idno_make((unsigned)i + 1, facts->parties[i].idno);
	}
}

/* 示例甲 is number 1, 示例乙 number 2, …: one person keeps one number in all cases. */
static unsigned party_serial(const char *name)
{
	static const char stems[] = "甲乙丙丁戊己庚辛壬癸";
	const char *at = strstr(stems, name + strlen("示例"));

	return at ? (unsigned)((at - stems) / 3) + 1 : 99;
}

static void case_facts(const struct demo_case *one, struct mkscan_facts *facts)
{
	default_word(facts->case_no, one->no);
	default_word(facts->business, one->kind);
	default_word(facts->unit, one->unit);
	default_word(facts->cert, one->cert);
	default_word(facts->address, one->address);
	facts->n_parties = 0;
	for (size_t i = 0; i < 2; i++) {
		struct mkscan_party *party = &facts->parties[facts->n_parties];

		if (i && !strcmp(one->parties[0], one->parties[1]))
			break;
		default_word(party->name, one->parties[i]);
		mkscan_idno_make(party_serial(one->parties[i]), party->idno);
		facts->n_parties++;
	}
}

static int add_words(json_t *array, const char *words, char separator)
{
	while (*words) {
		const char *end = strchr(words, separator);
		size_t len = end ? (size_t)(end - words) : strlen(words);

		if (json_array_append_new(array, json_stringn(words, len)))
			return -ENOMEM;
		words += len + (end ? 1 : 0);
	}
	return 0;
}

static int paper_kinds(const struct demo_paper *paper, struct mkscan_order *order)
{
	json_t *names = json_array(), *name;
	size_t i;
	int err = names ? add_words(names, paper->kinds, ' ') : -ENOMEM;

	json_array_foreach(names, i, name)
	{
		if (!err)
			err = mkscan_kind_parse(
				json_string_value(name), &order->kinds[order->n_kinds++]);
	}
	order->pages = (unsigned)order->n_kinds;
	json_decref(names);
	return err;
}

static int make_folder(const char *path)
{
	return mkdir(path, 0777) && errno != EEXIST ? -errno : 0;
}

static int write_paper(const char *dir, const struct demo_paper *paper, uint64_t seed, unsigned dpi,
	json_t *files, json_t *truth)
{
	const struct demo_case *lies_in = &cases[paper->in - 1];
	struct mkscan_order order;
	char name[320], path[4096];
	json_t *pages = NULL, *to = json_array();
	int err;

	mkscan_order_init(&order);
	case_facts(paper->like ? &cases[paper->like - 1] : lies_in, &order.facts);
	order.seed = seed * 1000 + paper->seed;
	order.dpi = dpi;
	order.colour = paper->colour;
	order.noise = paper->noise;
	order.skew = paper->noise > 0 ? 0.8 : 0;
	order.seal = paper->seal;
	order.format.born_digital = paper->born_digital;
	snprintf(name, sizeof(name), "%s/%s", lies_in->no, paper->name);
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
		json_decref(to);
		return -ENAMETOOLONG;
	}
	err = to ? add_words(to, paper->to, ',') : -ENOMEM;
	if (!err)
		err = mkscan_media_parse(path, &order.format.media);
	if (!err)
		err = paper_kinds(paper, &order);
	if (!err)
		err = mkscan_file_write(&order, path, &pages);
	if (!err &&
		json_array_append_new(truth, json_pack("{s:s, s:O}", "file", name, "pages", pages)))
		err = -ENOMEM;
	if (!err &&
		json_array_append_new(files, json_pack("{s:s, s:s, s:s, s:O}", "path", name, "type",
						     paper->type, "title", paper->title, "to", to)))
		err = -ENOMEM;
	json_decref(pages);
	json_decref(to);
	return err;
}

static json_t *describe_case(const struct demo_case *one)
{
	struct mkscan_facts facts = {0};
	json_t *parties = json_array();

	case_facts(one, &facts);
	for (size_t i = 0; i < facts.n_parties; i++)
		json_array_append_new(
			parties, json_pack("{s:s, s:s}", "name", facts.parties[i].name, "idno",
					 facts.parties[i].idno));
	return json_pack("{s:s, s:s, s:s, s:s, s:[s], s:o, s:[]}", "no", one->no, "kind", one->kind,
		"certificate", one->cert, "address", one->address, "units", one->unit, "parties",
		parties, "files");
}

static int write_case(
	const char *dir, unsigned number, uint64_t seed, unsigned dpi, json_t *list, json_t *truth)
{
	json_t *one = describe_case(&cases[number - 1]);
	char path[4096];
	int err;

	if (!one || json_array_append_new(list, one))
		return -ENOMEM;
	if (snprintf(path, sizeof(path), "%s/%s", dir, cases[number - 1].no) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	err = make_folder(path);
	for (size_t i = 0; !err && i < N_PAPERS; i++) {
		if (papers[i].in == number)
			err = write_paper(
				dir, &papers[i], seed, dpi, json_object_get(one, "files"), truth);
	}
	return err;
}

static int write_list(const char *dir, const char *name, const json_t *json)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return mkscan_json_write(json, path);
}

int mkscan_demo_write(const char *dir, uint64_t seed, unsigned dpi)
{
	json_t *list = json_array(), *truth = json_array();
	int err = list && truth ? make_folder(dir) : -ENOMEM;

	for (unsigned number = 1; !err && number <= N_CASES; number++)
		err = write_case(dir, number, seed, dpi, list, truth);
	if (!err)
		err = write_list(dir, "truth.json", truth);
	/* Last: who finds it finds all files it names. */
	if (!err)
		err = write_list(dir, "cases.json", list);
	json_decref(list);
	json_decref(truth);
	return err;
}
