// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels with a history: a table that comes as CSV, codes that change, and papers that are found under today's code.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan } from './zong.mjs';

const parcel = '370786001001GB00001';
const unit = `${parcel}F00010001`;
const [left, right] = ['370786001001GB00011', '370786001001GB00012'];

describe('parcels', () => {
  let server, archivist, tax, housing, material;

  before(async () => {
    server = await Server.fresh('parcels');
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    archivist = await server.token('archivist');
    tax = await server.token('department', 'tax');
    housing = await server.token('department', 'housing');
    await server.ok('case', 'open', 'P-1', '--kind', '首次登记', '--unit', unit, '--party', '示例甲');
    const file = await mkscan('--kind', 'certificate', '--unit', unit, '--colour', 'bilevel', path.join(server.dir, 'c.tif'));
    material = (await server.ok('add', file, '--case', 'P-1', '--to', 'tax', '--title', '权证', '--quiet', '--json')).json[0].material;
  });
  after(() => server?.end());

  const write = async (name, bytes) => {
    const file = path.join(server.dir, name);
    await fs.writeFile(file, bytes);
    return file;
  };
  const show = async (code) => (await server.ok('parcel', 'show', code, '--json')).json[0];

  it('a table is taken line by line, and what was refused is told', async () => {
    const file = await write('units.csv', `不动产单元号,名称,坐落,面积,权利人\r\n${unit},101,"示例路1号,东",98.76,示例甲\r\n${parcel}F0001000O,102,,1,\r\n${parcel},,示例路1号,约三亩,\r\n370786001001GC00003W00000000,,,,\r\n`);
    const first = await server.cli('parcel', 'import', file);
    assert.equal(first.code, 1);
    assert.match(first.stdout, /4 lines \(utf-8\): 2 added, 0 changed, 0 as before, 2 refused/);
    assert.match(first.stderr, /line 3: .*0001000O/);
    assert.match(first.stderr, /line 4: .*area/);
    assert.match(first.stderr, /1 lines: /);
    assert.match(first.stderr, /columns not taken: 权利人/);
    const report = path.join(server.dir, 'report.csv');
    const again = await server.cli('parcel', 'import', file, '--report', report, '--json');
    assert.deepEqual([again.json[0].same, again.json[0].refused_count], [2, 2]);
    assert.match(await fs.readFile(report, 'utf8'), /^\uFEFFline,reason,subject,text\n3,"bad-unit-code",/);
    assert.equal((await show(unit)).unit.address, '示例路1号,东');
  });

  it('a table of GBK is known as one, and both ways lead back to the same', async () => {
    // 坐落 and 示例 as GBK has them
    const file = await write('gbk.csv', Buffer.concat([Buffer.from('code,'), Buffer.from([0xd7, 0xf8, 0xc2, 0xe4, 0x0a]), Buffer.from(`${parcel}F00010002,`), Buffer.from([0xca, 0xbe, 0xc0, 0xfd, 0x0a])]));
    const taken = (await server.ok('parcel', 'import', file, '--json')).json[0];
    assert.deepEqual([taken.encoding, taken.added], ['gb18030', 1]);
    assert.equal((await show(`${parcel}F00010002`)).unit.address, '示例');
    for (const encoding of ['utf-8', 'gb18030']) {
      const out = path.join(server.dir, `out-${encoding}.csv`);
      await server.ok('parcel', 'export', '--encoding', encoding, '-o', out);
      const back = (await server.ok('parcel', 'import', out, '--json')).json[0];
      assert.deepEqual([back.encoding, back.lines, back.same], [encoding, 3, 3]);
    }
    assert.equal((await server.ok('parcel', 'list', parcel, '--json')).json.length, 2);
  });

  it("papers are found under today's code, and it is said under which they lie", async () => {
    const event = (await server.ok('parcel', 'event', '分割', '--date', '2015-06-01', '--before', parcel, '--after', left, right, '--reason', '示例', '--json')).json[0];
    assert.equal(event.kind, 'split');
    const today = await show(`${left}W00000000`);
    assert.deepEqual(today.before.map((s) => [s.code, s.kind, s.date]), [[parcel, 'split', '2015-06-01']]);
    assert.deepEqual(today.materials.map((m) => [m.id, m.via]), [[material, parcel]]);
    const words = (await server.ok('parcel', 'show', right)).stdout;
    assert.match(words, /comes from 370786 001001 GB00001  2015-06-01 split/);
    assert.match(words, /case P-1  首次登记  \(filed under 370786001001GB00001\)/);
    const old = await show(unit);
    assert.deepEqual([old.state, old.end.kind, old.after.map((s) => s.code)], ['ended', 'split', [left, right]]);
    for (const asked of [['--parcel', left], [left], [`${right}F00010001`]]) {
      const hits = (await server.ok('find', ...asked, '--json')).json;
      assert.deepEqual(hits.map((h) => [h.material, h.snippet.includes(unit)]), [[material, true]], JSON.stringify([asked, hits]));
    }
    const found = (await server.get(`/api/v1/search?parcel=${left}`, { token: archivist })).json.items;
    assert.deepEqual(found.map((h) => [h.material, h.why]), [[material, 'lineage']]);
    assert.equal((await server.get(`/api/v1/search?parcel=${left}`, { token: housing })).json.items.length, 0);
    // for whom nothing lies there, there is nothing
    assert.equal((await server.get(`/api/v1/parcels/${left}`, { token: tax })).json.materials.length, 1);
    assert.equal((await server.get(`/api/v1/parcels/${left}`, { token: housing })).status, 404);
    assert.equal((await server.get('/api/v1/units', { token: tax })).status, 403);
  });

  it('a wrong event is withdrawn, and a code ends once', async () => {
    const refused = await server.cli('parcel', 'event', 'end', '--date', '2016-01-01', '--before', parcel);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /370786001001GB00001/);
    const wrong = (await server.ok('parcel', 'event', 'renumber', '--date', '2018-01-01', '--before', right, '--after', '370786001001GB00013', '--json')).json[0];
    assert.equal((await show('370786001001GB00013')).materials.length, 1);
    await server.ok('parcel', 'withdraw', wrong.id, '--reason', '登记有误');
    assert.equal((await server.get('/api/v1/parcels/370786001001GB00013', { token: archivist })).status, 404);
    assert.match((await server.ok('parcel', 'events')).stdout, /\[withdrawn: 登记有误\]/);
    assert.equal((await server.ok('parcel', 'events', right, '--json')).json.length, 1);
  });

  it('bad tables leave nothing and say why', async () => {
    for (const [name, bytes, words] of [['empty.csv', '', /cannot be read/], ['none.csv', '坐落\n甲\n', /不动产单元号/], ['twice.csv', 'code,code\n1,2\n', /code/]]) {
      const result = await server.cli('parcel', 'import', await write(name, bytes));
      assert.equal(result.code, 1);
      assert.match(result.stderr, words);
    }
    const noise = Buffer.alloc(300000, 0xff);
    assert.equal((await server.cli('parcel', 'import', await write('noise.csv', noise))).code, 1);
    assert.equal((await server.cli('parcel', 'import', await write('x.csv', 'code\n1\n'), '--encoding', 'latin1')).code, 1);
    assert.equal((await server.cli('parcel', 'import', path.join(server.dir, 'not-there.csv'))).code, 1);
    assert.equal((await server.ok('parcel', 'list', '--json')).json.length, 5);
  });
});
