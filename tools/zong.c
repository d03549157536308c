/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of zong: sorts the words, finds the command, and hands over. */
#include "cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "config.h"

/* Options that every command takes, before or after its name. */
static const struct word_option global_options[] = {
	{.name = "archive", .kind = WORD_VALUE},
	{.name = "server", .kind = WORD_VALUE},
	{.name = "token", .kind = WORD_VALUE},
	{.name = "why", .kind = WORD_VALUE},
	{.name = "vault", .kind = WORD_VALUE},
	{.name = "json", .kind = WORD_FLAG},
	{.name = "help", .letter = 'h', .kind = WORD_FLAG},
	{.name = "version", .letter = 'V', .kind = WORD_FLAG},
	{0},
};

static const struct word_option no_options[] = {{0}};
static const struct word_option case_open_options[] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "cause", .kind = WORD_VALUE},
	{.name = "unit", .kind = WORD_LIST},
	{.name = "party", .kind = WORD_LIST},
	{.name = "cert", .kind = WORD_LIST},
	{.name = "address", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{0},
};
static const struct word_option case_event_options[] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "date", .kind = WORD_VALUE},
	{0},
};
static const struct word_option retention_set_options[] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "type", .kind = WORD_VALUE},
	{.name = "event", .kind = WORD_VALUE},
	{.name = "years", .kind = WORD_VALUE},
	{.name = "permanent", .kind = WORD_FLAG},
	{.name = "basis", .kind = WORD_VALUE},
	{.name = "import", .kind = WORD_VALUE},
	{0},
};
static const struct word_option due_options[] = {{.name = "case", .kind = WORD_VALUE}, {0}};
static const struct word_option hold_place_options[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "material", .kind = WORD_VALUE},
	{.name = "unit", .kind = WORD_VALUE},
	{.name = "reason", .kind = WORD_VALUE},
	{0},
};
static const struct word_option reason_options[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};
static const struct word_option all_flag_options[] = {{.name = "all", .kind = WORD_FLAG}, {0}};
static const struct word_option propose_options[] = {
	{.name = "due", .kind = WORD_FLAG},
	{.name = "case", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{0},
};
static const struct word_option csv_options[] = {{.name = "csv", .kind = WORD_VALUE}, {0}};
static const struct word_option add_options[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "type", .kind = WORD_VALUE},
	{.name = "title", .kind = WORD_VALUE},
	{.name = "to", .kind = WORD_VALUE},
	{.name = "only", .kind = WORD_FLAG},
	{.name = "scope", .kind = WORD_VALUE},
	{.name = "unit", .kind = WORD_VALUE},
	{.name = "replaces", .kind = WORD_VALUE},
	{.name = "gate", .kind = WORD_FLAG},
	{.name = "bulk", .kind = WORD_FLAG},
	{.name = "whole", .kind = WORD_FLAG},
	{.name = "wait", .kind = WORD_FLAG},
	{.name = "quiet", .letter = 'q', .kind = WORD_FLAG},
	{0},
};
static const struct word_option sheet_options[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "type", .kind = WORD_VALUE},
	{.name = "to", .kind = WORD_VALUE},
	{.name = "patch", .kind = WORD_FLAG},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option find_options[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "parcel", .kind = WORD_VALUE},
	{.name = "cert", .kind = WORD_VALUE},
	{.name = "party", .kind = WORD_VALUE},
	{.name = "type", .kind = WORD_VALUE},
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "dept", .kind = WORD_VALUE},
	{.name = "from", .kind = WORD_VALUE},
	{.name = "to", .kind = WORD_VALUE},
	{.name = "like", .kind = WORD_VALUE},
	{.name = "page", .kind = WORD_VALUE},
	{.name = "limit", .kind = WORD_VALUE},
	{0},
};
static const struct word_option get_options[] = {
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{.name = "page", .kind = WORD_VALUE},
	{.name = "as", .kind = WORD_VALUE},
	{0},
};
static const struct word_option dept_add_options[] = {
	{.name = "name", .kind = WORD_VALUE},
	{.name = "webhook", .kind = WORD_VALUE},
	{.name = "allow-private", .kind = WORD_FLAG},
	{0},
};
static const struct word_option feed_options[] = {{.name = "after", .kind = WORD_VALUE}, {0}};
static const struct word_option token_new_options[] = {
	{.name = "role", .kind = WORD_VALUE},
	{.name = "department", .kind = WORD_VALUE},
	{.name = "name", .kind = WORD_VALUE},
	{.name = "expires", .kind = WORD_VALUE},
	{.name = "may", .kind = WORD_LIST},
	{0},
};
static const struct word_option review_options[] = {
	{.name = "accept", .kind = WORD_FLAG},
	{.name = "correct", .kind = WORD_VALUE},
	{.name = "dismiss", .kind = WORD_VALUE},
	{0},
};
static const struct word_option jobs_options[] = {
	{.name = "state", .kind = WORD_VALUE},
	{.name = "retry", .kind = WORD_VALUE},
	{0},
};

