// SPDX-License-Identifier: GPL-3.0-or-later
// A working day with the web page, in a real browser against a real server: each test goes on where the last one stopped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, openHall } from './hall.mjs';

const CASE = '202611240001';
const UNIT = '370786001001GB00001F00010001';
const READ = { timeout: 180000 };

let hall;
let browser;
let page;
const scans = {};
const tokens = {};
let readWords;

const by = (name) => page.locator(`[data-test="${name}"]`);
const at = (hash) => page.waitForURL((url) => url.hash.startsWith(hash));

before(async () => {
	hall = await openHall();
	scans.letter = hall.scan('drop/letter.png', '--kind', 'letter', '--dpi', '300', '--colour', 'grey', '--case', CASE, '--unit', UNIT);
	scans.pair = hall.scan('drop/inner/pair.tif', '--kind', 'form', '--kind', 'certificate', '--dpi', '200', '--case', CASE, '--unit', UNIT);
	scans.anew = hall.scan('anew.png', '--kind', 'tax', '--dpi', '72', '--colour', 'grey');
	scans.born = hall.scan('born.pdf', '--kind', 'letter', '--born-digital', '--case', CASE, '--unit', UNIT);
	fs.writeFileSync(path.join(hall.folder, 'drop', '.hidden'), 'nothing to keep');
	scans.words = path.join(hall.folder, 'words.txt');
	fs.writeFileSync(scans.words, 'these are only words\n');
	browser = await openBrowser(hall.base);
	page = browser.page;
});

after(async () => {
	await browser?.close();
	await hall?.close();
});

let broken = '';

/** One step of the day. Where one has failed the next ones have no ground to stand on and say so at once. */
function step(name, steps) {
	test(name, async () => {
		assert.equal(broken, '', 'an earlier step failed');
		broken = name;
		try {
			await steps();
		} finally {
			await browser.shot(name.replaceAll(/\W+/g, '-').slice(0, 60));
		}
		assert.deepEqual(browser.complaints, []);
		broken = '';
	});
}

async function signIn({ token, user, password }) {
	if (token) {
		await page.locator('.ways label').nth(1).click();
		await page.locator('#token').fill(token);
	} else {
		await page.locator('#user').fill(user);
		await page.locator('#password').fill(password);
	}
	await page.keyboard.press('Enter');
}

async function signOut() {
	await page.locator('.leave').click();
	await page.locator('.reason').waitFor();
}

/** Clicks and gives the bytes that come down. */
async function downloaded(click) {
	const [download] = await Promise.all([page.waitForEvent('download'), click()]);
	return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
}

function sameBytes(bytes, file) {
	assert.ok(bytes.equals(fs.readFileSync(file)), `the bytes are those of ${path.basename(file)}`);
}

const digest = (file) => `sha256:${crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`;

/** The row of an upload, by its file's name. */
const row = (name) => by('upload-row').filter({ hasText: name });

step('the page allows no host but its own', async () => {
	const reply = await page.goto(`${hall.base}/`);
	assert.equal(reply.status(), 200);
	assert.match(reply.headers()['content-security-policy'], /default-src 'self'/);
	await page.locator('#user').waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
});

step('a wrong password and a wrong token are refused in plain words', async () => {
	await browser.refused([401, 429], async () => {
		await signIn({ user: 'admin', password: 'wrong' });
		await page.getByRole('alert').waitFor();
		assert.match(await page.getByRole('alert').innerText(), /\p{Script=Han}{4,}/u);
		await signIn({ token: 'wrong' });
		await page.getByRole('alert').waitFor();
	});
	assert.deepEqual(await browser.context.cookies(), []);
});

step('the administrator signs in with the password of zong init', async () => {
	await page.locator('.ways label').nth(0).click();
	await signIn(hall.admin);
	await at('#/administration');
	// Whoever manages the archive does not thereby read what is in it.
	assert.deepEqual(await page.locator('nav .link').allInnerTexts(), ['管理']);
	assert.equal(await page.locator('#find-box').count(), 0);
});

step('the administrator adds departments and makes tokens, each shown once', async () => {
	await by('status').waitFor();
	await browser.shot('status');
	await page.getByRole('tab', { name: '部门' }).click();
	for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) {
		await page.locator('#dept-id').fill(id);
		await page.locator('#dept-name').fill(name);
		await by('add-department').click();
		await page.locator('.el-table__row', { hasText: name }).waitFor();
	}
	await browser.shot('departments');
	await page.getByRole('tab', { name: '令牌' }).click();
	for (const [role, label, department] of [['archivist', '档案员', ''], ['lookup', '查询人员', ''], ['department', '部门人员', '税务']]) {
		await choose('#token-role', label);
		if (department)
			await choose('#token-dept', department);
		await page.locator('#token-name').fill(`示例${label}`);
		await by('add-token').click();
		await page.locator('.el-table__row', { hasText: `示例${label}` }).waitFor();
		tokens[role] = await by('secret').locator('input').inputValue();
		assert.ok(tokens[role].length >= 20);
		await browser.shot(`token-${role}`);
		await by('secret').getByRole('button', { name: '我已存好' }).click();
		await by('secret').waitFor({ state: 'detached' });
	}
	await page.getByRole('tab', { name: '识读任务' }).click();
	await page.getByText('没有任务').waitFor();
	await browser.shot('jobs');
	await signOut();
});

async function choose(field, label) {
	await page.locator('.el-select', { has: page.locator(field) }).click();
	await page.locator('.el-select-dropdown__item:visible', { hasText: label }).first().click();
}

step('a bad unit code is told at its field, a good one opens the case', async () => {
	await signIn({ token: tokens.archivist });
	await at('#/cases');
	await page.getByRole('button', { name: '新建案件' }).click();
	await page.locator('#case-no:focus').waitFor();
	await page.locator('#case-no').fill(CASE);
	await page.locator('#unit-0').fill('370786001001QB');
	await page.locator('#unit-0-said.wrong').waitFor();
	assert.match(await page.locator('#unit-0-said').innerText(), /第 13 位/);
	await page.locator('#party-0').fill('示例甲');
	await by('open-case').click();
	await browser.shot('case-dialog');
	// Nothing was sent: the dialog is still there and no case came into being.
	assert.equal(new URL(page.url()).hash, '#/cases');
	await page.locator('#unit-0').fill(UNIT);
	await page.locator('#unit-0-said.right').waitFor();
	assert.match(await page.locator('#unit-0-said').innerText(), /370786 001001 GB00001 F00010001/);
	await page.locator('#case-cause').fill('存量房买卖');
	await by('open-case').click();
	await at(`#/cases/${CASE}`);
	await page.getByText('370786 001001 GB00001 F00010001').waitFor();
});

