// SPDX-License-Identifier: GPL-3.0-or-later
// Volumes: from the scan to a volume that is closed, checked, printed and shelved; numbers given to many at once.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, run } from './zong.mjs';

describe('volumes', () => {
  let server, archivist, second, lookup, tax, housing, material, no;

  before(async () => {
    server = await Server.fresh('volumes', { conf: 'archival-fonds = J001\n' });
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    archivist = await server.token('archivist');
    lookup = await server.token('lookup');
    tax = await server.token('department', 'tax');
    housing = await server.token('department', 'housing');
    second = (await server.ok('token', 'new', '--role', 'archivist', '--name', '示例检查人', '--json')).json[0].token;
    for (const name of ['V-1', 'V-2', 'V-3']) await server.ok('case', 'open', name, '--kind', '转移登记', '--party', '示例甲');
    const file = await mkscan('--kind', 'certificate', '--colour', 'bilevel', path.join(server.dir, 'c.tif'));
    material = (await server.ok('add', file, '--case', 'V-1', '--to', 'tax', '--title', '不动产权证书', '--quiet', '--json')).json[0].material;
  });
  after(() => server?.end());

  const one = async (...args) => (await server.ok(...args, '--json')).json[0];
  const post = (address, body, token = archivist) => server.post(`/api/v1${address}`, body, { token });
  const get = (address, token = archivist) => server.get(`/api/v1${address}`, { token });
  const at = (number) => `/volumes/${encodeURIComponent(number)}`;
  const year = new Date().getFullYear();

  it('a volume is made of a case, its number by the pattern', async () => {
    const made = await one('volume', 'new', 'V-1');
    no = made.no;
    assert.equal(no, `J001-BDC·${year}-Y-0001`);
    assert.deepEqual(made.items.map((item) => [item.material, item.title, item.pages, item.scanned]), [[material, '不动产权证书', 0, 1]]);
    assert.equal((await get(at(no.toLowerCase().replace('·', '.')))).json.no, no);
    assert.equal((await get('/cases/V-1')).json.volumes[0].no, no);
    assert.match((await server.ok('show', 'V-1')).stdout, new RegExp(no));
    assert.equal((await post('/volumes', { cases: ['V-1'], items: [{ material }] })).json.code, 'already-in-volume');
    assert.equal((await post('/volumes', { cases: ['V-9'] })).json.code, 'case-not-found');
    assert.equal((await post('/volumes', { cases: ['V-2'], items: [{ material }] })).status, 404);
    assert.equal((await post('/volumes', { cases: ['V-2'], fonds: 'J00001' })).json.code, 'bad-archival-number');
    assert.equal((await post('/volumes', { cases: [] })).status, 422);
    assert.equal((await post('/volumes', { cases: ['V-2'] }, lookup)).status, 403);
  });

  it('what was not delivered to a department does not exist for it', async () => {
    assert.equal((await get(at(no), tax)).json.items.length, 1);
    assert.equal((await get(at(no), housing)).json.code, (await get(at('J001-BDC·2026-Y-9999'), housing)).json.code);
    assert.equal((await get(at(no), housing)).status, 404);
    assert.deepEqual((await get('/volumes', housing)).json.items, []);
    assert.equal((await get('/volumes', tax)).json.items.length, 1);
    assert.equal((await get(`${at(no)}/pdf`, tax)).status, 403);
    assert.equal((await get('/volumes', lookup)).json.items.length, 1);
  });

  it('the box finds what lies in a volume by its number or the beginning of it', async () => {
    for (const q of [no, no.toLowerCase().replace('·', '.'), no.slice(0, -2)]) {
      const { items } = (await get(`/search?q=${encodeURIComponent(q)}`)).json;
      assert.deepEqual(items.filter((hit) => hit.why === 'volume').map((hit) => hit.material), [material], q);
    }
    assert.ok((await get(`/search?q=${encodeURIComponent(no)}`, tax)).json.items.some((hit) => hit.why === 'volume'));
    assert.deepEqual((await get(`/search?q=${encodeURIComponent(no)}`, housing)).json.items, []);
  });

  it('pages are counted, differences have a reason, another person checks', async () => {
    assert.equal((await post(`${at(no)}/close`, {})).json.code, 'pages-not-counted');
    const before = (await get(at(no))).json;
    const put = (body) => server.request('PUT', `/api/v1${at(no)}`, { body, token: archivist });
    const items = [{ material, title: '不动产权证书', pages: 2, file_no: '示例〔2026〕1号', responsible: '示例科' },
      { title: '未扫描的纸质附件', pages: 3 }];
    assert.equal((await put({ items, revision: before.revision + 7 })).json.code, 'changed-meanwhile');
    const set = (await put({ items, revision: before.revision, situation: '卷内无破损。' })).json;
    assert.deepEqual(set.items.map((item) => [item.first, item.differs]), [[1, true], [3, false]]);
    const differs = await post(`${at(no)}/close`, {});
    assert.equal(differs.json.code, 'page-count-differs');
    assert.match(differs.json.detail, /1 \(2\/1\)/);
    assert.equal((await post(`${at(no)}/check`, {}, second)).json.code, 'volume-state');
    const closed = (await post(`${at(no)}/close`, { reason: '背面空白未扫描' })).json;
    assert.equal(closed.closed.note, '背面空白未扫描');
    assert.equal((await put({ title: '改' })).json.code, 'volume-state');
    assert.equal((await post(`${at(no)}/check`, {})).json.code, 'second-person-needed');
    assert.equal((await post(`${at(no)}/check`, { note: '合格' }, second)).json.state, 'checked');
  });

  it('its cover, list and closing sheet are printed, the same each time', async () => {
    const file = path.join(server.dir, 'v.pdf'), again = path.join(server.dir, 'w.pdf');
    await server.ok('volume', 'print', no, '-o', file);
    await server.ok('volume', 'print', no, '-o', again);
    assert.deepEqual(await fs.readFile(file), await fs.readFile(again));
    const text = (await run('pdftotext', ['-layout', file, '-'])).stdout.replace(/\s/g, '');
    for (const word of ['卷内目录', '备考表', no, '未扫描的纸质附件', '示例科', '背面空白未扫描', '示例检查人', '卷内无破损', '3-5'])
      assert.ok(text.includes(word.replace(/\s/g, '')), word);
    const list = path.join(server.dir, 'l.pdf');
    await server.ok('volume', 'print', no, '--form', 'list', '-o', list);
    assert.ok(!(await run('pdftotext', [list, '-'])).stdout.includes('立卷人'));
    assert.equal((await get(`${at(no)}/pdf?form=other`)).status, 422);
  });

  it('it is shelved in a box, which then has a label and stays', async () => {
    await server.ok('place', 'add', '--level', 'room', '--name', '一号库房', '--code', 'K1');
    await server.ok('place', 'add', '--level', 'box', '--name', '一号盒', '--code', 'K1-1', '--parent', 'K1');
    const open = await one('volume', 'new', 'V-2');
    assert.equal((await post('/places/K1-1/volumes', { volumes: [no, open.no] })).json.code, 'volume-state');
    assert.equal((await get(at(no))).json.box, null); // all or none
    assert.equal((await one('volume', 'shelve', 'K1-1', no)).moved, 1);
    assert.deepEqual([(await get(at(no))).json.box, (await get(at(no))).json.position], ['K1-1', 1]);
    assert.deepEqual((await server.ok('volume', 'list', '--box', 'K1-1', '--json')).json.map((v) => v.no), [no]);
    assert.equal((await server.cli('place', 'remove', 'K1-1')).code, 1);
    const file = path.join(server.dir, 'box.pdf');
    await server.ok('volume', 'label', 'K1-1', '-o', file);
    assert.match((await run('pdftotext', [file, '-'])).stdout, /K1-1/);
    assert.equal((await get('/places/K1/label')).json.code, 'volume-not-found');
  });

  it('a number that was given is never given again, old ones are taken once', async () => {
    const next = `J001-BDC·${year}-Y-0004`;
    const old = await one('volume', 'new', 'V-3', '--no', `j001-bdc.${year}-y-0003`);
    assert.deepEqual([old.no, old.given, old.foreign], [`J001-BDC·${year}-Y-0003`, true, false]);
    const foreign = (await post('/volumes', { cases: ['V-3'], no: '登字（1998）第12卷' })).json;
    assert.deepEqual([foreign.no, foreign.foreign, foreign.entered], ['登字(1998)第12卷', true, '登字（1998）第12卷']);
    assert.equal((await post('/volumes', { cases: ['V-3'], no: foreign.no })).json.code, 'already-exists');
    assert.equal((await post('/volumes', { cases: ['V-3'] })).json.no, next);
    assert.equal((await post(`${at(next)}/annul`, { reason: '开错' })).json.state, 'annulled');
    assert.equal((await post('/volumes', { cases: ['V-3'] })).json.no, `J001-BDC·${year}-Y-0005`);
    assert.equal((await post(`${at(no)}/reopen`, {})).json.code, 'reason-needed');
    const reopened = (await post(`${at(no)}/reopen`, { reason: '补入材料' })).json;
    assert.deepEqual([reopened.state, reopened.checked, reopened.reopened[0].note], ['open', null, '补入材料']);
  });

  it('many who ask at once get numbers without gaps', async () => {
    const made = await Promise.all(Array.from({ length: 40 }, (_, i) => post('/volumes', { cases: ['V-3'], year: '2020', title: `示例 ${i}`, items: [] })));
    assert.deepEqual([...new Set(made.map((reply) => reply.status))], [201]);
    assert.deepEqual(made.map((reply) => reply.json.no).sort(),
      Array.from({ length: 40 }, (_, i) => `J001-BDC·2020-Y-${String(i + 1).padStart(4, '0')}`));
  });

  it('the volumes go out as a table, and zong check finds nothing wrong', async () => {
    const table = (await server.ok('volume', 'export')).stdout;
    assert.match(table, /档号,全宗号,题名/);
    assert.ok(table.includes(no) && !table.includes(`${year}-Y-0004`));
    await server.ok('check');
  });
});