static const struct word_option backup_options[] = {
	{.name = "keep", .kind = WORD_VALUE},
	{.name = "rate", .kind = WORD_VALUE},
	{.name = "check", .kind = WORD_FLAG},
	{.name = "list", .kind = WORD_FLAG},
	{.name = "quiet", .letter = 'q', .kind = WORD_FLAG},
	{0},
};
static const struct word_option restore_options[] = {
	{.name = "snapshot", .kind = WORD_VALUE},
	{.name = "quiet", .letter = 'q', .kind = WORD_FLAG},
	{0},
};
static const struct word_option check_options[] = {
	{.name = "repair", .kind = WORD_FLAG},
	{.name = "from", .kind = WORD_VALUE},
	{.name = "quick", .kind = WORD_FLAG},
	{.name = "rate", .kind = WORD_VALUE},
	{.name = "member", .kind = WORD_VALUE},
	{.name = "password-file", .kind = WORD_VALUE},
	{0},
};

static const struct command commands[] = {
	{"init", NULL, no_options, true, command_init, "DIR",
		"Makes an empty archive in the folder DIR and prints the administrator's first "
		"password, once.",
		"在文件夹 DIR 里新建一个空档案库，并显示一次管理员的初始口令。"},
	{"case", "open", case_open_options, false, command_case_open,
		"NO --kind KIND [--cause C] [--unit CODE…] [--party NAME[:IDNO]…] [--cert NO…] "
		"[--address A] [--note N]",
		"Opens a case under its acceptance number NO.\n"
		"  --kind     kind of business, e.g. 转移登记\n"
		"  --unit     real-estate unit codes (28 characters; several may follow)\n"
		"  --party    names of the parties, each with :ID-number if known\n"
		"  --cert     certificate numbers that the case is about",
		"以受理号 NO 开立案件。\n"
		"  --kind     业务类型，如 转移登记\n"
		"  --unit     不动产单元代码（28 位，可写多个）\n"
		"  --party    当事人姓名，后面可加 :证件号\n"
		"  --cert     涉及的权证号"},
	{"case", "show", no_options, false, command_case_show, "NO",
		"Shows a case with its materials, and what is still to be handed in, for whom.",
		"显示案件及其材料，以及还缺哪些材料、用于哪些部门。"},
	{"case", "list", no_options, false, command_case_list, "[BEGINNING]",
		"Lists the cases, newest first, or those whose number begins so.",
		"列出案件，最新的在前；可只列受理号以某些字开头的。"},
	{"case", "event", case_event_options, false, command_case_event,
		"NO --kind EVENT --date YYYY-MM-DD",
		"Enters something that happened to a case on a day, such as its cancellation: how "
		"long "
		"its\n"
		"materials are kept may count from it (see: zong retention rules).\n"
		"  --kind     what happened, in the word that the rules use, e.g. 注销",
		"登记案件在某一天发生的事项，例如注销；材料的保管期限可以从那天起算\n"
		"（见 zong retention rules）。\n"
		"  --kind     事项，用规则里的写法，如 注销"},
	{"add", NULL, add_options, false, command_add,
		"FILE… [--case NO] [--type T] [--title T] [--to DEPT,…] [--only] [--replaces ID] [--scope S] "
		"[--unit CODE] [--gate] [--bulk] [--whole] [--wait] [--quiet]",
		"Takes scans into the archive: TIFF, PDF, JPEG, PNG; folders are walked.\n"
		"When a line with the material's number is printed, the file is safely on the "
		"disk.\n"
		"  --case     the case that the papers belong to; may be left out where all of them lie\n"
		"             behind cover sheets (zong sheet)\n"
		"  --type     kind of material, e.g. 身份证明, 买卖合同\n"
		"  --to       departments that receive a copy, e.g. tax,housing, besides those that the\n"
		"             catalogue names for this type (zong catalogue show)\n"
		"  --only     to those alone; without --to to nobody, e.g. old volumes being digitised\n"
		"  --replaces the material that this is a newer version of; goes wherever that went\n"
		"  --scope    what the paper is about: case, unit, building or parcel; left out: as the\n"
		"             catalogue has it\n"
		"  --gate     refuse a file with a page that should be scanned again: nothing of it is stored\n"
		"  --bulk     nobody waits for them: their pages are read after those of other uploads; so are\n"
		"             those of more than 20 files at once\n"
		"  --whole    one material of each file, also where separator sheets (zong sheet) "
		"lie "
		"in it\n"
		"  --wait     wait until every page has been read\n"
		"  --quiet    no progress bar",
		"把扫描件收进档案库：TIFF、PDF、JPEG、PNG；文件夹会逐个收。\n"
		"打印出材料编号时，文件已可靠存盘。\n"
		"  --case     材料属于哪个案件；所有材料都夹在封面页（zong sheet）之后时可以不写\n"
		"  --type     材料类型，如 身份证明、买卖合同\n"
		"  --to       接收部门，如 tax,housing；材料目录（zong catalogue show）规定的部门之外再送这些\n"
		"  --only     只送 --to 写明的部门；不写 --to 就谁也不送，例如补录旧卷\n"
		"  --replaces 这是哪份材料的新版本；自动推送给收过旧版的部门\n"
		"  --scope    材料针对什么：case 案件、unit 单元、building 幢、parcel 宗地；不写则按材料目录\n"
		"  --gate     质量检查：有一页需要重新扫描，这个文件就不收，什么也不保存\n"
		"  --bulk     不急：其他人上传的页先识别；一次超过 20 个文件也这样处理\n"
		"  --whole    文件里有分隔页（zong sheet）也不拆分，整份作为一件材料\n"
		"  --wait     等到每一页都识别完\n"
		"  --quiet    不显示进度"},
	{"sheet", NULL, sheet_options, false, command_sheet,
		"--case NO [--type T] [--to DEPT,…] [-o FILE] | --patch [-o FILE]",
		"Makes a separator sheet (PDF, A4) to print. Laid before the papers of a case in a "
		"batch, its code says\n"
		"to which case, type and departments the pages behind it belong.\n"
		"  --type     kind of material, e.g. 身份证明\n"
		"  --to       departments that receive a copy, e.g. tax,housing\n"
		"  --patch    a sheet with a Patch T instead: another paper of the same case and "
		"type "
		"follows",
		"制作分隔页（PDF，A4）供打印。成批扫描时夹在材料之前，页上的二维码说明\n"
		"后面各页属于哪个案件、什么类型、送哪些部门。\n"
		"  --type     材料类型，如 身份证明\n"
		"  --to       接收部门，如 tax,housing\n"
		"  --patch    改为 Patch T 分隔页：后面是同一案件、同一类型的另一份材料"},
	{"find", NULL, find_options, false, command_find,
		"[WORDS…] [--case NO] [--parcel CODE] [--cert NO] [--party NAME] [--type T] "
		"[--kind K] "
		"[--dept D] [--from DAY] [--to DAY] [--limit N] | "
		"--like ID [--page N]",
		"Finds pages by the words on them, and cases by number, parcel, certificate or "
		"party.\n"
		"  --parcel   a unit code or its beginning (19 characters: parcel, 24: building)\n"
		"  --cert     a certificate number, brackets of any kind, or the last digits of "
		"its serial\n"
		"  --party    a name, or an ID number\n"
		"  --like     pages that look like those of this material (scans of the same "
		"sheet); --page: like this one\n"
		"  --type --kind --dept --from --to   type of the material, kind of the case, "
		"department it went to, day of intake\n"
		"What is given together must hold together. Among the words: \"exact phrase\", "
		"2024*, type:合同, kind:, dept:, case:,\n"
		"unit:, cert:, party:, date:2024-05, and with a minus what must not be (behind --, "
		"or in one argument).",
		"按页上的文字查，或按受理号、宗地、权证、当事人查。\n"
		"  --parcel   不动产单元代码或其开头（19 位宗地，24 位幢）\n"
		"  --cert     权证号，括号不论全角半角；也可只写号码末几位\n"
		"  --party    姓名或证件号\n"
		"  --like     与该材料各页相似的页（同一张纸的其他扫描件）；--page 只与某一页比\n"
		"  --type --kind --dept --from --to   材料类型、业务种类、送达部门、收件日期\n"
		"同时写几项，则要同时符合。文字中可写 "
		"\"整句\"、2024*、类型:合同、业务:、部门:、案件:、\n"
		"单元:、证号:、姓名:、日期:2024-05；前加减号表示不要（写在 -- "
		"之后，或写在一个参数里）。"},
	{"show", NULL, no_options, false, command_show, "ID",
		"Shows all about a material (or, by its number, a case): pages, what was read on "
		"them, pages elsewhere that look alike, deliveries.",
		"显示材料（或按受理号显示案件）的全部情况：各页、读出的内容、相似的页、推送。"},
	{"get", NULL, get_options, false, command_get,
		"ID [-o FILE] [--page N] [--as file|pdf|text|alto|hocr|png]",
		"Fetches a material's file as it came, bit for bit, or one page of it in another "
		"form.\n"
		"  -o FILE    where to put it\n"
		"  --as       file (default), pdf (searchable PDF/A), text, alto (ALTO 4 XML), "
		"hocr, png\n"
		"  --page N   which page, from 1; text without it gives all pages",
		"取回材料原文件（与交来时完全一致），或其中一页的其他形式。\n"
		"  -o FILE    存到哪个文件\n"
		"  --as       file 原件（默认）、pdf（可检索的 PDF/A）、text 文字、alto（ALTO 4 "
		"XML）、hocr、png 图片\n"
		"  --page N   第几页，从 1 起；取文字时不写则为全部"},
	{"dept", "add", dept_add_options, false, command_dept_add,
		"ID --name NAME [--webhook URL [--allow-private]]",
		"Adds a department. ID is a short word (a-z, 0-9, -). With a webhook, events are "
		"sent there and\n"
		"its signing secret is printed once; without one, the department reads its feed.\n"
		"  --allow-private   the webhook may lie in a private network",
		"增加一个部门。ID 是短代号（a-z、0-9、-）。写了 --webhook，事件会发往该地址，\n"
		"签名密钥只显示一次；不写，则由部门自己读取推送列表。\n"
		"  --allow-private   该地址可以在内网"},
	{"dept", "list", no_options, false, command_dept_list, "", "Lists the departments.",
		"列出各部门。"},
	{"feed", NULL, feed_options, false, command_feed, "DEPT [--after CURSOR]",
		"Lists what was delivered to a department, oldest first, after a cursor.",
		"列出推送给某部门的材料，旧的在前；--after 只列该序号之后的。"},
	{"token", "new", token_new_options, false, command_token_new,
		"--role ROLE [--department DEPT] [--name NAME] [--expires DAYS] [--may VERB…]",
		"Makes a token for signing in or for another program, and prints it once.\n"
		"  --role     administrator, archivist, custodian (keeps the paper), department (with\n"
		"             --department), lookup, auditor (reads the log), or kiosk (a\n"
		"             self-service machine; --name is its number)\n"
		"  --may      no more than this of what the role may, e.g. feed.read material.read\n"
		"             delivery.end for a program of a department",
		"发一个令牌，用于登录或供其他程序使用，只显示一次。\n"
		"  --role     administrator 管理员、archivist 档案员、department 部门（要写 "
		"--department）、lookup 查询窗口、custodian 保管员、auditor 审计人员、kiosk 自助查询机（--name 写机器编号）\n"
		"  --may      只给角色权限中的这几项，如部门的程序只要 feed.read material.read delivery.end"},
	{"token", "list", no_options, false, command_token_list, "",
		"Lists the tokens (never the words themselves).", "列出令牌（不显示令牌本身）。"},
	{"token", "revoke", no_options, false, command_token_revoke, "ID",
		"Makes a token worthless at once.", "立即作废一个令牌。"},
	{"retention", "rules", no_options, false, command_retention_rules, "",
		"Shows how long materials are kept: permanently, or for some years after an event "
		"of "
		"their case.\n"
		"The rule that speaks most exactly of a material counts; what has no rule is kept "
		"permanently.\n"
		"With --json the rules come as one object that retention set --import takes.",
		"显示保管期限规则：永久，或自案件某事项起若干年。\n"
		"对一件材料，说得最具体的规则有效；没有规则的永久保管。\n"
		"加 --json 输出一个对象，可交给 retention set --import。"},
	{"retention", "set", retention_set_options, false, command_retention_set,
		"[--kind KIND] [--type TYPE] (--event EVENT --years N | --permanent) [--basis "
		"TEXT] | "
		"--import FILE",
		"Sets one rule, or with --import all of them anew. For administrators.\n"
		"  --kind     kind of case, e.g. 抵押登记; left out: any\n"
		"  --type     type of material; left out: any\n"
		"  --event    what the years count from: opened (the case), or an event such as "
		"注销\n"
		"  --years    how many years after it\n"
		"  --basis    the provision that says so\n"
		"  --import   a file as retention rules --json prints it, in place of all rules",
		"设定一条规则；写 --import 则整套替换。只有管理员可以。\n"
		"  --kind     业务类型，如 抵押登记；不写为任何业务\n"
		"  --type     材料类型；不写为任何材料\n"
		"  --event    从什么时候起算：opened 受理，或事项如 注销\n"
		"  --years    起算后多少年\n"
		"  --basis    依据的条款\n"
		"  --import   retention rules --json 输出的文件，替换全部规则"},
	{"retention", "due", due_options, false, command_retention_due, "[--case NO]",
		"Lists the materials whose time has come, and which of them a hold keeps.",
		"列出保管期限已满的材料，以及其中被保全的。"},
	{"retention", "show", no_options, false, command_retention_show, "ID",
		"Shows why a material is kept and until when.",
		"显示一件材料为什么保管、到什么时候。"},
	{"hold", "place", hold_place_options, false, command_hold_place,
		"(--case NO | --material ID | --unit CODE) --reason TEXT",
		"Forbids that anything of it is destroyed, whatever the rules say, until the hold "
		"is "
		"lifted.\n"
		"  --unit     a unit code or its beginning (6 characters or more): everything "
		"below it,\n"
		"             and the shared papers of the building and parcel that it stands on",
		"保全：在解除之前，不管期限规则怎样，都不得销毁。\n"
		"  --unit     不动产单元代码或其开头（至少 6 位）：其下的全部材料，\n"
		"             以及所在幢、宗地的共用材料"},
	{"hold", "lift", reason_options, false, command_hold_lift, "ID --reason TEXT",
		"Lifts a hold.", "解除一项保全。"},
	{"hold", "list", all_flag_options, false, command_hold_list, "[--all]",
		"Lists the holds; with --all those that were lifted too.",
		"列出保全；加 --all 也列出已解除的。"},
	{"destroy", "propose", propose_options, false, command_destroy_propose,
		"(ID… | --due [--case NO]) [--note TEXT]",
		"Proposes a destruction list. Only materials whose time has come and that no hold "
		"covers "
		"can be\n"
		"on it; otherwise no list is made and the reason of each is told. Nothing is "
		"destroyed "
		"yet:\n"
		"another person has to approve the list first.\n"
		"  --due      all materials that are due (of one case, with --case)",
		"提出销毁清册。只有期限已满又未被保全的材料可以列入，否则不列清册并逐件说明原因。\n"
		"这时还没有销毁任何东西：要由另一个人批准。\n"
		"  --due      全部到期的材料（加 --case 则限一个案件）"},
	{"destroy", "list", no_options, false, command_destroy_list, "",
		"Lists the destruction lists, newest first.", "列出销毁清册，最新的在前。"},
	{"destroy", "show", csv_options, false, command_destroy_show, "LIST [--csv FILE]",
		"Shows a destruction list: its materials, who proposed and approved it, what "
		"became of "
		"them.\n"
		"  --csv      writes the materials as a table for printing and signing (-: here)",
		"显示销毁清册：列了哪些材料，谁提出、谁批准，结果怎样。\n"
		"  --csv      写成表格，供打印签字（- 表示直接显示）"},
	{"destroy", "approve", no_options, false, command_destroy_approve, "LIST",
		"Approves a list that another person proposed.", "批准别人提出的清册。"},
	{"destroy", "execute", no_options, false, command_destroy_execute, "LIST",
		"Destroys what is on an approved list and still due and not held. The rest stays "
		"and is "
		"named.\n"
		"It cannot be undone. What a material was, and the certificate of its destruction, "
		"stay "
		"in the log.",
		"执行已批准的清册：仍然到期且未被保全的材料被销毁，其余留存并说明原因。\n"
		"不能撤销。材料的登记信息和销毁证明保留在日志里。"},
	{"destroy", "cancel", reason_options, false, command_destroy_cancel, "LIST --reason TEXT",
		"Cancels a list that was not executed.", "取消尚未执行的清册。"},
	{"status", NULL, no_options, false, command_status, "", "Shows the archive in numbers.",
		"显示档案库的各项数字。"},
	{"jobs", NULL, jobs_options, false, command_jobs,
		"[--state waiting|running|parked|cancelled] | retry ID | cancel ID",
		"Lists the pages that wait to be read, are being read, or could not be read "
		"(parked).\n"
		"  retry      try a parked or cancelled one again, before all others (also: --retry ID)\n"
		"  cancel     do not read this page, or read it no longer: the material stays and "
		"says so",
		"列出等待识别、正在识别和未能识别（搁置）的页。\n"
		"  retry      重试搁置或取消的一项，优先于其他（也可写 --retry ID）\n"
		"  cancel     不再识别这一页：材料照原样保存，并注明由谁取消"},
	{"review", NULL, review_options, false, command_review,
		"[ID --accept | ID --correct TEXT | ID --dismiss REASON]",
		"Lists what was read and a person should look at: kinds and numbers that disagree "
		"with what was\n"
		"entered, fields read with little confidence, codes whose check fails, doubtful links\n"
		"between cases (the number read, and the earlier case that it leads to).\n"
		"  --accept     what was read is right\n"
		"  --correct    the page says TEXT: found by it from now on, and kept when the "
		"page "
		"is read again\n"
		"  --dismiss    it does not matter, for this reason",
		"列出识读结果中需要人核对的内容：与填写的不一致的类型和号码、识读把握不大的要素、"
		"校验不通过的号码、\n"
		"存疑的上下手（读到的证号，和它指向的前手案件）。\n"
		"  --accept     读到的是对的\n"
		"  --correct    页面上写的是这段文字；从此按它检索，再次识读也保留\n"
		"  --dismiss    不必处理，写明理由"},
	{"backup", NULL, backup_options, true, command_backup,
		"DEST [--keep 7d,4w,12m] [--rate MB/s] [--quiet] | --check DEST | --list DEST",
		"Takes a snapshot of the archive into the folder DEST, while it is served and "
		"written "
		"to.\n"
		"Only what DEST does not have yet is copied; an interrupted backup is gone on "
		"with.\n"
		"  --keep     older snapshots to keep: of the last 7 days, 4 weeks, 12 months (and "
		"y: "
		"years); what\n"
		"             no snapshot needs any more is removed\n"
		"  --rate     at most so many megabytes a second\n"
		"  --check    read everything in DEST again against its digests\n"
		"  --list     the snapshots in DEST\n"
		"The folder holds everything the archive does, its keys too: keep it as safe.",
		"把档案库的快照备份到文件夹 DEST；备份时档案库照常服务和收件。\n"
		"只复制 DEST 里还没有的；中断的备份会接着做。\n"
		"  --keep     保留哪些旧快照：最近 7 天、4 周、12 个月（y 为年）；\n"
		"             不再需要的内容会清除\n"
		"  --rate     每秒最多多少兆字节\n"
		"  --check    重读 DEST 中的全部内容并核对摘要\n"
		"  --list     列出 DEST 中的快照\n"
		"备份文件夹含有档案库的全部内容（包括密钥），请同样妥善保管。"},
	{"restore", NULL, restore_options, true, command_restore,
		"SRC DIR [--snapshot NAME] [--quiet]",
		"Makes a new archive in DIR out of a backup's newest snapshot, or the one named,\n"
		"then checks it as zong check does and says what was proved.",
		"用备份 SRC 中最新的（或指定的）快照在 DIR 建一个新档案库，\n"
		"随即按 zong check 逐项检查，并说明核对了什么。"},
	{"check", NULL, check_options, true, command_check,
		"[--repair [--from BACKUP]] [--quick] [--rate MB/s] [--vault DEPT --member NAME [--password-file F]]",
		"Reads every stored byte against its digest and every row against all others, beside a serving zongd.\n"
		"Names what is broken and every material it affects; exit status 0: nothing is.\n"
		"  --repair       make anew what is derived (zongd must not be running)\n"
		"  --from BACKUP  put damaged or missing pieces back from this backup\n"
		"  --quick        segments and rows, but no file as a whole\n"
		"  --rate N       read at most N megabytes a second\n"
		"Vaults are looked at from outside: what can be seen without a key.\n  --vault DEPT   check what is in this one instead, with the password of --member NAME,\n                 which is asked for or read from --password-file; --repair: nobody may have it open",
		"把每个存储字节与摘要核对、每条记录与其他记录核对，zongd 运行时也可以做。\n"
		"列出损坏之处及受影响的全部材料；退出状态 0 表示完好。\n"
		"  --repair       重建可推导的部分（须先停 zongd）\n"
		"  --from 备份    用该备份补回损坏或缺失的片段\n"
		"  --quick        只核对片段和记录，不逐个核对整份文件\n"
		"  --rate N       每秒最多读 N 兆字节\n"
		"保险库只从外部查看：不用密钥能看到的部分。\n  --vault 部门   改为核对该保险库的内容，凭 --member 姓名 的口令打开，口令当场输入\n                 或从 --password-file 读取；--repair 时不得有人打开着它"},
	{"reindex", NULL, no_options, true, command_reindex, "",
		"Makes the text index and all other indexes anew from files and rows (zongd must "
		"not be "
		"running).\nInterrupted, it is simply done again.",
		"根据文件和记录重建全文索引及其他索引（须先停 zongd）。\n中断后重做即可。"},
	{0},
};