step('the same number with other content is refused at its field in the words of the server', async () => {
	await page.goto(`${hall.base}/#/cases`);
	await page.getByRole('button', { name: '新建案件' }).click();
	await page.locator('#case-no:focus').waitFor();
	await page.locator('#case-no').fill(CASE);
	await page.locator('#party-0').fill('示例乙');
	await browser.refused([409], async () => {
		await by('open-case').click();
		await page.locator('.el-dialog [role="alert"], .el-dialog .el-form-item__error').first().waitFor();
	});
	await page.getByRole('button', { name: '取消' }).click();
	await page.locator('.el-message-box').getByRole('button', { name: '放弃' }).click();
	await page.locator('.el-dialog').waitFor({ state: 'hidden' });
});

step('a dropped folder is kept file by file, read page by page, with a receipt each', async () => {
	await page.locator('a', { hasText: CASE }).click();
	await by('to-tax').click();
	await browser.drop(by('drop-zone'), path.join(hall.folder, 'drop'));
	await row('pair.tif').waitFor();
	assert.equal(await by('upload-row').count(), 2);
	await page.getByText('跳过了 1 个').waitFor();
	await row('pair.tif').getByRole('textbox', { name: '名称' }).fill('申请书和证书');
	await by('files').setInputFiles([scans.born, scans.words]);
	await row('words.txt').waitFor();
	await browser.shot('ready');
	await browser.refused([400, 415, 422], async () => {
		await by('send').click();
		await row('words.txt').locator('[data-test="upload-error"]').waitFor();
	});
	assert.match(await row('words.txt').innerText(), /TIFF|PDF/);
	for (const [name, file, pages] of [['letter.png', scans.letter, 1], ['pair.tif', scans.pair, 2], ['born.pdf', scans.born, 1]]) {
		await row(name).locator('[data-test="receipt"]').waitFor();
		const words = await row(name).locator('[data-test="receipt"]').innerText();
		assert.match(words, new RegExp(`${pages} 页.*日志第 \\d+ 号`, 's'));
		assert.equal(await row(name).locator('[data-test="receipt"] .code').getAttribute('title'), digest(file));
	}
	await browser.shot('kept');
	await row('pair.tif').getByText('2 页识读完毕').waitFor(READ);
	await row('letter.png').getByText('1 页识读完毕').waitFor(READ);
	await row('born.pdf').getByText('1 页识读完毕').waitFor(READ);
	const table = by('materials').locator('.el-table__row');
	await table.nth(2).waitFor();
	assert.equal(await table.count(), 3);
	await table.filter({ hasText: '申请书和证书' }).getByText('2/2').waitFor();
	await table.filter({ hasText: '申请书和证书' }).locator('.el-tag[data-state]', { hasText: '税务' }).waitFor();
});

step('the same file again is said to be kept already', async () => {
	await by('files').setInputFiles([scans.letter]);
	await by('send').click();
	await page.getByText('已收过，未重复保存').waitFor();
	assert.equal(await by('materials').locator('.el-table__row').count(), 3);
});

step('what is still to be handed in stands on the case, and follows another cause', async () => {
	assert.match(await by('missing-summary').innerText(), /必须提交的缺 \d+ 种/);
	const needs = by('missing').locator('.el-table__row');
	await needs.filter({ hasText: '登记申请书' }).getByText('缺少').waitFor();
	await needs.filter({ hasText: /^买卖合同/ }).getByText('缺少').waitFor();
	const required = await needs.count();
	await by('missing-all').click();
	await needs.filter({ hasText: '授权委托书' }).getByText('由代理人办理的提交').waitFor();
	assert.ok(await needs.count() > required);
	await by('missing-all').click();
	await browser.shot('missing');
	await by('case-change').click();
	await page.locator('#act-cause').fill('继承');
	await page.locator('#act-reason').fill('受理时漏填');
	await by('act-go').click();
	await by('case-changed').getByText('受理时漏填').waitFor();
	await needs.filter({ hasText: '亲属关系证明' }).getByText('缺少').waitFor();
	const [notice] = await Promise.all([page.context().waitForEvent('page'), by('notice').click()]);
	await notice.close();
});

step('the four properties of the case are run, and what failed is told', async () => {
	await by('properties').getByText('还没有检测过').waitFor();
	await by('properties-run').click();
	await browser.shot('properties-run');
	await by('act-go').click();
	const items = by('properties-items').locator('.el-table__row');
	await items.filter({ hasText: '固化信息有效性：摘要' }).locator('[data-result="passed"]').waitFor();
	await items.filter({ hasText: '病毒感染' }).getByText('没有配置杀毒软件').waitFor();
	await items.filter({ hasText: '亲属关系证明' }).locator('[data-result="failed"]').waitFor();
	assert.match(await by('properties-CQ').innerText(), /长期保存 通过 \d+ · 未通过 1 · 未检测 \d+/);
	await by('properties').scrollIntoViewIfNeeded();
	await browser.shot('properties');
	const [paper] = await Promise.all([page.context().waitForEvent('page'), by('properties-print').click()]);
	await paper.close();
	await by('properties-CQ').click();
	assert.equal(await by('properties-items').count(), 0);
});

step('an upload can be cancelled and tried again', async () => {
	const held = [];
	await page.route('**/api/v1/materials', (route) => { held.push(route); });
	await by('files').setInputFiles([scans.pair]);
	await by('send').click();
	await by('upload-cancel').click();
	await page.getByText('已取消').waitFor();
	await page.unroute('**/api/v1/materials');
	for (const route of held)
		await route.abort().catch(() => {});
	await by('upload-row').filter({ hasText: '已取消' }).locator('[data-test="upload-retry"]').click();
	await by('upload-row').filter({ hasText: '已收过' }).nth(1).waitFor();
});

