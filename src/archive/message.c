/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/archive.h>
#include <zong/buffer.h>
#include <zong/time.h>

/* What a person is told of a code. `what` is said where there is something it is about (%s),
 * `advice` always. Written for the people at the window, who know their papers and not this
 * program. */
struct text {
	const char *title, *what, *advice;
};

struct message {
	int code;
	struct text zh, en;
};

static const struct message messages[] = {
	{ZONG_OK, {"完成", NULL, "没有出错。"}, {"Done", NULL, "Nothing went wrong."}},
	{ZONG_ENOMEM,
		{"内存不足", NULL,
			"服务器的内存暂时不够，请稍后再试；如果经常出现，请告诉管理员。"},
		{"Out of memory", NULL,
			"The server is short of memory just now. Try again in a while; tell the "
			"administrator if it keeps happening."}},
	{ZONG_EINVAL, {"填写的内容不对", "“%s”这一项缺少或不合要求。", "请检查后再提交。"},
		{"An entry is not right", "\"%s\" is missing or cannot be used.",
			"Please check it and send it again."}},
	{ZONG_EIO,
		{"磁盘读写失败", NULL, "这次没有保存成功，请稍后再试，并尽快告诉管理员检查磁盘。"},
		{"The disk failed", NULL,
			"Nothing was saved this time. Try again later, and have the administrator "
			"look at the disk soon."}},
	{ZONG_ENOSPC,
		{"磁盘已满", NULL,
			"这次没有保存成功，已有的材料不受影响。请管理员腾出空间后再试。"},
		{"The disk is full", NULL,
			"Nothing was saved this time; what is kept already is safe. Try again "
			"after the administrator has made room."}},
	{ZONG_ENOENT, {"没有找到", "没有“%s”，或者您无权查看。", "请核对编号。"},
		{"Not found", "There is no \"%s\", or it is not yours to see.",
			"Please check the number."}},
	{ZONG_EEXIST, {"已经存在", "“%s”已经有了。", "请换一个名称，或者使用已有的。"},
		{"Already there", "\"%s\" exists already.",
			"Choose another name, or use the one that is there."}},
	{ZONG_ECORRUPT,
		{"数据与摘要不符", "涉及“%s”。",
			"内容和它的数字摘要不一致。请重新传送；如果仍然这样，请告诉管理员。"},
		{"The data does not fit its digest", "It is about \"%s\".",
			"The bytes are not what their digest says. Transfer them again; if it "
			"stays, tell the administrator."}},
	{ZONG_EVERSION,
		{"档案库版本较新", NULL, "这个档案库是用更新版本的程序建立的，请先升级程序。"},
		{"The archive is of a newer version", NULL,
			"A newer program made this archive. Please update this one first."}},
	{ZONG_EBUSY, {"档案库正在使用", "“%s”已被另一个程序打开。", "请先停止那个程序，再试一次。"},
		{"The archive is in use", "Another program has \"%s\" open.",
			"Stop that program first, then try again."}},
	{ZONG_ELIMIT, {"超过上限", "“%s”太长或太多。", "请缩短或分几次提交。"},
		{"Too much", "\"%s\" is too long or too many.",
			"Make it shorter, or send it in several parts."}},
	{ZONG_ETIMEOUT, {"等待超时", NULL, "处理时间超过了限制，请稍后再试。"},
		{"It took too long", NULL,
			"The time allowed is over. Please try again in a while."}},
	{ZONG_ECANCELLED,
		{"已取消", NULL, "操作被取消或服务正在停止，没有保存任何内容，请再试一次。"},
		{"Cancelled", NULL,
			"It was cancelled or the server is stopping. Nothing was saved; please try "
			"again."}},
	{ZONG_EEND, {"没有更多了", NULL, "后面没有内容了。"},
		{"Nothing more", NULL, "There is nothing after this."}},
	{ZONG_ETRUNCATED, {"文件不完整", NULL, "文件没有传完整，请重新上传。"},
		{"The file is cut short", NULL,
			"Not all of the file arrived. Please upload it again."}},
	{ZONG_EENCODING,
		{"文字编码不对", "“%s”里有无法显示的字符。",
			"请用 UTF-8 编码，去掉控制字符后再提交。"},
		{"The text cannot be read", "\"%s\" has characters that cannot be shown.",
			"Please send UTF-8 text without control characters."}},
	{ZONG_EPROTO,
		{"识别程序应答错误", NULL,
			"识别程序的应答不对，已经重新启动。请再试一次；如果仍然这样，请把这个文件交"
			"给管理员。"},
		{"The reading program answered nonsense", NULL,
			"It was restarted. Try again; if it stays, show this file to the "
			"administrator."}},
	{ZONG_EWORKER,
		{"识别程序中断", NULL,
			"处理这个文件时识别程序中断了，文件本身没有问题的话请再试一次，或者重新扫描"
			"。"},
		{"The reading program died", NULL,
			"It stopped while working on this file. Try again, or scan the paper "
			"again."}},
	{ZONG_EWORKER_MEMORY,
		{"页面太大，内存不够", NULL,
			"处理这一页需要的内存超过限制，请降低扫描分辨率（建议 300 dpi）后再试。"},
		{"The page needs too much memory", NULL,
			"Please scan it at a lower resolution (300 dpi is good) and try again."}},
	{ZONG_EWORKER_TIMEOUT,
		{"页面处理超时", NULL,
			"处理这一页的时间超过限制，请重新扫描，或者把文件拆开后再试。"},
		{"The page took too long", NULL,
			"Please scan it again, or split the file, and try once more."}},
	{ZONG_EMEDIA,
		{"不认识的文件类型", NULL,
			"只接收 TIFF、PDF、JPEG 和 PNG 文件。请把材料另存为其中一种再上传。"},
		{"Unknown kind of file", NULL,
			"Only TIFF, PDF, JPEG and PNG are taken. Save the paper as one of these "
			"and upload it again."}},
	{ZONG_EEMPTY, {"文件是空的", NULL, "文件里没有内容，请检查扫描结果后重新上传。"},
		{"The file is empty", NULL,
			"There is nothing in it. Check the scan and upload it again."}},
	{ZONG_EDAMAGED,
		{"文件已损坏", "损坏处：%s。", "无法打开其中的页面，请重新扫描或重新导出。"},
		{"The file is damaged", "The damage: %s.",
			"Its pages cannot be opened. Scan the paper or export the file again."}},
	{ZONG_ENOPAGES,
		{"文件里没有页面", NULL, "这个文件打得开，但是里面一页也没有，请检查后重新上传。"},
		{"No pages in it", NULL,
			"The file opens but has no page. Check it and upload it again."}},
	{ZONG_EENCRYPTED, {"文件有密码", NULL, "请去掉文件的打开密码后再上传。"},
		{"The file has a password", NULL,
			"Remove the password that opens it and upload it again."}},
	{ZONG_ETOOBIG, {"文件太大", NULL, "一个文件最大 16 GB，请拆成几个再上传。"},
		{"The file is too big", NULL,
			"One file may have 16 GB at most. Split it and upload the parts."}},
	{ZONG_EPIXELS, {"页面尺寸太大", "第 %s 页。", "请降低扫描分辨率（建议 300 dpi）后再上传。"},
		{"The page is too large", "Page %s.",
			"Scan it at a lower resolution (300 dpi is good) and upload it again."}},
	{ZONG_EPAGES, {"页数太多", NULL, "一个文件最多 5000 页，请拆成几个再上传。"},
		{"Too many pages", NULL,
			"One file may have 5000 pages at most. Split it and upload the parts."}},
	{ZONG_EUNAUTHENTICATED,
		{"请先登录", NULL,
			"还没有登录，或者登录已经过期，或者用户名、密码、令牌不对。请重新登录。"},
		{"Please sign in", NULL,
			"You are not signed in, the sign-in has expired, or name, password or "
			"token are wrong. Please sign in again."}},
	{ZONG_EFORBIDDEN, {"没有权限", NULL, "您的角色不能做这件事。需要的话请找管理员。"},
		{"Not allowed", NULL,
			"Your role may not do this. Ask the administrator if you need it."}},
	{ZONG_ECASENO,
		{"受理号不对", "“%s”不能作受理号。",
			"受理号是 1 到 50 个字符，不能有空格和斜杠。请核对。"},
		{"Bad case number", "\"%s\" cannot be a case number.",
			"A case number has 1 to 50 characters, without blanks or slashes. Please "
			"check it."}},
	{ZONG_ENOCASE,
		{"没有这个案件", "没有受理号为“%s”的案件。",
			"请核对受理号；如果是新案件，请先开立。"},
		{"No such case", "There is no case with the number \"%s\".",
			"Check the number; if the case is new, open it first."}},
	{ZONG_ENOCOVER,
		{"不知道归入哪个案件", "没有写受理号，“%s”之前也没有可用的封面页。",
			"请写明受理号，或者在材料前放上用 zong sheet 打印的封面页再扫描。什么都没有收进去。"},
		{"It is not known which case this belongs to",
			"No case is named, and there is no cover sheet that can be used before \"%s\".",
			"Name the case, or scan again with a cover sheet, which zong sheet prints, before "
			"the papers. Nothing was taken in."}},
	{ZONG_ECASEEXISTS,
		{"受理号已被使用", "受理号“%s”已经有一个内容不同的案件。",
			"请核对受理号，或者查看已有的案件。"},
		{"The case number is taken", "There is a case \"%s\" with other content.",
			"Check the number, or look at the case that is there."}},
	{ZONG_EUNITCODE,
		{"不动产单元代码不对", "“%s”不是有效的代码。",
			"宗地代码 19 位，幢 24 位，单元 28 位。请对照证书或调查表核对。"},
		{"Bad unit code", "\"%s\" is no valid code.",
			"A parcel has 19 characters, a building 24, a unit 28. Compare it with the "
			"certificate or the survey."}},
	{ZONG_ECERTNO,
		{"证号不对", "“%s”不像证书号或证明号。",
			"请对照证书核对，例如“鲁(2018)昌邑市不动产权第0000001号”。"},
		{"Bad certificate number", "\"%s\" does not look like a certificate number.",
			"Compare it with the certificate."}},
	{ZONG_EIDNO, {"证件号码不对", NULL, "证件号码的位数、日期或校验位不对，请对照证件核对。"},
		{"Bad ID number", NULL,
			"Its length, date or check digit is wrong. Compare it with the ID card."}},
	{ZONG_EUSCC, {"统一社会信用代码不对", "“%s”的位数或校验位不对。", "请对照营业执照核对。"},
		{"Bad credit code", "Length or check character of \"%s\" is wrong.",
			"Compare it with the business licence."}},
	{ZONG_ENODEPARTMENT,
		{"没有这个部门", "没有编号为“%s”的部门。",
			"请从部门列表里选择，或者请管理员添加。"},
		{"No such department", "There is no department \"%s\".",
			"Choose one from the list, or have the administrator add it."}},
	{ZONG_EDEPARTMENT,
		{"部门编号不对", "“%s”不能作部门编号。",
			"用小写字母开头，后面可以是小写字母、数字和连字符，最多 32 个字符，例如 "
			"tax。"},
		{"Bad department id", "\"%s\" cannot be a department's id.",
			"Begin with a small letter, then small letters, digits and hyphens, 32 at "
			"most, for example tax."}},
	{ZONG_EROLE,
		{"没有这个角色", "“%s”不是角色。",
			"可用的角色：administrator（管理员）、archivist（档案员）、department（部门"
			"）、lookup（查询）。"},
		{"No such role", "\"%s\" is no role.",
			"The roles are administrator, archivist, department and lookup."}},
	{ZONG_EWEBHOOK,
		{"推送地址不能用", "地址：%s。",
			"请填写以 http:// 或 https:// "
			"开头的完整地址，不要带用户名和密码；内网地址需要管理员明确允许。"},
		{"The webhook address cannot be used", "The address: %s.",
			"Give a whole address with http:// or https:// and without a user name; "
			"one inside your own network must be allowed by the administrator."}},
	{ZONG_ENODELIVERY,
		{"没有这个推送", "没有编号为“%s”的推送，或者它不属于您的部门。",
			"请刷新列表后再试。"},
		{"No such delivery",
			"There is no delivery \"%s\", or it is not for your department.",
			"Refresh the list and try again."}},
	{ZONG_EDELIVERYSTATE,
		{"推送的状态不允许", "推送“%s”已经签收、退回、撤回或被新版本取代，或者还没有到这一步。",
			"请刷新后查看它现在的状态。"},
		{"The delivery's state does not allow it",
			"Delivery \"%s\" was received, returned, withdrawn or superseded before, or has not come that far yet.",
			"Refresh to see how it stands."}},
	{ZONG_ECERTIFICATE,
		{"证书不能用", "“%s”。", "请核对证书和密钥文件：应为 PEM 格式、互相匹配，密钥只限本人可读（权限 0600）；证书指纹写作 sha256: 加 64 位十六进制数。"},
		{"The certificate cannot be used", "\"%s\".",
			"Check the files of certificate and key: PEM, belonging together, the key readable by its owner alone (mode 0600); the fingerprint of one is sha256: and 64 hexadecimal digits."}},
	{ZONG_EUSER,
		{"用户名不能用", "“%s”不能作为用户名。", "用户名最多 19 个汉字或 58 个字母，不能有空格和斜线。"},
		{"Bad user name", "\"%s\" cannot be a user's name.",
			"A name has at most 58 letters or 19 Han, without blanks or slashes."}},
	{ZONG_ENOUSER,
		{"没有这个用户", "没有用户“%s”。", "请核对用户名。"},
		{"No such user", "There is no user \"%s\".", "Please check the name."}},
	{ZONG_ELASTADMIN,
		{"最后一个管理员", "“%s”是最后一个能登录的管理员，不能停用或改为其他角色。",
			"请先增加另一个管理员。"},
		{"The last administrator",
			"\"%s\" is the last administrator who can sign in, and cannot be disabled or given another role.",
			"Add another administrator first."}},
	{ZONG_EPASSWORD,
		{"密码不合要求", "密码没有修改：%s。",
			"新密码至少 10 个字符，不含用户名，不能与旧密码相同，也不能总是同几个字符；旧密码要写对。"},
		{"The password cannot be that", "The password was not changed: %s.",
			"A new one has at least 10 characters, does not contain the name, is not the old one and not a few characters over and over; the old one must be right."}},
	{ZONG_EMUSTCHANGE,
		{"请先修改密码", "这个密码是别人设置的，修改之后才能使用。%s", "请设置自己的密码。"},
		{"Change the password first",
			"Somebody else made this password; nothing else can be done before it is changed. %s",
			"Please choose a password of your own."}},
	{ZONG_EREPLACES,
		{"不能作为新版本", "“%s”不是本案件的材料，或者已经销毁，或者新文件与它完全相同。",
			"请核对被替换的材料编号；如果是另一份材料，请不要填写被替换的材料。"},
		{"It cannot be a newer version of that",
			"\"%s\" is no material of this case, or was destroyed, or the file has the very same bytes.",
			"Check the id of the material to be replaced; leave it out where this is another material."}},
	{ZONG_EREPLACED,
		{"已经有新版本", "材料“%s”已经有了更新的版本。", "请替换最新的版本。"},
		{"There is a newer version already", "Material \"%s\" has a newer version.",
			"Replace the newest version instead."}},
	{ZONG_EQUERY,
		{"没有可查的内容", "“%s”不能用来查找。",
			"请输入要查找的文字、受理号、单元代码、证号或姓名。"},
		{"Nothing to look for", "\"%s\" is nothing that can be looked for.",
			"Enter words, a case number, a unit code, a certificate number or a "
			"name."}},
	{ZONG_ECURSOR, {"翻页位置失效", NULL, "请回到第一页，重新查找。"},
		{"The page mark is no good", NULL, "Go back to the first page and start again."}},
	{ZONG_EJSON,
		{"提交的数据格式不对", "问题在：%s。", "应为有效的 JSON。请检查发送数据的程序。"},
		{"The data sent is malformed", "The trouble is at: %s.",
			"It must be valid JSON. Check the program that sends it."}},
	{ZONG_EMETHOD,
		{"不支持这种操作", NULL,
			"这个地址不支持这种请求方法，请查看接口说明 /api/v1/openapi.yaml。"},
		{"That cannot be done here", NULL,
			"This address does not take that method. See /api/v1/openapi.yaml."}},
	{ZONG_EROUTE,
		{"没有这个地址", "没有“%s”。", "请检查网址，或查看接口说明 /api/v1/openapi.yaml。"},
		{"No such address", "There is no \"%s\".",
			"Check the address, or see /api/v1/openapi.yaml."}},
	{ZONG_EMULTIPART,
		{"上传的格式不对", "问题在：%s。",
			"请先发送 meta（JSON），再发送 file（文件），然后再试。"},
		{"The upload is malformed", "The trouble is at: %s.",
			"Send the part meta (JSON) first, then the part file, and try again."}},
	{ZONG_ERANGE, {"请求的范围不对", NULL, "要取的字节范围超出了文件，请不带范围重新下载。"},
		{"Bad range", NULL,
			"The bytes asked for lie outside the file. Download it without a range."}},
	{ZONG_ENOTREADY,
		{"还没有识别完", "第 %s 页正在排队识别。", "请稍等片刻再看；原件现在就可以下载。"},
		{"Not read yet", "Page %s is waiting to be read.",
			"Look again in a moment; the file itself can be fetched now."}},
	{ZONG_EPAGENO, {"没有这一页", "没有第 %s 页。", "页码从 1 开始，请查看材料的总页数。"},
		{"No such page", "There is no page %s.",
			"Pages count from 1; see how many the material has."}},
	{ZONG_ETHROTTLED,
		{"尝试次数太多", NULL, "登录失败次数太多，请等几分钟再试；忘记密码请找管理员。"},
		{"Too many attempts", NULL,
			"Signing in failed too often. Wait some minutes; ask the administrator if "
			"the password is lost."}},
	{ZONG_EREASON,
		{"请写明原因", NULL, "退回、保全、不处理，都要写明原因，让后来的人知道为什么。"},
		{"A reason is needed", NULL,
			"Say why it goes back, is held or is left as it is, so that others know."}},
	{ZONG_EDESTROYED,
		{"材料已依规销毁", "材料“%s”。",
			"保管期限已满，已按销毁清册销毁；材料的登记信息和销毁证明仍可查看。"},
		{"The material was destroyed", "Material \"%s\".",
			"Its time was over and it was destroyed by a destruction list. What it was "
			"and "
			"the certificate of its destruction can still be seen."}},
	{ZONG_EDATE, {"日期不对", "“%s”不是可用的日期。", "请写成 2020-01-31 这样，不能晚于今天。"},
		{"Bad date", "\"%s\" cannot be used as a date.",
			"Write it like 2020-01-31; it cannot be later than today."}},
	{ZONG_EUNDUE,
		{"有的材料还不能销毁", "%s 件不能列入清册。",
			"没有列出清册。请看每件材料的原因：保管期限未满、永久保管、被保全或已在清册"
			"中。"},
		{"Some of it may not be destroyed yet", "%s cannot be listed.",
			"No list was made. See the reason of each: its time has not come, it is "
			"kept "
			"permanently, held, or on a list already."}},
	{ZONG_ESAMEPERSON,
		{"需要另一个人办理", NULL,
			"提出销毁清册的人不能自己批准，移出原件的人不能自己签收，立卷的人不能自己检查，请由另一个人办理。"},
		{"Another person has to do that", NULL,
			"Who proposed a destruction list cannot approve it, who hands papers over cannot "
			"take them, and who closed a volume cannot check it. Another person has to."}},
	{ZONG_ELISTSTATE,
		{"清册的状态不允许", "清册的状态是：%s。",
			"清册须先提出，由另一个人批准，然后才能执行；执行后不能取消。"},
		{"The list does not stand so", "Its state is: %s.",
			"A list is proposed, then approved by another person, then executed; after "
			"that "
			"it cannot be cancelled."}},
	{ZONG_EDECIDED,
		{"这一项已经处理过", NULL,
			"每一项只处理一次。请刷新复核列表，看还有哪些没有处理。"},
		{"This was decided before", NULL,
			"Each item is decided once. Look at the list again for what is open."}},
	{ZONG_EUNCORRECTED,
		{"材料类型不能这样更正", NULL,
			"类型不是页面上的文字。读得对请选“读得对”，否则选“不必处理”并写明理由。"},
		{"A kind cannot be corrected so", NULL,
			"It is no text of the page. Accept it where it is right, or dismiss it "
			"with a "
			"reason."}},
	{ZONG_EQUALITY,
		{"扫描质量不合格", "不合格的页：%s。",
			"没有收下，什么也没有保存。请按每页列出的问题重新扫描后再上传；确需收下时去掉质量检查。"},
		{"Pages were not scanned well enough", "Pages: %s.",
			"Nothing was taken in. Scan these pages again as is said of each, and hand the file in "
			"anew; where it must be taken as it is, leave the check away."}},
	{ZONG_EREADCANCELLED,
		{"已取消识别，未识别", "第 %s 页。", "材料照原样保存，只是没有识别文字。需要时请重试，即可识别。"},
		{"Not read: the reading was cancelled", "Page %s.",
			"The material is kept as it is; only its text was not read. Try it again when it is "
			"wanted after all."}},
	{ZONG_EUNITENDED,
		{"该单元此前已经变更", "%s 在另一项变更中已经终止。",
			"同一个代码只能终止一次。请查看它的沿革；登记有误的变更请先撤销，写明原因。"},
		{"This unit has ended before", "%s ended by another event.",
			"A code ends once. Look at its history; an event that was entered wrongly has to be "
			"withdrawn first, with a reason."}},
	{ZONG_ETABLE,
		{"表格读不了", "位置：%s。",
			"需要 CSV 表格：第一行是列名，其中要有“不动产单元号”（变更表要有“变更类型”“变更日期”“变更前代码”）；"
			"请检查列名、分隔符和引号。"},
		{"The table cannot be read", "At: %s.",
			"A CSV table is wanted whose first line names the columns, the code among them (for "
			"events: kind, date, before). Check the names, the separators and the quotes."}},
	{ZONG_EDUPLICATE,
		{"同一代码在表中出现多次", "代码：%s。", "只收第一次出现的一行。请核对这几行，改正后再导入。"},
		{"The code stands in the table more than once", "The code: %s.",
			"Only the line where it stands first was taken. Compare the lines, and import the table "
			"again when they are right."}},
	{ZONG_ENOPLACE,
		{"没有这个库位", "没有代码为“%s”的库位。", "请核对标签上的代码，或先建立库位。"},
		{"No such place", "There is no place with the code \"%s\".",
			"Check the code on the label, or add the place first."}},
	{ZONG_EPLACECODE,
		{"库位代码不对", "“%s”不能作库位代码。",
			"代码是 1 到 32 个字母、数字、连字符或点，字母或数字开头；以 W 或 Y 加数字开头的只能由系统"
			"生成，可能输错了一位。"},
		{"Bad place code", "\"%s\" cannot be the code of a place.",
			"A code has 1 to 32 letters, digits, hyphens or dots and begins with a letter or digit. "
			"What begins with W or Y and a digit is made by the system: perhaps a digit is "
			"wrong."}},
	{ZONG_EPLACELEVEL,
		{"库位层级不对", "涉及“%s”。",
			"上下级依次是：房间、柜、层、盒、位置；原件放在层、盒或位置上。"},
		{"The level of the place does not fit", "It is about \"%s\".",
			"The order is room, cabinet, shelf, box, position. Originals lie on shelves, in boxes "
			"and on positions."}},
	{ZONG_EPLACEUSED,
		{"库位还在使用", "库位“%s”里还有下级库位或原件。",
			"请先把它们移走。"},
		{"The place is in use",
			"There is still a place or an original in \"%s\".",
			"Move these first."}},
	{ZONG_EPLACEFULL, {"库位已放满", "库位“%s”放不下了。", "没有上架任何原件。请换一个库位。"},
		{"The place is full", "There is no room left in \"%s\".",
			"Nothing was put there. Take another place."}},
	{ZONG_ENOORIGINAL,
		{"没有这个原件", "没有代码为“%s”的原件，或者您无权查看。", "请核对条码标签。"},
		{"No such original", "There is no original \"%s\", or it is not yours to see.",
			"Please check the label."}},
	{ZONG_EORIGINALCODE,
		{"原件代码不对", "“%s”不是原件代码，校验位不符。",
			"代码是 Y、八位数字和一位校验位。请重新扫描，或对照标签逐位核对。"},
		{"Bad original code", "\"%s\" is no code of an original: its check character does not fit.",
			"A code is Y, eight digits and a check character. Scan it again, or compare it with the "
			"label."}},
	{ZONG_ELENT, {"原件已借出", "原件“%s”已借出。", "请先办理归还，清点页数。"},
		{"The original is on loan", "\"%s\" is with a person.",
			"It has to be returned first, its pages counted."}},
	{ZONG_ENOTLENT, {"原件没有借出", "原件“%s”不在借出状态。", "请查看原件现在在哪里。"},
		{"The original is not on loan", "\"%s\" is with nobody.", "Look where it is now."}},
	{ZONG_EMISSING, {"原件下落不明", "原件“%s”已登记为遗失。", "找到后请先登记“找到”。"},
		{"The original is missing", "\"%s\" is on record as missing.",
			"When it turns up, enter that it was found."}},
	{ZONG_ENOTMISSING, {"原件没有遗失", "原件“%s”没有登记为遗失。", "请查看原件现在在哪里。"},
		{"The original is not missing", "\"%s\" is not on record as missing.",
			"Look where it is now."}},
	{ZONG_EHANDED, {"原件已移交", "原件“%s”已移交其他单位。", "需要时请用接收移交单收回。"},
		{"The original was handed over", "\"%s\" was handed over to another office.",
			"It comes back by a hand-over list."}},
	{ZONG_EONLIST, {"原件在移交单上", "涉及“%s”。", "请先办完或取消那张移交单。"},
		{"The original is on a hand-over list", "It is about \"%s\".",
			"That list has to be ended or cancelled first."}},
	{ZONG_ERESERVED, {"原件已有人预约", "先为“%s”保留。", "请等对方取走或取消预约。"},
		{"Somebody waits for it", "It is kept for \"%s\".",
			"Wait until it was fetched, or the reservation is cancelled."}},
	{ZONG_ECOPYFIRST,
		{"请先用数字复制件", "原件“%s”有扫描件可用。",
			"能用复制件的不借原件。确需原件时，请写明复制件为什么不够。"},
		{"The copy comes first", "There are scans of \"%s\".",
			"Where the copy will do, paper is not lent. If paper is needed, say why the copy is "
			"not enough."}},
	{ZONG_EDUEDAY,
		{"应还日期不对", "“%s”不能作应还日期。",
			"请写成 2030-01-31 这样：不早于今天，不超过一年；续借要晚于原来的日期。"},
		{"Bad due day", "\"%s\" cannot be the day on which it is due.",
			"Write it like 2030-01-31: from today on, a year ahead at most, and later than before "
			"when a loan is extended."}},
	{ZONG_ENOHANDOVER, {"没有这张移交单", "没有编号为“%s”的移交单。", "请核对编号。"},
		{"No such hand-over list", "There is no hand-over list \"%s\".", "Please check its number."}},
	{ZONG_EHANDOVERSTATE,
		{"移交单的状态不允许", "移交单的状态是：%s。", "接收或取消之后的移交单不能再改。"},
		{"The hand-over list does not stand so", "Its state is: %s.",
			"One that was taken or cancelled does not change any more."}},
	{ZONG_EINHOUSE, {"原件在库内", "原件“%s”就在本库。", "接收移交单只列从外面送来的原件。"},
		{"The original is in the house", "\"%s\" is here already.",
			"On a list of what comes in stands what others bring."}},
	{ZONG_EUNCHECKED,
		{"还没有逐件核对", "还有 %s 件没有核对。",
			"请逐件扫描核对；不接收的写明原因退回，然后再签收。"},
		{"Not all was checked", "%s are still to be looked at.",
			"Check each by its code, return with a reason what is not taken, then sign."}},
	{ZONG_EARCHIVALNO,
		{"档号不对", "“%s”不符合档号的规则。",
			"请按 zong.conf 中 archival-number 的格式填写档号的各项；旧档号最多 60 个字符，不含斜杠。"},
		{"Bad archival number", "\"%s\" is not of the form that archival numbers have.",
			"Give its elements as archival-number in zong.conf asks for; an old number has at most 60 "
			"characters and no slash."}},
	{ZONG_ENOVOLUME, {"没有这一卷", "没有档号“%s”。", "请核对档号。"},
		{"No such volume", "There is no \"%s\".", "Check the archival number."}},
	{ZONG_EVOLUMESTATE,
		{"案卷的状态不允许", "这一卷现在是“%s”。",
			"open：正在立卷；closed：已立卷，待检查；checked：已检查；annulled：已作废。已立卷的须写明原因重新打开才能改；只有检查过的卷可以上架。"},
		{"The volume is in another state", "It is %s.",
			"One that is closed or checked is opened again with a reason before it can be changed; only a checked one "
			"is shelved; an annulled one stays as it is."}},
	{ZONG_EINVOLUME, {"材料已在别的卷内", "已编入：%s。", "同一份材料只能编入一卷；请先从那一卷中去掉。"},
		{"In another volume already", "It is in %s.", "A material lies in one volume; take it out there first."}},
	{ZONG_EUNCOUNTED, {"页数还没有点清", "没有填写纸质页数的：%s。", "请逐件点数纸质页数，填写后再立卷。"},
		{"Pages not counted", "Without the pages of the paper: %s.",
			"Count the sheets of each item and enter them, then close the volume."}},
	{ZONG_EPAGECOUNT,
		{"页数与扫描件不符", "不符的：%s。", "请复核纸质页数或重新扫描；确有原因的，写明原因后立卷，原因记入备考表。"},
		{"Page counts differ from the scan", "They differ: %s.",
			"Count again or scan again. Where there is a reason, close it with that reason, which stands in the volume's "
			"note."}},
	{ZONG_ECHANGED, {"别人已经改过", "“%s”在您打开之后被改动。", "请重新读取，再做修改。"},
		{"Changed by somebody else", "\"%s\" was changed since you read it.", "Read it again, then change it."}},
	{ZONG_ENOCATALOGUE, {"没有材料目录", "没有材料目录“%s”，或者目录中没有这种业务。", "查看各版目录：zong catalogue list。"},
		{"There is no catalogue", "There is no catalogue \"%s\", or it knows no such kind of business.",
			"See the versions: zong catalogue list."}},
	{ZONG_ENOQUERY, {"没有这个查询", "没有编号为“%s”的查询申请，或者核对码不对。", "请核对编号。"},
		{"No such query", "There is no query \"%s\", or its word is another.", "Check the number."}},
	{ZONG_EQUERYSTATE,
		{"查询申请的状态不允许", "这个查询现在是“%s”。",
			"entered：已受理，未办结；granted：已提供；refused：不予查询；withdrawn：已撤回。办结后不能再改，需要时请重新申请；结果证明只在已提供后出具。"},
		{"The query is in another state", "It is %s.",
			"What is decided cannot be changed: enter a new one. A certificate is there once it is granted."}},
	{ZONG_EQUERYRULE,
		{"依规定还不能提供查询", "原因：%s。", "请补齐材料、改正申请内容；确实不符合规定的，写明理由不予查询。"},
		{"The rules do not allow it", "In the way: %s.",
			"Complete the application; where it cannot be granted, refuse it with the reason."}},
	{ZONG_ENODESK,
		{"自助查询已经结束", NULL, "长时间没有操作，或者证件已经取走，本次自助查询已经结束，内容已清除。请重新放置证件。"},
		{"The session at the desk has ended", NULL, "It was idle too long, or the card was taken away. Nothing of it is kept; put the card down again."}},
	{ZONG_ECARD,
		{"证件不能使用", "问题：%s。", "请核对证件；证件过期、读不全或者号码校验不对的，请到窗口办理。"},
		{"This card cannot be used", "What is wrong: %s.", "Where it has expired or cannot be read whole, go to the window."}},
	{ZONG_EHEADER, {"请求头不对", "请求头：%s。", "请检查发送请求的程序。"},
		{"Bad header", "The header: %s.", "Check the program that sends the request."}},
};