/* Some groups of commands have a table of their own beside their code. */
static const struct command *const tables[] = {commands, deliver_commands, pull_commands, user_commands, parcel_commands, link_commands, paper_commands, volume_commands, query_commands, catalogue_commands, property_commands, desk_commands, log_commands, verify_commands, vault_commands};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static void help_line(const struct command *command)
{
	const char *text = T(command->help_en, command->help_zh);

	printf("  %s%s%s\n      %.*s\n", command->name, command->sub ? " " : "",
		command->sub ? command->sub : "", (int)strcspn(text, "\n"), text);
}

static int help(void)
{
	const struct command *command;
	size_t i;

	printf("%s\n\n", T("zong keeps the papers of a registration hall: scanned once, read, "
			   "found, delivered.",
				 "宗：登记大厅的材料一次扫描，识别，查找，推送。"));
	printf("%s\n",
		T("usage: zong [--archive DIR | --server URL --token T] COMMAND ...",
			"用法：zong [--archive 文件夹 | --server 网址 --token 令牌] 命令 ……"));
	for (i = 0; i < TABLES; i++)
		for (command = tables[i]; command->name; command++)
			help_line(command);
	printf("\n%s\n",
		T("zong COMMAND --help tells more. --json prints one JSON object a line.\n"
		  "--why TEXT (or ZONG_PURPOSE) says in the log what it is looked at for.\n"
		  "ZONG_ARCHIVE, ZONG_SERVER and ZONG_TOKEN stand in for --archive, --server and "
		  "--token;\n"
		  "a token is better kept there, where other users of the machine cannot read it.\n"
		  "--vault DEPT works in the vault of a department, which `zong vault unlock` opens.\n"
		  "ZONG_CA names a file of certificates to trust, where the hall's server has one of its own.",
			"“zong 命令 --help”有详细说明。--json 每行输出一个 JSON 对象。\n"
			"--why 用途（或环境变量 ZONG_PURPOSE）记入日志，说明为什么查看。\n"
			"环境变量 ZONG_ARCHIVE、ZONG_SERVER、ZONG_TOKEN 可代替 "
			"--archive、--server、--token；\n"
			"令牌放在环境变量里更好，同机的其他用户看不到。\n"
			"--vault 部门 在部门的保险库里操作，先用 zong vault unlock 打开。\n"
			"ZONG_CA 写信任的证书文件，用于服务器使用自有证书的情况。"));
	return CLI_OK;
}