step('a material shows its pages, their text and what was found on them', async () => {
	await by('materials').getByRole('link', { name: '申请书和证书' }).click();
	await by('page-image').waitFor();
	await by('page-text').waitFor();
	assert.equal(await by('thumb').count(), 2);
	await page.waitForFunction(() => document.querySelectorAll('[data-test="thumb"] img').length === 2);
	await page.waitForFunction(() => document.querySelector('[data-test="page-image"]')?.naturalWidth > 300);
	const words = await by('page-text').innerText();
	assert.match(words, /不动产/);
	readWords = /\p{Script=Han}{6}/u.exec(words)[0];
	await page.keyboard.press('ArrowRight');
	await page.waitForURL(/page=2/);
	await page.waitForFunction(() => document.querySelector('[data-test="page-image"]')?.naturalWidth > 300);
	await by('page-text').waitFor();
	const width = async () => (await by('sheet').boundingBox()).width;
	const fitted = await width();
	await page.keyboard.press('+');
	assert.ok(await width() > fitted, 'larger');
	await page.keyboard.press('-');
	await page.keyboard.press('-');
	assert.ok(await width() < fitted, 'smaller');
	await page.keyboard.press('ArrowLeft');
	await page.waitForURL(/page=1/);
	await page.getByRole('tab', { name: '要素' }).click();
	const unit = by('field').filter({ hasText: '370786 001001 GB00001 F00010001' }).first();
	await unit.click();
	await by('box').first().waitFor();
	const box = await by('box').first().boundingBox();
	const sheet = await by('sheet').boundingBox();
	assert.ok(box.width > 10 && box.x >= sheet.x - 2 && box.x + box.width <= sheet.x + sheet.width + 2, 'the box lies on the page');
});

step('the original comes down bit for bit under its name', async () => {
	const got = await downloaded(() => by('download').click());
	assert.equal(got.name, 'pair.tif');
	sameBytes(got.bytes, scans.pair);
});

step('one box finds words, and a hit leads to its page with the place marked', async () => {
	await page.locator('#find-box').fill('自然资源和规划局');
	await page.keyboard.press('Enter');
	const hit = by('hit').filter({ hasText: 'born' }).first();
	await hit.waitFor();
	assert.match((await hit.locator('mark').allInnerTexts()).join(''), /自然资源/);
	await browser.shot('hits');
	await hit.click();
	await at('#/materials/');
	await page.waitForFunction(() => document.querySelector('[data-test="page-image"]')?.naturalWidth > 300);
	await by('box').first().waitFor();
	await by('page-text').locator('mark').first().waitFor();
});

step('what was read from a scan is found on its page', async () => {
	await page.locator('#find-box').fill(readWords);
	await page.keyboard.press('Enter');
	const hit = by('hit').filter({ hasText: '申请书和证书' }).first();
	await hit.waitFor();
	await hit.click();
	await page.waitForURL(/page=1/);
	await by('box').first().waitFor();
});

step('one box finds the case by the beginning of a unit code', async () => {
	await page.locator('#find-box').fill(UNIT.slice(0, 19));
	await page.keyboard.press('Enter');
	await by('hit').filter({ hasText: CASE }).first().waitFor();
});

step('the line of a unit is drawn, and what is proposed is confirmed or refused there', async () => {
	const put = async (address, body) => {
		const reply = await fetch(`${hall.base}/api/v1/${address}`, { method: 'POST', body: JSON.stringify(body),
			headers: { Authorization: `Bearer ${tokens.archivist}`, 'Content-Type': 'application/json' } });
		assert.ok(reply.ok, await reply.text());
	};
	const where = '370786002002GB00001F00010001', number = '鲁(2015)昌邑市不动产权第0000777号';
	for (const [no, kind, party] of [['201503020001', '首次登记', '示例甲'], ['201603020001', '抵押登记', '示例银行'], ['201703020001', '抵押权注销登记', '示例银行'],
		['201903020001', '转移登记', '示例乙'], ['202003020001', '查封登记', '示例法院']])
		await put('cases', { no, kind, units: [where], parties: [{ name: party }], certificates: [number] });
	await put('cases/201703020001/links', { earlier: '201603020001', decision: 'confirm' });
	await page.goto(`${hall.base}/#/parcels/${where}`);
	await by('chain-201603020001').getByText('已由 201703020001 注销').waitFor();
	await browser.shot('chain');
	await by('chain-201903020001').locator('[data-test=link-confirm]').click();
	await by('chain-201903020001').locator('[data-test=link-confirm]').waitFor({ state: 'detached' });
	await by('chain-202003020001').locator('[data-test=link-refuse]').click();
	await by('chain-202003020001').locator('[data-test=link-reason]').fill('示例：查封的是另一处');
	await by('chain-202003020001').locator('[data-test=link-refuse-go]').click();
	await by('chain-202003020001').locator('[data-test=link-reason]').waitFor({ state: 'detached' });
	const line = await (await fetch(`${hall.base}/api/v1/parcels/${where}/chain`, { headers: { Authorization: `Bearer ${tokens.archivist}` } })).json();
	assert.deepEqual(line.links.map((l) => [l.later, l.state]).sort(), [['201603020001', 'proposed'], ['201703020001', 'confirmed'], ['201903020001', 'confirmed']]);
});

