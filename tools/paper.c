/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands about paper: places, originals and hand-over lists. */
#include "cli.h"

static const struct word_option none[] = {{0}};
static const struct word_option place_add[] = {
	{.name = "level", .kind = WORD_VALUE},
	{.name = "name", .kind = WORD_VALUE},
	{.name = "parent", .kind = WORD_VALUE},
	{.name = "code", .kind = WORD_VALUE},
	{.name = "capacity", .kind = WORD_VALUE},
	{0},
};
static const struct word_option stocktake[] = {{.name = "mark", .kind = WORD_FLAG}, {0}};
static const struct word_option new_original[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "material", .kind = WORD_LIST},
	{.name = "title", .kind = WORD_VALUE},
	{.name = "pages", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{.name = "place", .kind = WORD_VALUE},
	{0},
};
static const struct word_option list[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "material", .kind = WORD_VALUE},
	{.name = "place", .kind = WORD_VALUE},
	{.name = "state", .kind = WORD_VALUE},
	{0},
};
static const struct word_option lend[] = {
	{.name = "borrower", .kind = WORD_VALUE},
	{.name = "department", .kind = WORD_VALUE},
	{.name = "purpose", .kind = WORD_VALUE},
	{.name = "approver", .kind = WORD_VALUE},
	{.name = "due", .kind = WORD_VALUE},
	{.name = "copy-not-enough", .kind = WORD_VALUE},
	{0},
};
static const struct word_option extend[] = {
	{.name = "due", .kind = WORD_VALUE},
	{.name = "reason", .kind = WORD_VALUE},
	{0},
};
static const struct word_option give_back[] = {
	{.name = "pages", .kind = WORD_VALUE},
	{.name = "damaged", .kind = WORD_FLAG},
	{.name = "note", .kind = WORD_VALUE},
	{.name = "place", .kind = WORD_VALUE},
	{0},
};
static const struct word_option settle[] = {
	{.name = "reason", .kind = WORD_VALUE},
	{.name = "pages", .kind = WORD_VALUE},
	{0},
};
static const struct word_option overdue[] = {
	{.name = "trouble", .kind = WORD_FLAG},
	{.name = "out", .kind = WORD_FLAG},
	{0},
};
static const struct word_option reserve[] = {
	{.name = "borrower", .kind = WORD_VALUE},
	{.name = "department", .kind = WORD_VALUE},
	{.name = "cancel", .kind = WORD_VALUE},
	{0},
};
static const struct word_option note[] = {{.name = "note", .kind = WORD_VALUE}, {0}};
static const struct word_option found[] = {
	{.name = "place", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{0},
};

static const struct word_option handover_print[] = {
	{.name = "csv", .kind = WORD_FLAG},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option handover_new[] = {
	{.name = "to", .kind = WORD_VALUE},
	{.name = "from", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{0},
};
static const struct word_option place_label[] = {
	{.name = "below", .kind = WORD_VALUE},
	{.name = "skip", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option original_label[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "skip", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option reason[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};

const struct command paper_commands[] = {
	{"place", "add", place_add, false, command_place_add,
		"--level LEVEL --name NAME [--parent CODE] [--code CODE] [--capacity N]",
		"Adds a place where paper lies.\n"
		"  --level     room, cabinet, shelf, box or position\n"
		"  --parent    the place that it is in; levels may be left out\n"
		"  --code      the hall's own code; left out, one with a check character is made\n"
		"  --capacity  originals that may lie directly there",
		"建立库位。\n"
		"  --level     层级：room 房间、cabinet 柜、shelf 层、box 盒、position 位置\n"
		"  --parent    上级库位的代码；可以跳过中间层级\n"
		"  --code      自定代码；不写则生成带校验位的代码\n"
		"  --capacity  这里直接可放多少件原件"},
	{"place", "list", none, false, command_place_list, "[CODE]",
		"Lists the places directly below one, or the rooms.",
		"列出某库位的下级；不写代码则列出房间。"},
	{"place", "show", none, false, command_place_show, "CODE",
		"Shows a place and the originals in it.", "显示库位和放在那里的原件。"},
	{"place", "remove", none, false, command_place_remove, "CODE",
		"Removes a place that nothing is in.", "撤销一个空的库位。"},
	{"place", "stocktake", stocktake, false, command_place_stocktake,
		"PLACE [CODE…|-] [--mark]",
		"Compares the codes found at a place with what should lie there and below, and "
		"says what "
		"is missing,\nmisplaced or extra.\n"
		"  -         reads the codes from standard input, one a line, as a scanner gun "
		"types them\n"
		"  --mark    enters what was not found as missing",
		"盘点：把某库位扫到的代码与应在那里（含下级）的原件比对，列出缺少、放错、多出的。\n"
		"  -         从标准输入逐行读代码（扫码枪）\n"
		"  --mark    把没有找到的登记为遗失"},
	{"place", "label", place_label, false, command_place_label,
		"(CODE… | --below CODE) [--skip N] [-o FILE]",
		"Makes labels (PDF, A4, 3 by 8 stickers of 70 by 37 mm): bar code (Code 128), code "
		"and name.\n"
		"  --below    those of all places directly below one\n"
		"  --skip     so many stickers of the first sheet are used already",
		"制作库位标签（PDF，A4，每张 3 × 8 枚，70 × 37 毫米）：条形码（Code "
		"128）、代码和名称。\n"
		"  --below    某库位的全部下级\n"
		"  --skip     第一张上已用掉几枚"},
	{"original", "new", new_original, false, command_original_new,
		"--case NO [--material ID…] [--title T] [--pages N] [--note T] [--place CODE]",
		"Registers a piece of paper and prints its code, which goes on a label.\n"
		"  --material  its scans; left out: the papers of the whole case\n"
		"  --title     that of the first scan when left out\n"
		"  --pages     as many as the scans have when left out\n"
		"  --place     shelves it at once",
		"登记一件原件，给出条码标签上的代码。\n"
		"  --material  对应的扫描材料；不写表示整个案件的纸质材料\n"
		"  --title     题名；不写用第一件材料的题名\n"
		"  --pages     页数；不写按扫描页数\n"
		"  --place     同时上架到这个库位"},
	{"original", "list", list, false, command_original_list,
		"[--case NO | --material ID | --place CODE | --state STATE]",
		"Lists originals: of a case, of a material, at a place, or unshelved, shelved, "
		"lent, "
		"missing,\nhanded-over.",
		"列出原件：按案件、材料、库位，或按状态 unshelved 待上架、shelved 在架、lent "
		"借出、\n"
		"missing 遗失、handed-over 已移交。"},
	{"original", "where", none, false, command_original_where, "CODE",
		"Says where a paper is, who has it and who waits for it, and shows its copy first.",
		"查原件在哪里、谁借走、谁在预约；先列出可用的复制件。"},
	{"original", "shelve", none, false, command_original_shelve, "PLACE CODE…|-",
		"Puts originals on a place: scan the code of the box, then those of the papers.\n"
		"  -    reads the codes from standard input, one a line",
		"上架：先扫盒的代码，再逐件扫原件的代码。\n"
		"  -    从标准输入逐行读代码"},
	{"original", "lend", lend, false, command_original_lend,
		"CODE --borrower NAME --purpose TEXT --approver NAME --due YYYY-MM-DD "
		"[--department D] "
		"[--copy-not-enough WHY]",
		"Lends an original. Where there is a copy, the copy comes first: paper only with a "
		"reason.\n"
		"  --copy-not-enough   why the copy will not do",
		"借出原件。有复制件时先用复制件，确需原件的要写明理由。\n"
		"  --borrower 借阅人  --department 部门  --purpose 用途  --approver 审批人  --due "
		"应还日期\n"
		"  --copy-not-enough   复制件为什么不够"},
	{"original", "extend", extend, false, command_original_extend,
		"CODE --due YYYY-MM-DD --reason TEXT",
		"Lets the borrower keep it longer, unless somebody waits for it.",
		"续借；有人预约时不能续借。"},
	{"original", "return", give_back, false, command_original_return,
		"CODE --pages N [--damaged --note TEXT] [--place CODE]",
		"Takes an original back, its pages counted. Other pages than went out, or damage, "
		"stay on "
		"the list\nof troubles until somebody settles them.\n"
		"  --place    where it is put; left out: where it came from",
		"归还：清点页数、检查是否完好。页数不符或有损坏的，照收，但列入待处理清单。\n"
		"  --place    放到哪里；不写放回原处"},
	{"original", "settle", settle, false, command_original_settle,
		"CODE --reason TEXT [--pages N]",
		"Ends the troubles of an original.\n"
		"  --pages    how many pages it has from now on",
		"处理完毕归还时发现的问题。\n"
		"  --pages    今后的页数"},
	{"original", "overdue", overdue, false, command_original_overdue, "[--out | --trouble]",
		"Lists what should be back.\n"
		"  --out      everything that is out\n"
		"  --trouble  what came back otherwise than it went, or not at all",
		"列出逾期未还的原件。\n"
		"  --out      全部借出的\n"
		"  --trouble  归还时页数不符、损坏或遗失而未处理的"},
	{"original", "history", none, false, command_original_history, "CODE",
		"Lists who ever had it, newest first.", "列出历次借阅，最近的在前。"},
	{"original", "reserve", reserve, false, command_original_reserve,
		"CODE --borrower NAME [--department D] | CODE --cancel ID",
		"Waits for an original: first come, first served. When it is in, it is kept for "
		"seven days.",
		"预约原件，先到先得；归还后为第一位保留七天。"},
	{"original", "missing", note, false, command_original_missing, "CODE --note TEXT",
		"Enters that an original is not where it should be.", "登记原件遗失。"},
	{"original", "found", found, false, command_original_found,
		"CODE [--place CODE] [--note TEXT]",
		"Enters that a missing original has turned up.", "登记遗失的原件已找到。"},
	{"original", "label", original_label, false, command_original_label,
		"(CODE… | --case NO) [--skip N] [-o FILE]",
		"Makes labels for originals (PDF, A4, 3 by 8 stickers of 70 by 37 mm): bar code, "
		"code, title, "
		"case.\n"
		"  --case     those of all originals of a case\n"
		"  --skip     so many stickers of the first sheet are used already",
		"制作原件标签（PDF，A4，每张 3 × 8 枚，70 × 37 "
		"毫米）：条形码、代码、题名、受理号。\n"
		"  --case     某案件的全部原件\n"
		"  --skip     第一张上已用掉几枚"},
	{"handover", "new", handover_new, false, command_handover_new,
		"(--to OFFICE | --from OFFICE) CODE…|- [--note TEXT]",
		"Makes a hand-over list and signs it as the one who gives. Until another person "
		"has taken it "
		"or it is\ncancelled, what is on it can neither be lent nor moved.\n"
		"  --to      originals of this house go out to that office\n"
		"  --from    they come in from there\n"
		"  -         reads the codes from standard input, one a line",
		"做移交单，并以移交人的身份签字。另一个人签收或取消之前，单上的原件不能借出和挪动。"
		"\n"
		"  --to      本库原件移交给该单位\n"
		"  --from    接收该单位送来的原件\n"
		"  -         从标准输入逐行读代码"},
	{"handover", "list", none, false, command_handover_list, "",
		"Lists the hand-over lists, newest first.", "列出移交单，最新的在前。"},
	{"handover", "show", none, false, command_handover_show, "NO",
		"Shows a hand-over list: who gave and who took it, and each original.",
		"显示移交单：移交人、接收人和每件原件。"},
	{"handover", "print", handover_print, false, command_handover_print,
		"NO [--csv] [-o FILE]", "Makes the list as PDF, to be signed by two, or as a table.",
		"生成移交单（PDF，双方签字）或表格。"},
	{"handover", "check", none, false, command_handover_check, "NO CODE…|-",
		"Says that these were looked at and are there.",
		"逐件核对：扫描已核对的原件代码。"},
	{"handover", "return", reason, false, command_handover_return, "NO CODE…|- --reason TEXT",
		"Gives back what is not taken, with the reason.", "退回不接收的原件，写明原因。"},
	{"handover", "take", reason, false, command_handover_take, "NO [--reason TEXT]",
		"Signs as the one who takes: another person than who gave, when all was looked at. "
		"Where the four properties of a case fail, only with --reason.",
		"签收：须由移交人以外的人在逐件核对之后签收；四性检测未通过的，须写明 --reason。"},
	{"handover", "cancel", reason, false, command_handover_cancel, "NO --reason TEXT",
		"Cancels a list that nobody has taken.", "取消尚未签收的移交单。"},
	{0},
};