static int help_command(const struct command *command)
{
	printf("%s zong %s%s%s %s\n\n%s\n", T("usage:", "用法："), command->name,
		command->sub ? " " : "", command->sub ? command->sub : "", command->usage,
		T(command->help_en, command->help_zh));
	return CLI_OK;
}

/* Has the command of this name a second word? */
static bool is_group(const char *name)
{
	for (size_t i = 0; i < TABLES; i++)
		for (const struct command *command = tables[i]; command->name; command++)
			if (strcmp(command->name, name) == 0)
				return command->sub != NULL;
	return false;
}

/* The words that are no option and no option's value, as far as the global options tell: the command's name
 * and its second word. Takes them out of argv. */
static void take_names(int *argc, char **argv, const char **ret_name, const char **ret_sub)
{
	int to = 0;
	int i;

	*ret_name = *ret_sub = NULL;
	for (i = 0; i < *argc; i++) {
		char *word = argv[i];
		bool takes_value = !strcmp(word, "--archive") || !strcmp(word, "--server") ||
				   !strcmp(word, "--token") || !strcmp(word, "--why") || !strcmp(word, "--vault");

		if (word[0] != '-' && !*ret_name) {
			*ret_name = word;
			continue;
		}
		if (word[0] != '-' && !*ret_sub && *ret_name &&
			is_group(*ret_name)) {
			*ret_sub = word;
			continue;
		}
		argv[to++] = word;
		if (takes_value && i + 1 < *argc)
			argv[to++] = argv[++i];
	}
	*argc = to;
}