step('a parcel shows where its code comes from, and the papers that lie under the one before', async () => {
	const today = `${UNIT.slice(0, 14)}90001`;
	const made = await fetch(`${hall.base}/api/v1/unit-events`, { method: 'POST', headers: { Authorization: `Bearer ${tokens.archivist}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ kind: 'split', date: '2015-06-01', before: [UNIT.slice(0, 19)], after: [today, `${UNIT.slice(0, 14)}90002`], reason: '示例' }) });
	assert.equal(made.status, 201);
	await page.getByRole('navigation').getByRole('link', { name: '宗地' }).click();
	await page.locator('#parcel-code').fill(today);
	await by('parcel-go').click();
	await by('lineage-before').getByText('分割').waitFor();
	await by('parcel-cases').getByRole('link', { name: CASE }).waitFor();
	await by('chain').waitFor();
	await browser.shot('parcel');
	await by('lineage-before').getByRole('link').click();
	await by('parcel-facts').getByText('终止').waitFor();
	await by('lineage-after').getByRole('link').first().waitFor();
	await browser.shot('parcel-ended');
	await page.locator('#parcel-code').fill('370786999999GB00001');
	await browser.refused([404], async () => {
		await page.keyboard.press('Enter');
		await page.locator('.problem').first().waitFor();
	});
});

step('the box is completed by keyboard, and facets narrow what was found', async () => {
	await page.locator('#find-box').fill('');
	await page.locator('#find-box').pressSequentially(CASE.slice(0, 8));
	await by('suggestion').first().waitFor();
	await browser.shot('suggestions');
	await page.keyboard.press('ArrowDown');
	assert.equal(await page.locator('#find-box').getAttribute('aria-activedescendant'), 'find-item-0');
	await page.keyboard.press('Enter');
	assert.match(await page.locator('#find-box').inputValue(), /^案件:2026/);
	await by('facets').waitFor();
	await by('hit').first().waitFor();
	assert.equal(await by('suggestion').filter({ visible: true }).count(), 0);
	await browser.shot('facets');
	const before = await by('hit').count();
	const facet = by('facet').first();
	const counted = Number(await facet.locator('.n').innerText());
	await facet.click();
	await page.waitForURL(/%E4%B8%9A%E5%8A%A1|业务/);
	await page.waitForFunction(([n, most]) => { const hits = document.querySelectorAll('[data-test="hit"]').length; return hits === Math.min(n, 30) && hits <= most; }, [counted, before]);
	await page.locator('#find-box').fill('日期:2026-13');
	await browser.refused([400], async () => {
		await page.keyboard.press('Enter');
		await page.locator('.problem').first().waitFor();
	});
	assert.match(await page.locator('.problem').first().innerText(), /2026-13/);
});

step('when nothing is found it says what was tried', async () => {
	await page.locator('#find-box').fill('查无此物件也');
	await page.keyboard.press('Enter');
	await by('nothing').waitFor();
	assert.match(await by('nothing').innerText(), /受理号/);
	await signOut();
});

step('a department sees its inbox with the number that waits, and nothing else', async () => {
	await signIn({ token: tokens.department });
	await at('#/inbox');
	await by('inbox').locator('.el-table__row').nth(2).waitFor();
	assert.equal(await by('inbox').locator('.el-table__row').count(), 3);
	await page.waitForFunction(() => document.querySelector('[data-test="badge"]')?.textContent === '3');
	assert.match(await by('who').innerText(), /税务/);
	assert.equal(await page.locator('nav .link', { hasText: '管理' }).count(), 0);
	assert.equal(await by('drop-zone').count(), 0);
});

step('it fetches a file whose bytes are the original ones, sees its pages, and gives its receipt', async () => {
	const mine = by('inbox').locator('.el-table__row').filter({ hasText: '申请书和证书' });
	const got = await downloaded(() => mine.locator('[data-test="fetch"]').click());
	sameBytes(got.bytes, scans.pair);
	await mine.getByText('摘要核对一致').waitFor();
	await mine.locator('a').first().click();
	await by('page-image').waitFor();
	await page.goBack();
	await by('inbox').locator('.el-table__row').nth(2).waitFor();
	await mine.locator('[data-test="receipt"]').click();
	await page.locator('.el-message-box').getByRole('button', { name: '确认签收' }).click();
	await mine.waitFor({ state: 'detached' });
	await page.waitForFunction(() => document.querySelector('[data-test="badge"]')?.textContent === '2');
});

step('it returns another with its reason, and receipts what it selects', async () => {
	await by('return').first().click();
	await page.locator('#return-reason').fill('图像不清，请重新扫描。');
	await browser.shot('return');
	await by('return-go').click();
	await page.waitForFunction(() => document.querySelector('[data-test="badge"]')?.textContent === '1');
	await by('inbox').locator('thead .el-checkbox').click();
	await by('receipt-chosen').click();
	await page.locator('.el-message-box').getByRole('button', { name: '确认签收' }).click();
	await page.getByText('没有待签收的材料').waitFor();
	await page.locator('label', { hasText: '全部' }).click();
	await page.getByText('图像不清，请重新扫描。').waitFor();
	assert.equal(await by('inbox').locator('.el-table__row').count(), 3);
});

step('a department makes its vault, files a private paper in it, shares it for a reason, and locks it', async () => {
	await browser.refused([403], async () => {
		await page.locator('nav .link', { hasText: '保险库' }).click();
		await by('vault-make').click();
		await page.locator('#vault-member').fill('示例税务甲');
		await page.locator('#vault-password').fill('correct horse battery');
		await page.locator('#vault-again').fill('correct horse');
		assert.ok(await by('vault-go').isDisabled());
		await page.locator('#vault-again').fill('correct horse battery');
		await browser.shot('vault-make');
		await by('vault-go').click();
		await by('secret').waitFor({ timeout: 60000 });
	});
	const sheet = await downloaded(() => page.getByRole('button', { name: '下载打印页' }).click());
	assert.equal(sheet.bytes.subarray(0, 5).toString(), '%PDF-');
	await by('vault-open').waitFor();
	await browser.shot('vault-made');
	await by('vault-enter').click();
	await by('vault').waitFor();
	assert.equal(await page.locator('nav .link', { hasText: '收件箱' }).count(), 0);
	await page.getByRole('button', { name: '新建案件' }).first().click();
	await page.locator('.el-dialog input').first().fill('202611300001');
	await page.locator('.el-dialog .el-select input').first().fill('其他');
	await page.keyboard.press('Enter');
	await page.locator('.el-dialog').getByRole('button', { name: '建立案件' }).click();
	await page.waitForURL((url) => url.hash.startsWith('#/cases/202611300001'));
	await by('files').setInputFiles(scans.pair);
	await by('send').click();
	await by('materials').locator('a').first().waitFor({ timeout: 60000 });
	await browser.shot('vault-case');
	await by('materials').locator('a').first().click();
	await by('page-image').waitFor();
	const got = await downloaded(() => by('download').click());
	sameBytes(got.bytes, scans.pair);
	// nothing of it outside
	await browser.refused([404], async () => {
		assert.equal(await page.evaluate(async () => (await fetch('/api/v1/cases/202611300001')).status), 404);
	});
	await browser.shot('vault-material');
	// of a case that is not there outside nothing can be shared
	await browser.refused([404], async () => {
		await by('share').click();
		await page.locator('#act-to').fill('housing');
		await page.locator('#act-reason').fill('示例理由');
		await by('act-go').click();
		await page.locator('.el-dialog').getByRole('alert').waitFor();
	});
	await browser.shot('vault-share');
	await page.locator('.el-dialog').getByRole('button', { name: '取消' }).click();
	// a reload stays inside, another tab is outside
	await page.reload();
	await by('vault').waitFor();
	await browser.refused([403], async () => {
		await by('lock').click();
		await by('vault-go').waitFor();
	});
	assert.equal(await by('vault').count(), 0);
	await page.locator('nav .link', { hasText: '收件箱' }).click();
	await by('inbox').waitFor();
});

step('English is kept by the browser, and what the widgets say changes with it', async () => {
	await page.locator('.language').click();
	await page.getByRole('heading', { name: 'Inbox' }).waitFor();
	await page.reload();
	await page.getByRole('heading', { name: 'Inbox' }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-GB');
	await signOut();
	await page.getByRole('button', { name: 'Sign in' }).waitFor();
	await browser.refused([401, 429], async () => {
		await signIn({ token: 'wrong' });
		await page.getByRole('alert').waitFor();
	});
	assert.doesNotMatch(await page.getByRole('alert').innerText(), /\p{Script=Han}/u);
});

step('the archivist sees how each delivery ended', async () => {
	await page.locator('.language').click();
	await signIn({ token: tokens.archivist });
	await at('#/cases');
	// A view that is not for one leads home.
	await page.goto(`${hall.base}/#/inbox`);
	await at('#/cases');
	await page.locator('a', { hasText: CASE }).click();
	await by('materials').locator('.el-tag[data-state="returned"]').waitFor();
	await by('materials').locator('.el-tag[data-state="received"]').nth(1).waitFor();
});

step('what was sent back stands in a list of its own, and is taken back for a reason', async () => {
	await page.locator('nav .link', { hasText: '推送' }).click();
	await page.getByText('没有这样的推送').waitFor();
	await page.locator('label', { hasText: '已退回' }).click();
	await by('deliveries').locator('.el-table__row', { hasText: '图像不清，请重新扫描。' }).waitFor();
	await browser.shot('deliveries');
	await by('replace').first().click();
	await by('replaces').waitFor();
	await browser.shot('replace');
	await by('files').setInputFiles(scans.anew);
	await by('replaces').waitFor({ state: 'detached' });
	await by('materials').getByText('第 2 版').waitFor();
	await by('materials').locator('.el-tag[data-state="superseded"]').waitFor();
	await page.locator('nav .link', { hasText: '推送' }).click();
	await page.locator('label', { hasText: '待推送' }).click();
	await by('withdraw').first().click();
	await page.locator('.el-dialog textarea').fill('改由窗口送达');
	await browser.shot('withdraw');
	await page.locator('.el-dialog').getByRole('button', { name: '撤回' }).click();
	await page.getByText('已撤回。').waitFor();
	await page.locator('nav .link', { hasText: '案件' }).first().click();
	await at('#/cases');
	await page.locator('a', { hasText: CASE }).click();
	await by('materials').locator('.el-tag[data-state="withdrawn"]').waitFor();
});

step('a second scan of a sheet leads to the first one, and the other way round', async () => {
	const file = hall.scan('again.png', '--kind', 'letter', '--dpi', '300', '--colour', 'grey', '--case', CASE, '--unit', UNIT, '--skew', '0.6', '--noise', '0.05');
	const form = new FormData();
	form.append('meta', new Blob([JSON.stringify({ case: CASE, title: '再次扫描', type: '其他' })], { type: 'application/json' }));
	form.append('file', new Blob([fs.readFileSync(file)]), 'again.png');
	const answer = await fetch(`${hall.base}/api/v1/materials`, { method: 'POST', headers: { authorization: `Bearer ${tokens.archivist}` }, body: form });
	assert.equal(answer.status, 201);
	const { material } = await answer.json();
	await page.goto(`${hall.base}/#/materials/${material}`);
	await by('alike-link').first().waitFor();
	const words = await by('alike').innerText();
	assert.match(words, /似为同一页/);
	assert.ok(words.includes(CASE) && words.includes('另一次扫描'), words);
	await browser.shot('alike');
	await by('alike-link').filter({ hasText: 'letter' }).click();
	await page.waitForURL((url) => !url.hash.includes(material));
	await by('alike-link').filter({ hasText: '再次扫描' }).waitFor();
});

step('what was read and disagrees is compared with what was entered, and corrected', async () => {
	const truth = UNIT.slice(0, -1) + '5';
	const file = hall.scan('form.png', '--kind', 'form', '--dpi', '300', '--colour', 'grey', '--case', CASE, '--unit', truth);
	const form = new FormData();
	form.append('meta', new Blob([JSON.stringify({ case: CASE, title: '另一户', type: '身份证明' })], { type: 'application/json' }));
	form.append('file', new Blob([fs.readFileSync(file)]), 'form.png');
	const answer = await fetch(`${hall.base}/api/v1/materials`, { method: 'POST', headers: { authorization: `Bearer ${tokens.archivist}` }, body: form });
	const { material } = await answer.json();
	await page.goto(`${hall.base}/#/materials/${material}`);
	await page.getByRole('tab', { name: /要素/ }).click();
	await by('kind').waitFor(READ);
	const kind = await by('kind').innerText();
	assert.ok(kind.includes('登记申请书') && kind.includes('身份证明') && kind.includes('不一致'), kind);
	assert.match(await by('compared').innerText(), /请核对/);
	await browser.shot('compared');
	await page.locator('nav .link', { hasText: '复核' }).click();
	await at('#/review');
	const item = (what) => page.locator(`[data-test="review-item"][data-what="${what}"]`, { hasText: '另一户' });
	await item('unit').locator('[data-test="strip"]').waitFor();
	assert.ok(await item('unit').locator('img').evaluate((img) => img.complete && img.naturalWidth > 300));
	await browser.shot('review');
	// Nothing can be corrected to what was read.
	assert.ok(await item('unit').locator('[data-test="correct"]').isDisabled());
	await item('unit').locator('[data-test="correction"]').fill(UNIT);
	await item('unit').locator('[data-test="correct"]').click();
	await item('unit').waitFor({ state: 'detached' });
	await item('type').locator('[data-test="dismiss"]').click();
	await item('type').locator('[data-test="reason"]').fill('示例');
	await item('type').locator('[data-test="dismiss-go"]').click();
	await item('type').waitFor({ state: 'detached' });
	await page.goto(`${hall.base}/#/materials/${material}`);
	await page.getByRole('tab', { name: /要素/ }).click();
	await by('compared').getByText('与第 1 页一致').first().waitFor();
	await page.goto(`${hall.base}/#/review`);
	await page.getByRole('heading', { name: '复核' }).waitFor();
});

step('a batch with cover sheets is taken in without naming a case, and shows what it became', async () => {
	const cover = (name, ...args) => {
		const file = path.join(hall.folder, name);
		hall.zong('sheet', ...args, '-o', file);
		return file;
	};
	hall.zong('case', 'open', '202611240009', '--kind', '抵押登记', '--party', '示例丁');
	const batch = path.join(hall.folder, 'batch.pdf');
	execFileSync('qpdf', ['--empty', '--pages', cover('one.pdf', '--case', '202611240009', '--type', '身份证明'), scans.born,
		cover('two.pdf', '--case', CASE, '--type', '买卖合同'), scans.born, '--', batch]);
	await page.goto(`${hall.base}/#/cases`);
	await by('batches').click();
	await by('batch-hint').waitFor();
	await by('files').setInputFiles([batch, scans.born]);
	await browser.shot('batch');
	await browser.refused([422], async () => {
		await by('send').click();
		await row('born.pdf').locator('[data-test="upload-error"]').waitFor();
	});
	assert.match(await row('born.pdf').innerText(), /封面页/);
	await row('batch.pdf').locator('[data-test="parts"] li').nth(1).waitFor();
	assert.deepEqual((await row('batch.pdf').locator('[data-test="parts"] li').allInnerTexts()).map((words) => words.replace(/\s+/g, ' ').trim()),
		['身份证明1 页 · 202611240009', `买卖合同1 页 · ${CASE}`]);
	await row('batch.pdf').getByText('2 页识读完毕').waitFor(READ);
	await browser.shot('batch-kept');
	await row('batch.pdf').getByRole('link', { name: '202611240009' }).click();
	await at('#/cases/202611240009');
	await by('materials').getByRole('link', { name: '身份证明' }).waitFor();
});

const OWNED = '370786003003GB00001F00010001';
const OWNER = { name: '示例甲', idno: '11010519491231002X' };
let query = '';

step('the look-up desk enters a query: the form follows who asks, and what is missing is told', async () => {
	hall.zong('case', 'open', '202101020001', '--kind', '转移登记', '--unit', OWNED, '--party', `${OWNER.name}:${OWNER.idno}`, '--cert', '鲁(2021)昌邑市不动产权第0000321号', '--address', '示例路1号1幢101室');
	hall.zong('add', scans.born, '--case', '202101020001', '--title', '登记原因证明', '--quiet');
	await signOut();
	await signIn({ token: tokens.lookup });
	await at('#/cases');
	// It files for its queries alone.
	assert.equal(await by('batches').count(), 0);
	await page.goto(`${hall.base}/#/cases/${CASE}`);
	await by('materials').waitFor();
	assert.equal(await by('drop-zone').count(), 0);
	await page.locator('nav .link', { hasText: '查询' }).click();
	await at('#/queries');
	await page.getByText('还没有查询申请').waitFor();
	await by('query-new').click();
	await at('#/queries/new');
	await by('asker-interested').click();
	await page.getByText('一次只能查询 1 个').waitFor();
	assert.equal(await by('query-object').count(), 1);
	assert.equal(await page.locator('#holder-name').count(), 0);
	await by('asker-heir').click();
	await page.locator('#holder-name').waitFor();
	assert.equal(await by('proof-line').count(), 2);
	await by('asker-owner').click();
	await by('by-name').waitFor();
	assert.equal(await by('proof-line').count(), 1);
	// A scanner ends what it reads with Enter: that goes on to the next field and sends nothing.
	await page.locator('#querent-name').fill(OWNER.name);
	await page.locator('#querent-idno').fill('110105194912310021');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'querent-phone');
	await page.getByText('校验位不对').waitFor();
	await by('query-send').click();
	await page.getByText('请填写查询目的').waitFor();
	await browser.shot('query-new');
	await page.locator('#purpose').fill('办理贷款');
	await page.keyboard.press('Control+Enter');
	await page.waitForURL(/queries\/CX\d{13}$/);
	query = /CX\d{13}/.exec(page.url())[0];
	await by('query-warning').filter({ hasText: '110105194912310021' }).waitFor();
	await by('query-problems').getByText('身份证').waitFor();
	assert.equal(await by('query-grant').count(), 0);
});

step('it completes the query, and nothing is written over what somebody else changed', async () => {
	await by('query-edit').click();
	const reply = await fetch(`${hall.base}/api/v1/queries/${query}`, { method: 'PUT', headers: { Authorization: `Bearer ${tokens.archivist}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ asker: 'owner', querent: OWNER, purpose: '办理贷款', note: '示例备注', revision: 1 }) });
	assert.equal(reply.status, 200, await reply.text());
	await page.locator('#purpose').fill('办理过户');
	await browser.refused([409], async () => {
		await by('query-send').click();
		await by('changed').waitFor();
	});
	await by('query-facts').getByText('示例备注').waitFor();
	await browser.shot('query-changed');
	await by('query-edit').click();
	await by('proof-身份证').click();
	await by('query-send').click();
	await by('query-fine').waitFor();
	await by('files').setInputFiles([scans.letter]);
	await by('send').click();
	await by('query-scans').getByRole('link', { name: 'letter' }).waitFor();
	await browser.shot('query-complete');
});

step('it grants the query, tells unit by unit, writes down the copies and prints the certificate', async () => {
	await by('query-grant').click();
	await page.locator('#decision-words').fill('示例说明');
	await by('decide-go').click();
	await by('found').filter({ hasText: '370786 003003 GB00001 F00010001' }).waitFor();
	await by('original').filter({ hasText: '登记原因证明' }).waitFor();
	await by('copy').click();
	await by('copy-go').click();
	await by('copied').filter({ hasText: '示例查询人员' }).waitFor();
	const [shown] = await Promise.all([page.waitForEvent('popup'), by('print-result').click()]);
	await shown.waitForURL(/^blob:/);
	await shown.close();
	await page.locator('h1 a').click();
	await by('queries').locator('.el-table__row', { hasText: query }).locator('[data-state="granted"]').waitFor();
	const table = await downloaded(() => by('register-csv').click());
	assert.ok(new TextDecoder('gb18030').decode(table.bytes).includes(query));
	// What a scanner reads from the paper leads to the query.
	await by('query-name').fill(query);
	await page.keyboard.press('Enter');
	await at(`#/queries/${query}`);
});

step('whoever holds the paper checks it on a telephone, signed out; another word is no paper', async () => {
	const address = await by('check-address').innerText();
	await signOut();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(`${hall.base}/${new URL(address).hash}`);
	await by('check-genuine').waitFor();
	const words = await by('check-facts').innerText();
	assert.ok(words.includes(query) && words.includes(OWNER.name), words);
	await by('found').filter({ hasText: '示例路1号1幢101室' }).waitFor();
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
	await browser.shot('check');
	await browser.refused([404], async () => {
		await page.goto(`${hall.base}/#/check/${query}/${'0'.repeat(32)}`);
		await by('check-wrong').waitFor();
	});
	assert.match(await by('check-wrong').innerText(), /没有这份文件，请核对/);
	await browser.shot('check-wrong');
	await page.setViewportSize({ width: 1366, height: 768 });
	await page.goto(`${hall.base}/#/sign-in`);
	await signIn({ token: tokens.archivist });
	await at('#/cases');
});

step('a paper is found by its scanned code, lent for a reason, and comes back with its pages counted', async () => {
	hall.zong('place', 'add', '--level', 'room', '--name', '一号库房', '--code', 'K1');
	hall.zong('place', 'add', '--level', 'box', '--name', '三号盒', '--code', 'K1-3', '--parent', 'K1');
	const paper = JSON.parse(hall.zong('original', 'new', '--case', '202101020001', '--title', '登记原因证明', '--pages', '3', '--place', 'K1-3', '--json')).code;
	await page.locator('nav .link', { hasText: '原件' }).click();
	await by('original-scan').fill(paper);
	await page.keyboard.press('Enter');
	await at(`#/originals/${paper}`);
	await by('original-where').getByText('三号盒').waitFor();
	await by('act-lend').click();
	for (const [field, words] of [['borrower', '示例乙'], ['purpose', '核对印章'], ['approver', '示例丙'], ['due', new Date(Date.now() + 5 * 864e5).toISOString().slice(0, 10)]])
		await page.locator(`#act-${field}`).fill(words);
	await page.keyboard.press('Tab');
	if (await page.locator('#act-copy_not_enough').count())
		await page.locator('#act-copy_not_enough').fill('复制件看不清印章');
	await browser.shot('lend');
	await by('act-go').click();
	await by('original-where').getByText('借给 示例乙').waitFor();
	await page.goto(`${hall.base}/#/originals`);
	await by('originals').getByText(paper).click();
	await by('act-return').click();
	await page.locator('#act-pages').fill('2');
	await page.keyboard.press('Tab');
	await by('act-go').click();
	await by('loans').getByText('待处理').waitFor();
	await by('act-settle').click();
	await page.locator('#act-reason').fill('第三页已补回');
	await by('act-go').click();
	await by('loans').getByText('第三页已补回').waitFor();
	assert.equal(await by('act-settle').count(), 0);
});

let volume = '';

step('a volume is made, counted down the column, closed with its reason, and checked by another person', async () => {
	const second = JSON.parse(hall.zong('token', 'new', '--role', 'archivist', '--name', '示例检查人', '--json')).token;
	await page.locator('nav .link', { hasText: '案卷' }).click();
	await page.getByText('没有这样的案卷').waitFor();
	await by('volume-new').click();
	for (const [field, words] of [['cases', '202101020001'], ['fonds', 'J001'], ['category', 'BDC'], ['retention', 'Y']])
		await page.locator(`#act-${field}`).fill(words);
	await by('act-go').click();
	await by('uncounted').waitFor();
	volume = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1));
	await by('item-add').click();
	await page.locator('#title-1').fill('未扫描的附件');
	await page.locator('#pages-0').fill('2');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'pages-1');
	await page.keyboard.type('3');
	await page.keyboard.press('Tab');
	await by('differs').waitFor();
	await by('items-save').click();
	await by('items').getByText('3–5').waitFor();
	await browser.shot('volume');
	await by('volume-close').click();
	await page.locator('#act-reason').fill('背面空白未扫描');
	await by('act-go').click();
	await page.locator('[data-test="volume-state"][data-state="closed"]').waitFor();
	await by('volume-check').click();
	await browser.refused([403, 409, 422], async () => {
		await by('act-go').click();
		await page.locator('.el-dialog [role="alert"]').waitFor();
	});
	await page.locator('.el-dialog').getByRole('button', { name: '取消' }).click();
	const reply = await fetch(`${hall.base}/api/v1/volumes/${encodeURIComponent(volume)}/check`, { method: 'POST', body: '{}', headers: { Authorization: `Bearer ${second}`, 'Content-Type': 'application/json' } });
	assert.equal(reply.status, 200, await reply.text());
	await page.goto(`${hall.base}/#/volumes`);
	await by('volumes').locator('.el-table__row .el-checkbox').first().click();
	await by('volume-shelve').click();
	await page.locator('#act-place').fill('K1-3');
	await page.keyboard.press('Enter');
	await by('volumes').getByText('K1-3 第 1 位').waitFor();
});

step('a hand-over list is made by scanning, gone through paper by paper, and not taken by who gave it', async () => {
	const codes = ['甲件', '乙件'].map((title) => JSON.parse(hall.zong('original', 'new', '--case', '202101020001', '--title', title, '--pages', '1', '--place', 'K1-3', '--json')).code);
	await page.locator('nav .link', { hasText: '原件' }).click();
	await by('handovers').click();
	await by('handover-new').click();
	await page.locator('#act-other').fill('示例县档案馆');
	await page.locator('#act-codes').fill(codes.join('\n'));
	await by('act-go').click();
	await by('handover-scan').waitFor();
	assert.ok(await by('handover-take').isDisabled());
	await by('handover-scan').fill(codes[0].toLowerCase());
	await page.keyboard.press('Enter');
	await by('handover-items').locator('.el-table__row', { hasText: codes[0] }).locator('[data-state="checked"]').waitFor();
	await by('handover-items').locator('.el-table__row', { hasText: codes[1] }).locator('.el-checkbox').click();
	await by('handover-back').click();
	await page.locator('#act-reason').fill('缺页');
	await by('act-go').click();
	await by('handover-items').getByText('缺页').waitFor();
	await by('handover-take').click();
	await browser.refused([403, 409, 422], async () => {
		await by('act-go').click();
		await page.locator('.el-dialog [role="alert"]').waitFor();
	});
	await page.locator('.el-dialog').getByRole('button', { name: '取消' }).click();
	await browser.shot('handover');
});

step('the administrator reads in the log who granted the query, and takes the lines as a table', async () => {
	await signOut();
	await signIn(hall.admin);
	await at('#/administration');
	await page.getByRole('tab', { name: '日志' }).click();
	await by('log-object').fill(`query/${query}`);
	await by('log-verb').fill('query.grant');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.querySelectorAll('[data-test="log"] .el-table__row').length === 1);
	assert.match(await by('log').locator('.el-table__row').innerText(), /示例查询人员\s+query\.grant/);
	await browser.shot('log');
	const table = await downloaded(() => by('log-csv').click());
	assert.ok(new TextDecoder('gb18030').decode(table.bytes).includes(`query/${query}`));
	await signOut();
	await signIn({ token: tokens.archivist });
	await at('#/cases');
	await page.goto(`${hall.base}/#/administration`);
	await page.getByRole('tab').first().waitFor();
	assert.equal(await page.getByRole('tab', { name: '日志' }).count(), 0);
});

step('a person that the administrator adds chooses a password of his own, and is out when disabled', async () => {
	await signOut();
	await signIn(hall.admin);
	await at('#/administration');
	await page.getByRole('tab', { name: '用户' }).click();
	await page.locator('#user-name').fill('示例员');
	await by('add-user').click();
	const password = await by('secret').locator('input').inputValue();
	await browser.shot('users');
	await by('secret').getByRole('button', { name: '我已存好' }).click();
	await signOut();
	await signIn({ user: '示例员', password });
	await page.locator('#fresh').fill('一二三四五六七八九十');
	await page.locator('#again').fill('一二三四五六七八九');
	await page.getByText('两次输入不同').waitFor();
	await page.locator('#again').fill('一二三四五六七八九十');
	await browser.shot('change-password');
	await page.keyboard.press('Enter');
	await at('#/cases');
	assert.match(await by('who').innerText(), /示例员/);
	await signOut();
	await signIn(hall.admin);
	await at('#/administration');
	await page.getByRole('tab', { name: '用户' }).click();
	await by('users').locator('.el-table__row', { hasText: '示例员' }).locator('[data-test="toggle-user"]').click();
	await page.locator('.el-message-box').getByRole('button', { name: '停用' }).click();
	await by('users').locator('.el-table__row', { hasText: '示例员' }).getByText('已停用').waitFor();
	await signOut();
	await browser.refused([401], async () => {
		await signIn({ user: '示例员', password: '一二三四五六七八九十' });
		await page.getByRole('alert').waitFor();
	});
	await signIn({ token: tokens.archivist });
	await at('#/cases');
});

step('no view is wider than the screens it is used on', async () => {
	const places = [`#/cases`, '#/deliveries', `#/cases/${CASE}`, '#/find?q=不动产', '#/review', '#/administration', `#/parcels/${UNIT.slice(0, 19)}`, '#/queries', '#/queries/new', '#/originals', '#/originals?show=all', '#/handovers', '#/volumes', `#/volumes/${encodeURIComponent(volume)}`, `#/queries/${query}`, new URL(page.url()).hash];
	await page.goto(`${hall.base}/#/cases/${CASE}`);
	places.push(await by('materials').locator('a').first().getAttribute('href'));
	for (const [width, height] of [[1366, 768], [1920, 1080]]) {
		await page.setViewportSize({ width, height });
		for (const place of places) {
			await page.goto(`${hall.base}/${place}`);
			await page.locator('h1').first().waitFor();
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			assert.ok(wide <= 0, `${place} at ${width}: ${wide} pixels too wide`);
		}
	}
	await page.setViewportSize({ width: 1366, height: 768 });
});

step('a session that has ended leads to signing in, says so, and back to the same page', async () => {
	await page.goto(`${hall.base}/#/cases/${CASE}`);
	await by('materials').waitFor();
	await browser.refused([401], async () => {
		// The session is ended from elsewhere, as the administrator can.
		await page.evaluate(async () => {
			const { csrf } = await (await fetch('/api/v1/session')).json();
			await fetch('/api/v1/session', { method: 'DELETE', headers: { 'Zong-CSRF': csrf } });
		});
		await page.locator('nav .link').first().click();
		await page.getByText('登录已失效').waitFor();
	});
	await signIn({ token: tokens.archivist });
	await at('#/cases');
});

step('a page that nobody touches ends its session by itself, and one that is used goes on', async () => {
	await page.clock.install();
	await page.goto(`${hall.base}/#/cases/${CASE}`);
	await page.reload();
	await by('materials').waitFor();
	await page.clock.fastForward('20:00');
	await page.mouse.move(200, 300);
	await page.mouse.move(210, 310);
	await page.clock.fastForward('20:00');
	await by('materials').waitFor();
	const [{ name, value }] = await browser.context.cookies();
	const ended = page.waitForResponse((response) => response.request().method() === 'DELETE' && response.url().endsWith('/session'));
	await page.clock.fastForward('31:00');
	await page.getByText('登录已失效').waitFor();
	assert.equal((await ended).status(), 204);
	assert.equal((await fetch(`${hall.base}/api/v1/session`, { headers: { Cookie: `${name}=${value}` } })).status, 401);
	await browser.shot('idle');
	await signIn({ token: tokens.archivist });
	await page.waitForURL((url) => url.hash === `#/cases/${CASE}`);
});

step('no script of the page reads the session, and all tabs share it', async () => {
	const [cookie] = await browser.context.cookies();
	assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite, cookie.expires], ['zong', true, 'Strict', -1]);
	assert.equal(await page.evaluate(() => document.cookie), '');
	const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
	const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
	assert.ok(!kept.includes(cookie.value) && !kept.includes(csrf), kept);
	// A picture goes by its address alone.
	const material = await page.evaluate(async (no) => (await (await fetch(`/api/v1/cases/${no}`)).json()).materials[0].id, CASE);
	assert.ok(await page.evaluate((id) => new Promise((resolve) => {
		const picture = new Image();
		picture.onload = () => resolve(picture.naturalWidth > 0);
		picture.onerror = () => resolve(false);
		picture.src = `/api/v1/materials/${id}/pages/1/png?width=200`;
	}), material));
	const other = await browser.context.newPage();
	await other.goto(`${hall.base}/#/cases/${CASE}`);
	await other.locator('[data-test="materials"]').waitFor();
	await other.locator('.leave').click();
	await other.locator('.reason').waitFor();
	await page.locator('.reason').waitFor();
	assert.deepEqual(await browser.context.cookies(), []);
	// Signing in in one brings the other back, too.
	await signIn({ token: tokens.lookup });
	await page.locator('nav .link').first().waitFor();
	await other.locator('nav .link').first().waitFor();
	await other.close();
});
