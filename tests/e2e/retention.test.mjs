// SPDX-License-Identifier: GPL-3.0-or-later
// How papers go: rules, events, holds, a list that two people must agree on, and what is left afterwards.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, until } from './zong.mjs';

const unit = '370786001001GB00001F00010001';

describe('retention and destruction', () => {
  let server, administrator, archivist, tax, shared, own, kept, gone, marks;

  before(async () => {
    server = await Server.fresh('retention');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    administrator = await server.token('administrator');
    archivist = (await server.ok('token', 'new', '--role', 'archivist', '--name', '示例甲', '--json')).json[0].token;
    tax = await server.token('department', 'tax');
    await server.ok('case', 'open', 'M-1', '--kind', '抵押登记', '--unit', unit, '--party', '示例甲');
    await server.ok('case', 'open', 'M-2', '--kind', '转移登记', '--unit', unit, '--party', '示例乙');
    // two files: one is in both cases, one in the first alone
    shared = await mkscan('--kind', 'certificate', '--cert', '鲁(2018)昌邑市不动产权第0000777号', '--colour', 'bilevel', path.join(server.dir, 's.tif'));
    own = await mkscan('--kind', 'certificate', '--cert', '鲁(2019)昌邑市不动产权第0000888号', '--colour', 'grey', path.join(server.dir, 'o.tif'));
    const add = async (file, no) => (await server.ok('add', file, '--case', no, '--to', 'tax', '--title', '他项权证', '--quiet', '--json')).json[0].material;
    marks = { shared: await add(shared, 'M-1'), own: await add(own, 'M-1'), kept: await add(shared, 'M-2') };
    gone = [marks.shared, marks.own];
    kept = marks.kept;
    await server.read();
  });
  after(() => server?.end());

  const verdict = async (id) => (await server.ok('retention', 'show', id, '--json')).json[0];

  it('everything is permanent until a rule says otherwise', async () => {
    assert.equal((await verdict(marks.own)).state, 'permanent');
    const rules = (await server.ok('retention', 'rules', '--json')).json[0].rules;
    assert.deepEqual(rules.map((r) => [r.kind, r.type, r.permanent]), [[null, null, true]]);
    const refused = await server.cli('destroy', 'propose', marks.own);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`${marks.own}  permanent`));
  });

  it('a rule counts from an event of the case, and is exported and imported', async () => {
    assert.equal((await server.cli('retention', 'set', '--kind', '抵押登记', '--years', '5')).code, 2);
    await server.ok('retention', 'set', '--kind', '抵押登记', '--event', '注销', '--years', '5', '--basis', '示例');
    assert.equal((await verdict(marks.own)).state, 'waiting');
    const file = path.join(server.dir, 'rules.json');
    await fs.writeFile(file, (await server.ok('retention', 'rules', '--json')).stdout);
    await server.ok('retention', 'set', '--permanent');
    assert.equal((await server.ok('retention', 'rules', '--json')).json[0].rules.length, 2);
    const again = (await server.ok('retention', 'set', '--import', file, '--json')).json[0].rules;
    assert.deepEqual(again.map((r) => [r.kind, r.event, r.years]), [['抵押登记', '注销', 5]]);
    const soon = new Date(Date.now() - 86400000 * 365).toISOString().slice(0, 10);
    await server.ok('case', 'event', 'M-1', '--kind', '注销', '--date', soon);
    assert.equal((await verdict(marks.own)).state, 'running');
    assert.deepEqual((await server.ok('retention', 'due', '--json')).json, []);
  });

  it('nothing that is held is due for anybody', async () => {
    const body = { rules: [{ kind: '抵押登记', event: 'opened', years: 1 }, { kind: '抵押登记', event: '注销', years: 1 }] };
    assert.equal((await server.request('PUT', '/api/v1/retention/rules', { token: administrator, body })).status, 200);
    assert.equal((await verdict(marks.own)).state, 'running'); // opened today: the later of two reasons
    body.rules.shift();
    assert.equal((await server.request('PUT', '/api/v1/retention/rules', { token: administrator, body })).status, 200);
    assert.equal((await verdict(marks.own)).state, 'due');
    const hold = (await server.ok('hold', 'place', '--unit', unit.slice(0, 19), '--reason', '查封', '--json')).json[0];
    assert.equal((await verdict(marks.own)).state, 'held');
    assert.equal((await server.cli('destroy', 'propose', '--due')).code, 1);
    assert.match((await server.cli('destroy', 'propose', marks.own)).stderr, /held.*查封/);
    await server.ok('hold', 'lift', hold.id, '--reason', '解除查封');
    assert.equal((await server.ok('hold', 'list', '--json')).json.length, 0);
    assert.equal((await server.ok('hold', 'list', '--all', '--json')).json[0].lifted_reason, '解除查封');
  });

  it('it takes two people, whatever tokens they have', async () => {
    const propose = await server.post('/api/v1/destruction-lists', { materials: gone, note: '到期' }, { token: archivist });
    assert.equal(propose.status, 201, propose.text);
    const list = `/api/v1/destruction-lists/${propose.json.id}`;
    assert.equal((await server.post(`${list}/execute`, {}, { token: administrator })).status, 409);
    const self = await server.post(`${list}/approve`, {}, { token: archivist });
    assert.equal(self.json.code, 'second-person-needed');
    const other = (await server.ok('token', 'new', '--role', 'administrator', '--name', '示例甲', '--json')).json[0].token;
    assert.equal((await server.post(`${list}/approve`, {}, { token: other })).json.code, 'second-person-needed');
    assert.equal((await server.post(`${list}/approve`, {}, { token: tax })).status, 403);
    assert.equal((await server.post(`${list}/approve`, {}, { token: administrator })).status, 200);
    assert.equal((await server.post('/api/v1/destruction-lists', { materials: gone }, { token: archivist })).json.refused[0].reason, 'listed');
    // a hold that comes now still counts
    const hold = (await server.ok('hold', 'place', '--material', marks.shared, '--reason', '诉讼', '--json')).json[0];
    const done = (await server.post(`${list}/execute`, {}, { token: archivist })).json;
    assert.deepEqual([done.destroyed, done.stayed], [1, 1]);
    assert.match(done.items.find((i) => i.state === 'stayed').why, /held 诉讼/);
    await server.ok('hold', 'lift', hold.id, '--reason', '结案');
    const csv = (await server.ok('destroy', 'show', propose.json.id, '--csv', '-')).stdout;
    assert.match(csv, new RegExp(`"${marks.own}","M-1".*"destroyed"`));
  });

  it('of what was destroyed nothing is left but what it was', async () => {
    const file = await server.get(`/api/v1/materials/${marks.own}/file`, { token: archivist });
    assert.equal(file.status, 410);
    assert.equal(file.json.code, 'destroyed');
    for (const form of ['text', 'alto', 'hocr', 'png'])
      assert.equal((await server.get(`/api/v1/materials/${marks.own}/pages/1/${form}`, { token: archivist })).status, 410);
    assert.match((await server.ok('show', marks.own)).stdout, /DESTROYED|已销毁/);
    const material = (await server.get(`/api/v1/materials/${marks.own}`, { token: archivist })).json;
    assert.equal(material.title, '他项权证');
    assert.deepEqual(material.deliveries.map((d) => d.state), ['withdrawn']);
    await until('the page is out of the text index', async () =>
      !(await server.ok('find', '--cert', '888', '--json')).json.some((h) => h.material === marks.own) &&
      !(await server.ok('find', '他项权证', '--json')).json.some((h) => h.material === marks.own));
    const feed = await server.get('/api/v1/departments/tax/feed', { token: tax });
    assert.equal(feed.status, 200);
    assert.ok(!feed.json.items.some((e) => e.material === marks.own));
    assert.equal((await server.get(`/api/v1/files/${material.digest}`, { token: archivist })).status, 404);
    const status = (await server.ok('status', '--json')).json[0];
    assert.equal(status.materials, 2);
    assert.equal(status.files, 1);
  });

  it('a file that another case holds stays, bit for bit, and its bytes go with the last one', async () => {
    const list = (await server.ok('destroy', 'propose', '--due', '--case', 'M-1', '--json')).json[0];
    assert.equal(list.count, 1);
    assert.equal((await server.post(`/api/v1/destruction-lists/${list.id}/approve`, {}, { token: archivist })).status, 200);
    await server.ok('destroy', 'execute', list.id);
    const back = await server.get(`/api/v1/materials/${kept}/file`, { token: archivist });
    assert.ok(back.bytes.equals(await fs.readFile(shared)));
    // what was destroyed is no longer in the archive's files: looked for by a piece out of its middle
    const bytes = await fs.readFile(own);
    const piece = bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 64);
    const segments = path.join(server.archive, 'segments', 'data.mdb');
    await until('the bytes are wiped', async () => !(await fs.readFile(segments)).includes(piece));
    const other = (await fs.readFile(shared)).length;
    assert.ok((await server.ok('status', '--json')).json[0].bytes_stored <= other * 1.1);
  });

  it('the same papers may come back, and everything is well after a restart', async () => {
    const again = (await server.ok('add', own, '--case', 'M-1', '--quiet', '--json')).json[0];
    assert.notEqual(again.material, marks.own);
    await server.kill('SIGKILL');
    await server.start();
    const back = await server.get(`/api/v1/materials/${again.material}/file`, { token: archivist });
    assert.ok(back.bytes.equals(await fs.readFile(own)));
    assert.equal((await server.get(`/api/v1/materials/${marks.own}/file`, { token: archivist })).status, 410);
    await server.kill('SIGTERM');
    const check = await server.cli('check', '--json');
    assert.equal(check.code, 0, check.stdout + check.stderr);
    await server.start();
  });
});