static const struct command *find_command(const char *name, const char *sub)
{
	const struct command *command;
	size_t i;

	for (i = 0; i < TABLES; i++)
		for (command = tables[i]; command->name; command++)
			if (strcmp(command->name, name) == 0 &&
				(!command->sub || (sub && strcmp(command->sub, sub) == 0)))
				return command;
	return NULL;
}

static struct word_option *all_options(const struct command *command)
{
	size_t own = 0, common = sizeof(global_options) / sizeof(global_options[0]);
	struct word_option *options;

	while (command && command->options[own].name)
		own++;
	options = calloc(own + common, sizeof(*options));
	if (!options)
		return NULL;
	if (own)
		memcpy(options, command->options, own * sizeof(*options));
	memcpy(options + own, global_options, common * sizeof(*options));
	return options;
}

static int run(
	const struct command *command, const char *name, const char *sub, struct words *words)
{
	struct cli cli = {
		.archive = words_value(words, "archive"),
		.server = words_value(words, "server"),
		.token = words_value(words, "token"),
		.json = words_flag(words, "json"),
	};
	const char *why = words_value(words, "why");
	const char *vault = words_value(words, "vault");
	int result;

	if (words_flag(words, "version")) {
		printf("zong %s\n", PACKAGE_VERSION);
		return CLI_OK;
	}
	if (!name)
		return words_flag(words, "help") ? help() : (help(), CLI_USAGE);
	if (!command)
		return usage_error(T("no such command: %s%s%s (see: zong --help)",
					   "没有这个命令：%s%s%s（见 zong --help）"),
			name, sub ? " " : "", sub ? sub : "");
	if (words_flag(words, "help"))
		return help_command(command);
	if (vault && command->offline && command->run != command_check)
		return usage_error(T("--vault does not go with %s", "%s 不能带 --vault"), name);
	if (!cli.archive && !cli.server) {
		cli.archive = getenv("ZONG_ARCHIVE");
		cli.server = cli.archive ? NULL : getenv("ZONG_SERVER");
	}
	if (cli.archive && cli.server)
		return usage_error("%s", T("--archive and --server exclude each other",
						 "--archive 与 --server 只能写一个"));
	if (!cli.token)
		cli.token = getenv("ZONG_TOKEN");
	if (!why)
		why = getenv("ZONG_PURPOSE");
	if (!command->offline) {
		cli.client = client_new(cli.archive, cli.server, cli.token, why);
		if (!cli.client)
			return cli.archive || cli.server ? CLI_FAILED : CLI_USAGE;
		if (vault && client_vault(cli.client, vault)) {
			client_free(cli.client);
			return CLI_FAILED;
		}
	}
	result = command->run(&cli, words);
	client_free(cli.client);
	return result;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct word_option *options;
	struct words words = {0};
	const char *name, *sub;
	int result;

	signal(SIGPIPE, SIG_IGN);
	argc--;
	argv++;
	take_names(&argc, argv, &name, &sub);
	command = name ? find_command(name, sub) : NULL;
	options = all_options(command);
	if (!options)
		return CLI_FAILED;
	/* an unknown command is told before options that belong to it */
	if (name && !command) {
		result = run(NULL, name, sub, &(struct words){.option = options});
		free(options);
		return result;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	result = words_parse(&words, options, argc, argv);
	if (!result)
		result = run(command, name, sub, &words);
	words_release(&words);
	free(options);
	curl_global_cleanup();
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "zong: %s\n", T("cannot write the output", "无法写入输出"));
		result = CLI_FAILED;
	}
	return result;
}
