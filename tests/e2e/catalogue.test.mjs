// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogue: what a case needs, who receives it, what was handed in before, and what becomes of all that when the case turns out to be another one.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run } from './zong.mjs';

const parcel = '370786001001GB00001';
const unit = `${parcel}F00010001`;
const beside = `${parcel}F00010002`;
const house = `${parcel}F00020001`;

describe('catalogue', () => {
  let server, archivist, tax, housing, paper;

  const show = async (no) => (await server.ok('case', 'show', no, '--json')).json[0];
  const names = (missing, required = true) => missing.filter((m) => m.required === required && !m.held).map((m) => m.type);
  const served = (missing) => Object.fromEntries(missing.filter((m) => m.held).map((m) => [m.type, m.held.case]));
  const open = async (no, kind, code, ...more) => (await server.ok('case', 'open', no, '--kind', kind, '--unit', code, '--party', '示例甲', '--json', ...more)).json[0];
  const add = async (no, type, ...more) => (await server.ok('add', paper, '--case', no, '--type', type, '--quiet', '--json', ...more)).json[0].material;
  const material = async (id) => (await server.get(`/api/v1/materials/${id}`, { token: archivist })).json;
  const sent = async (id) => Object.fromEntries((await material(id)).deliveries.map((d) => [d.department, d.state]));
  /** The hall's own file, from the next start on. */
  const rules = async (text) => {
    const file = path.join(server.dir, 'hall.rules');
    await fs.writeFile(file, text);
    await server.kill('SIGTERM');
    await fs.writeFile(path.join(server.archive, 'zong.conf'), `catalogue = ${file}\n`);
    await server.start();
  };

  before(async () => {
    server = await Server.fresh('catalogue');
    paper = await mkscan('--kind', 'blank', '--dpi', 100, path.join(server.dir, 'paper.tif'));
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    [archivist, tax, housing] = [await server.token('archivist'), await server.token('department', 'tax'), await server.token('department', 'housing')];
  });
  after(() => server?.end());

  it('the catalogue that is installed is version 1, and everybody but a machine may read it', async () => {
    const [version, ...others] = (await server.ok('catalogue', 'list', '--json')).json;
    assert.equal(version.version, 1);
    assert.equal(version.name, 'catalogue.rules');
    assert.deepEqual(others, []);
    const whole = (await server.get('/api/v1/catalogues/current', { token: tax })).json;
    assert.deepEqual(['首次登记', '转移登记', '抵押登记', '变更登记', '注销登记', '预告登记', '查封登记', '更正登记', '异议登记'].filter((name) => !whole.businesses.some((b) => b.name === name)), []);
    assert.equal(whole.digest, version.digest);
    assert.equal((await server.ok('catalogue', 'show', '1', '--text')).stdout, whole.text);
    assert.match((await server.ok('catalogue', 'show')).stdout, /转移登记[^]*买卖合同.*-> registration, housing, tax/);
    assert.equal((await server.get('/api/v1/catalogues/2', { token: tax })).json.code, 'catalogue-not-found');
    for (const none of ['0', 'x', '-1', '99999999999']) assert.equal((await server.get(`/api/v1/catalogues/${none}`, { token: tax })).status, 404);
  });

  it('a new case is told at once what it needs, for whom', async () => {
    const made = await open('202611300001', '转移登记', unit, '--cause', '存量房买卖');
    assert.deepEqual(made.catalogue, { version: 1, kept: true, businesses: ['转移登记'] });
    assert.deepEqual(names(made.missing), ['登记申请书', '身份证明', '不动产权证书', '完税凭证', '买卖合同']);
    assert.ok(names(made.missing, false).includes('资金监管协议'));
    const contract = made.missing.find((m) => m.type === '买卖合同');
    assert.deepEqual([contract.original, contract.copies, contract.tax, contract.scope, contract.when, contract.keep], [true, 1, true, 'case', null, '永久']);
    assert.deepEqual(contract.for.map((d) => [d.id, d.here]), [['registration', false], ['housing', true], ['tax', true]]);
    assert.deepEqual(made.missing.find((m) => m.type === '身份证明').or, ['营业执照']);
    assert.equal(made.missing.find((m) => m.type === '授权委托书').when, 'proxy');
    const proxy = (await server.post('/api/v1/cases', { no: '202611300002', kind: '转移登记', parties: [{ name: '示例甲' }, { name: '示例乙', role: '代理人' }] }, { token: archivist })).json;
    assert.ok(names(proxy.missing).includes('授权委托书'));
    assert.deepEqual((await open('202611300003', '其他业务', unit)).missing, []);
  });

  it('what comes in goes to those whom the catalogue names, to those who are named besides, and with --only to those alone', async () => {
    const contract = await add('202611300001', '存量房买卖合同');
    assert.deepEqual(await sent(contract), { housing: 'due', tax: 'due' });
    assert.equal((await material(contract)).tax, true);
    assert.deepEqual(await sent(await add('202611300001', '税收申报表')), { tax: 'due' });
    assert.deepEqual(await sent(await add('202611300001', '资金监管协议', '--to', 'tax')), { housing: 'due', tax: 'due' });
    const own = await add('202611300001', '询问笔录');
    assert.deepEqual(await sent(own), {});
    assert.deepEqual(await sent(await add('202611300001', '照片', '--to', 'tax')), { tax: 'due' });
    assert.deepEqual(await sent(await add('202611300001', '身份证', '--only')), {});
    assert.deepEqual(await sent(await add('202611300001', '不动产权证书', '--only', '--to', 'housing')), { housing: 'due' });
    assert.deepEqual(names((await show('202611300001')).missing), ['登记申请书', '完税凭证']);
    assert.equal((await server.get(`/api/v1/materials/${own}`, { token: tax })).status, 404);
  });

  it('a department is told of what is for itself, and of itself alone', async () => {
    const seen = (await server.get('/api/v1/cases/202611300001', { token: tax })).json;
    assert.deepEqual(names(seen.missing), ['完税凭证']);
    assert.ok(seen.missing.every((m) => m.for.length === 1 && m.for[0].id === 'tax'));
    const other = (await server.get('/api/v1/cases/202611300001', { token: housing })).json;
    assert.ok(!other.missing.some((m) => ['完税凭证', '登记申请书', '发票'].includes(m.type)));
  });

  it('papers of a parcel and of a building are handed in once', async () => {
    await open('202611300010', '首次登记', unit);
    assert.deepEqual(names((await show('202611300010')).missing), ['登记申请书', '身份证明', '用地材料', '权籍调查表', '宗地图', '规划材料', '竣工材料', '测绘报告']);
    const survey = await add('202611300010', '地籍调查表');
    assert.equal((await material(survey)).scope, 'parcel');
    await add('202611300010', '测绘报告');
    await open('202611300011', '首次登记', beside);
    const [same, other] = [await show('202611300011'), await open('202611300012', '首次登记', house)];
    assert.deepEqual(served(same.missing), { 权籍调查表: '202611300010', 测绘报告: '202611300010' });
    assert.deepEqual(served(other.missing), { 权籍调查表: '202611300010' });
    assert.equal(same.missing.find((m) => m.type === '权籍调查表').held.material, survey);
    const told = await run(programs.zong, ['--archive', server.archive, 'case', 'show', '202611300011'], { env: { ...process.env, LC_ALL: 'zh_CN.UTF-8' } });
    assert.match(told.stdout, /缺少：\n {2}登记申请书 {2}原件 1 份 {2}用于 登记部门\*/);
    assert.match(told.stdout, /已经归档、不必再交：\n {2}权籍调查表 {2}受理号 202611300010/);
    assert.doesNotMatch(told.stdout, /缺少：[^]*权籍调查表[^]*视情况提交/);
  });

  it('the notice is a paper for the applicant, and a reading like any other', async () => {
    const file = path.join(server.dir, 'notice.pdf');
    await server.ok('case', 'notice', '202611300011', '-o', file);
    const text = (await run('pdftotext', ['-layout', file, '-'])).stdout.replace(/\s/g, '');
    assert.match(text, /一次性告知单/);
    assert.match(text, /202611300011/);
    assert.match(text, /还须提交的材料.*不动产登记申请书.*有下列情形的，还须提交.*已经归档、不必再交的材料.*受理号202611300010/);
    const [line] = (await server.ok('log', '--verb', 'case.notice', '--json')).json;
    assert.equal(line.object, 'case/202611300011');
    assert.equal((await server.get('/api/v1/cases/202611300003/notice', { token: archivist })).json.code, 'catalogue-not-found');
    assert.equal((await server.get('/api/v1/cases/202611300011/notice', { token: tax })).status, 404);
  });

  it('another cause asks for other papers and sends them to others', async () => {
    await open('202611300020', '转移登记', unit, '--cause', '继承');
    const contract = await add('202611300020', '买卖合同');
    assert.deepEqual(await sent(contract), {});
    const changed = (await server.ok('case', 'change', '202611300020', '--cause', '买卖', '--reason', '受理时录错', '--json')).json[0];
    assert.equal(changed.cause, '买卖');
    assert.deepEqual(names(changed.missing), ['登记申请书', '身份证明', '不动产权证书', '完税凭证']);
    assert.deepEqual(await sent(contract), { housing: 'due', tax: 'due' });
    const [event] = changed.events;
    assert.deepEqual([event.kind, event.change.cause_before, event.change.cause, event.change.reason], ['更改登记类型', '继承', '买卖', '受理时录错']);
    const [line] = (await server.ok('log', '--verb', 'case.change', '--json')).json;
    assert.equal(line.record ?? line.seq, event.record);
    assert.match(line.detail, /继承.*买卖.*受理时录错/);
    // and what is asked for no more is taken back: the department is told, and sees the material no longer
    assert.equal((await server.get(`/api/v1/materials/${contract}`, { token: tax })).status, 200);
    await server.ok('case', 'change', '202611300020', '--cause', '继承', '--reason', '原来没有错');
    assert.deepEqual(await sent(contract), { housing: 'withdrawn', tax: 'withdrawn' });
    assert.equal((await server.get(`/api/v1/materials/${contract}`, { token: tax })).status, 404);
    assert.deepEqual((await material(contract)).to, []);
    await server.ok('case', 'change', '202611300020', '--cause', '买卖', '--reason', '还是错的');
    assert.deepEqual(await sent(contract), { housing: 'due', tax: 'due' });
    // the same again is no change, and the first entry sent again is no other case
    assert.equal((await server.ok('case', 'change', '202611300020', '--cause', '买卖', '--reason', '再次', '--json')).json[0].events.length, 3);
    assert.equal((await open('202611300020', '转移登记', unit, '--cause', '继承')).cause, '买卖');
    assert.equal((await server.post('/api/v1/cases/202611300020/cause', { cause: '赠与' }, { token: archivist })).json.code, 'reason-needed');
    assert.equal((await server.post('/api/v1/cases/202611300020/cause', { reason: '示例' }, { token: archivist })).status, 422);
    assert.equal((await server.post('/api/v1/cases/202611300020/cause', { kind: '首次登记', reason: '示例' }, { token: tax })).status, 403);
  });

  it('a changed file is a new version: new cases are under it, old ones keep theirs', async () => {
    await rules('department T tax 税务部门\nmaterial 甲类材料\nbusiness 转移登记\nneeds 甲类材料 required original 1 T\n');
    assert.deepEqual((await server.ok('catalogue', 'list', '--json')).json.map((v) => [v.version, v.name]), [[2, 'hall.rules'], [1, 'catalogue.rules']]);
    assert.deepEqual(names((await show('202611300001')).missing), ['登记申请书', '完税凭证']);
    assert.deepEqual(names((await open('202611300030', '转移登记', unit)).missing), ['甲类材料']);
    assert.deepEqual(await sent(await add('202611300030', '甲类材料')), { tax: 'due' });
    const made = (await server.ok('log', '--verb', 'catalogue.new', '--json')).json;
    assert.deepEqual(made.map((l) => l.object), ['catalogue/2', 'catalogue/1']);
    await server.kill('SIGTERM');
    await server.start();
    assert.equal((await server.ok('catalogue', 'list', '--json')).json.length, 2);
  });

  it('a file with a slip is named with its line, and the server does not start on it', async () => {
    await server.kill('SIGTERM');
    await fs.writeFile(path.join(server.dir, 'hall.rules'), 'business 转移登记\nneeds 乙 required original 1 T\n');
    await assert.rejects(server.start());
    assert.match(await server.log(), /hall\.rules:2 no line says that there is such a material: 乙/);
    await fs.writeFile(path.join(server.archive, 'zong.conf'), '');
    await server.start();
    assert.equal((await server.ok('catalogue', 'list', '--json')).json.length, 3);
  });

  it('the archive is sound with all of it', async () => {
    await server.kill('SIGTERM');
    const check = await server.cli('check', '--json');
    assert.equal(check.code, 0, check.stdout + check.stderr);
    await server.start();
  });
});