static const struct text *text_of(int code, const char *language)
{
	static const struct message unknown = {0,
		{"出了问题", NULL,
			"发生了没有预料到的问题，请稍后再试；如果仍然这样，请告诉管理员。"},
		{"Something went wrong", NULL,
			"This was not expected. Try again later; tell the administrator if it "
			"stays."}};
	const struct message *message = &unknown;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].code == code)
			message = &messages[i];
	return language && strncmp(language, "en", 2) == 0 ? &message->en : &message->zh;
}

int zong_message_cancelled(
	struct zong_buf *buf, const char *by, int64_t when, const char *language)
{
	char time[ZONG_TIME_TEXT];

	zong_time_format(when, time);
	if (language && strncmp(language, "en", 2) == 0)
		return zong_buf_add_format(buf, "not read, cancelled by %s at %s", by, time);
	return zong_buf_add_format(buf, "未识别，由 %s 于 %s 取消", by, time);
}

const char *zong_message_title(int code, const char *language)
{
	return text_of(code, language)->title;
}

int zong_message_detail(struct zong_buf *buf, int code, const char *subject, const char *language)
{
	const struct text *text = text_of(code, language);
	const char *place = text->what ? strstr(text->what, "%s") : NULL;

	/* put together by hand: the subject comes from outside and is no format */
	if (place && subject && subject[0]) {
		zong_buf_add(buf, text->what, (size_t)(place - text->what));
		zong_buf_add_str(buf, subject);
		zong_buf_add_str(buf, place + 2);
		if (language && strncmp(language, "en", 2) == 0)
			zong_buf_add_char(buf, ' ');
	}
	return zong_buf_add_str(buf, text->advice);
}
