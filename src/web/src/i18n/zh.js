// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	app: {
		name: '卷宗档案', title: '宗 · 档案与材料', what: '扫一次，永久保存，处处可查', skip: '跳到正文', loading: '正在读取…', comma: '、', token: '令牌',
	},
	action: {
		cancel: '取消', retry: '重试', more: '显示更多', remove: '移除', copy: '复制', copied: '已复制', copy_by_hand: '浏览器不允许自动复制，请选中后按 Ctrl+C。',
	},
	problem: {
		network: '连不上服务器。', network_do: '请检查网络，稍后重试；还不行请找系统管理员。',
		answer: '服务器的回答看不懂。', answer_do: '文件可能已收下，请刷新本页查看；再传一次不会重复保存。',
		http: '服务器没有办成（{status}）。', http_do: '请稍后重试；还不行请把这个号码告诉系统管理员。',
		page: '本页出错了。',
	},
	role: { administrator: '管理员', archivist: '档案员', department: '部门人员', lookup: '查询人员', local: '本机' },
	nav: { label: '主导航', cases: '案件', inbox: '收件箱', administration: '管理', leave: '退出' },
	signin: {
		way: '登录方式', by_user: '用户名', by_token: '令牌', user: '用户名', password: '密码', token: '令牌', token_hint: '由管理员发给您；只在本次打开的窗口里使用，关闭即忘。',
		go: '登录', expired: '登录已失效，请重新登录；之后会回到刚才的页面。', left: '您已退出。',
	},
	cases: {
		title: '案件', filter: '按受理号开头查找', open: '新建案件', open_first: '新建第一个案件', none: '还没有案件。', none_like: '没有受理号以“{q}”开头的案件。',
		units_more: '等 {n} 个', all: '共 {n} 件，已全部显示',
	},
	case: {
		no: '受理号', kind: '业务类型', kind_hint: '选择，或直接输入', units: '不动产单元号', unit: '不动产单元号', unit_add: '再加一个单元号', parties: '当事人',
		name: '姓名或名称', idno: '证件号码', party_role: '身份', party_add: '再加一位当事人', certificates: '不动产权证号', certificate: '证号',
		certificate_hint: '例：鲁(2018)昌邑市不动产权第0000001号', certificate_add: '再加一个证号', address: '坐落', note: '备注', opened: '收件时间', facts: '案件信息',
		record: '日志第 {n} 号', warning: '请核对：', materials: '材料', materials_n: '共 {n} 份', no_materials: '还没有材料。把扫描件拖到上面的框里即可。',
		no_needed: '请填写受理号。', kind_needed: '请选择或填写业务类型。', name_needed: '请填写这位当事人的姓名或名称。', idno_doubt: '校验位不对，请核对身份证号；确认无误可以照样保存。',
		open_go: '建立案件', drop: '已填的内容还没有保存，确定放弃吗？', drop_yes: '放弃',
	},
	unit: {
		hint: '28 位，可以带空格', parcel: '宗地代码（19 位）', building: '到幢（24 位）', unit: '格式正确', short: '已输入 {n} 位，应为 28 位（宗地 19 位、幢 24 位也可以）。',
		long: '多了：现有 {n} 位，应为 28 位。', digits: '前 12 位应全是数字。', owner: '第 13 位应是 G（国家）、J（集体）或 Z（未确权）。', right: '第 14 位不是规定的宗地特征码（如 B、C、S、X）。',
		serial: '第 15 至 19 位应是数字。', thing: '第 20 位应是 F、L、Q 加 8 位数字，或 W 加 8 个 0。',
	},
	level: { parcel: '宗地', building: '幢', unit: '单元', prefix: '区段' },
	upload: {
		title: '收材料', type_all: '材料类型', type_hint: '未分类', to_all: '推送给', to_none: '不推送', drop: '把扫描件拖到这里', let_go: '松开即可加入',
		formats: 'TIFF、PDF、JPEG、PNG；可以一次拖入许多文件或整个文件夹', choose: '选择文件', choose_folder: '选择文件夹', folder_lost: '文件夹没有读全，请再拖一次，或用“选择文件夹”。',
		skipped: '跳过了 {n} 个系统隐藏文件。', ready: '{n} 个文件待上传，共 {size}', send: '上传 {n} 个文件', clear: '清除已完成',
		summary: '已收 {kept}，上传中 {sending}，失败 {failed}', waiting: '排队中', sending: '正在上传', keeping: '正在核对并保存…', cancelled: '已取消，没有保存。',
		sending_of: '{name} 的上传进度', reading_of: '{name} 的识读进度', reading: '已识读 {done} / {total} 页', read_all: '{total} 页识读完毕', blank: '空白 {n} 页', parked: '{n} 页未能识读',
		damaged: '{n} 页损坏', again: '已收过，未重复保存', receipt: '{pages} 页，新存 {fresh}，共用 {shared}，日志第 {record} 号',
	},
	material: {
		title: '材料名称', type: '类型', pages: '页数', size: '大小', reading: '识读', to: '推送', received: '收到时间', version: '第 {n} 版', parked_n: '{n} 页未读出',
		title_of: '{name} 的名称', type_of: '{name} 的类型', to_of: '{name} 推送给', download: '下载原件', pdf: '下载可检索的 PDF', about: '页面与材料', alike: '似为同一页', alike_scan: '另一次扫描', alike_pixels: '图像完全相同', alike_more: '可能还有相似的页：检索已达上限。', fields: '要素 {n}', no_fields: '还没有识别出单元号、证号、身份证号或信用代码。',
		deliveries: '推送', no_deliveries: '没有推送给任何部门。', facts: '资料', name: '文件名', media: '格式', digest: '摘要', log: '日志号',
	},
	page: {
		text: '文字', nth: '第 {n} 页', thumb: '第 {n} 页，{state}', image: '第 {n} 页的图像', all: '全部页面', tools: '翻页与缩放', back: '上一页', on: '下一页', number: '页码', smaller: '缩小', larger: '放大',
		true_size: '按原始像素显示', fit_width: '适合宽度', fit_page: '整页', drawing: '正在出图…', no_picture: '没有图', this: '本页', no_text: '这一页没有读出文字。',
		confidence: '可信度 {n}', source_ocr: '识读所得', source_layer: '文件自带文字',
		waiting: '等待识读', read: '已识读', parked: '未能识读', blank: '空白页', damaged: '损坏',
		waiting_words: '这一页正在排队识读，读完会自动显示。', parked_words: '这一页没有能够识读，原件完好。管理员可以在“管理”里重试。', blank_words: '这一页是空白的。', damaged_words: '文件里这一页已损坏，无法显示；请重新扫描这一页。',
		damaged_title: '第 {n} 页已损坏，无法显示。',
	},
	colour: { bilevel: '黑白', grey: '灰度', rgb: '彩色' },
	field: { unit: '不动产单元号', certificate: '不动产权证号', id: '身份证号', uscc: '统一社会信用代码', case: '受理编号', party: '当事人', address: '坐落', date: '日期', amount: '金额', repaired: '已按校验位修正', invalid: '请核对' },
	delivery: { due: '待推送', sent: '已送达', received: '已签收', returned: '已退回', withdrawn: '已撤回', superseded: '已有新版', reason: '退回理由：' },
	find: {
		label: '查找', hint: '查找：文字、受理号、单元号、证号、姓名', go: '查找', title: '查找', asked: '“{q}”', busy: '正在查找…', count: '约 {n} 条', count_more: '{n} 条以上',
		only_case: '案件（尚无材料）', purpose: '查询事由', purpose_hint: '写入查询日志', nothing: '没有找到“{q}”。', tried: '已经这样找过：',
		tried_text: '所有已识读页面的文字和材料名称', tried_codes: '受理号、不动产单元号（可只输入开头）、证号（全号或末尾几位）', tried_party: '当事人姓名或名称、证件号码',
		advice: '可以少输几个字，或者换个写法；刚收的材料要识读完才能按文字找到。您无权查看的材料不会出现。', begin: '在上方的框里输入要找的内容。',
	},
	why: { text: '正文', title: '材料名称', case: '受理号', unit: '单元号', certificate: '证号', party: '当事人', id: '证件号码' },
	inbox: {
		title: '收件箱', department: '部门', which: '显示哪些', open: '待签收', all: '全部', count: '{n} 件', badge: '{n} 件待签收', refreshed: '{at} 更新', time: '推送时间', state: '状态', do: '操作',
		fetch: '取件', receipt: '签收', return: '退回', receipt_chosen: '签收所选', receipt_n: '签收所选 {n} 件', receipt_title: '签收', receipt_yes: '确认签收',
		receipt_one: '确认已收到“{title}”？签收后不能退回。', receipt_many: '确认已收到所选的 {n} 件材料？签收后不能退回。', receipted: '已签收 {n} 件。', returned: '已退回。',
		fetched: '已取件', fetched_checked: '已取件，摘要核对一致', digest_differs: '取到的文件与登记的摘要不一致，没有保存。请再取一次；仍不一致请找系统管理员。', none_open: '没有待签收的材料。', none: '还没有收到过材料。',
	},
	return: { title: '退回材料', reason: '退回理由', hint: '写明哪里不对、要怎样更正，对方看得到。', go: '退回' },
	admin: {
		title: '管理', nothing: '您的角色没有可用的管理功能。', status: '概况', departments: '部门', tokens: '令牌', jobs: '识读任务', once: '请现在抄存，以后不再显示。', kept: '我已存好',
		department_added: '部门“{name}”已添加。', secret: '签名密钥', public_key: '公钥', department_id: '代号', department_id_rule: '小写字母开头，只用小写字母、数字和短横，最多 32 个。', department_name: '名称', department_name_hint: '例：税务',
		webhook: '推送地址（可不填）', way: '送达方式', allow_private: '允许内网地址', add: '添加部门', by_feed: '自行取件', webhook_disabled: '已停用：', created: '建立时间', look: '查看', no_departments: '还没有部门。',
		token: '令牌', token_made: '令牌已生成。', role: '角色', department: '部门', no_department: '不限', token_name: '用途', token_name_hint: '例：一号窗口', days: '有效天数', make: '生成令牌', expires: '到期', never: '长期', revoke: '作废',
		revoke_ask: '作废令牌“{name}”后，用它的人立即不能再登录。确定吗？', no_tokens: '还没有令牌。',
	},
	status: {
		kept: '已保存', space: '空间', reading: '识读', deliveries: '推送', cases: '案件', materials: '材料', files: '文件', pages: '页', rasters: '不同的页面图像', bytes_in: '收到', bytes_stored: '实际占用', share: '占收到的', log: '日志条数',
		pages_read: '已识读图像', waiting: '等待', running: '进行中', parked: '搁置', workers: '识读进程（忙 / 共）', restarts: '进程重启', departments: '部门',
	},
	job: { all: '全部', waiting: '等待', running: '进行中', parked: '搁置', page: '页面', tries: '次数', due: '时间', reason: '原因', none: '没有任务。' },
};
