// SPDX-License-Identifier: GPL-3.0-or-later
// What is offered where a kind of business or of material is asked for; other words can always be typed.
export const CASE_KINDS = ['首次登记', '转移登记', '抵押登记', '变更登记', '注销登记', '预告登记', '查封登记', '更正登记', '异议登记'];

export const MATERIAL_TYPES = ['登记申请书', '身份证明', '户口簿', '不动产权证书', '登记证明', '买卖合同', '抵押合同', '资金监管协议', '完税凭证', '发票',
	'测绘报告', '宗地图', '地籍调查表', '询问笔录', '授权委托书', '公证书', '婚姻证明', '法律文书', '公函', '其他材料'];

export const PARTY_ROLES = ['权利人', '义务人', '代理人', '抵押权人', '债务人'];

export const ID_KINDS = ['身份证', '营业执照', '统一社会信用代码', '护照', '港澳居民来往内地通行证', '台湾居民来往大陆通行证', '军官证', '律师执业证书', '工作证'];
