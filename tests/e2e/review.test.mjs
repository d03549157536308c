// SPDX-License-Identifier: GPL-3.0-or-later
// The review list: what disagrees is shown with its strip, a correction is found within a second and kept.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, until } from './zong.mjs';

const read = '370786001001GB00001F00010001';
const entered = '370786001001GB00001F00010002';
const truth = '370786001001GB00001F00010009';

describe('the review list', () => {
  let server, material;
  const open = async () => (await server.ok('review', '--json')).json;
  const item = async (what) => (await open()).find((i) => i.what === what);

  before(async () => {
    server = await Server.fresh('review');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('dept', 'add', 'housing', '--name', '住建');
    await server.ok('case', 'open', '202611240001', '--kind', '转移登记', '--unit', entered, '--party', '示例甲');
    const paper = await mkscan('--kind', 'form', '--colour', 'grey', '--dpi', 300, '--unit', read, '--case', '202611240001', path.join(server.dir, 'form.tif'));
    [{ material }] = (await server.ok('add', paper, '--case', '202611240001', '--type', '身份证明', '--to', 'tax', '--only', '--wait', '--json')).json;
  });
  after(() => server?.end());

  it('what disagrees with what was entered is listed with page, place and strip', async () => {
    const unit = await item('unit');
    assert.equal(unit.why, 'disagrees');
    assert.deepEqual([unit.material, unit.page, unit.read, unit.entered], [material, 1, read, entered]);
    const kind = await item('type');
    assert.deepEqual([kind.read, kind.entered, kind.box], ['登记申请书', '身份证明', undefined]);
    assert.match(kind.raw, /^application/);
    const token = await server.token('archivist');
    for (const { id, box } of [unit, kind]) {
      const strip = await server.get(`/api/v1/review/${id}/strip`, { token });
      assert.equal(strip.status, 200);
      assert.equal(strip.bytes.subarray(1, 4).toString(), 'PNG');
      const [width, height] = [strip.bytes.readUInt32BE(16), strip.bytes.readUInt32BE(20)];
      if (box) assert.ok(width > 2 * height, `${width} x ${height}`);
    }
    const told = (await server.ok('review')).stdout;
    assert.ok(told.includes(unit.id) && told.includes(entered), told);
  });

  it('a department sees what was delivered to it, and nobody else', async () => {
    const { id } = await item('unit');
    for (const [department, status] of [['tax', 200], ['housing', 404]]) {
      const token = await server.token('department', department);
      const list = (await server.get('/api/v1/review', { token })).json.items;
      assert.equal(list.some((i) => i.id === id), status === 200);
      assert.equal((await server.get(`/api/v1/review/${id}/strip`, { token })).status, status);
      assert.equal((await server.post(`/api/v1/review/${id}/accept`, undefined, { token })).status, 403);
    }
  });

  it('a correction is found within a second, on its line', async () => {
    const { id, box } = await item('unit');
    const done = (await server.ok('review', id, '--correct', truth, '--json')).json[0];
    assert.deepEqual([done.state, done.text], ['corrected', truth]);
    const begin = Date.now();
    const [hit] = await until('it is found', async () => {
      const found = (await server.ok('find', truth, '--json')).json;
      return found.length && found;
    }, 5);
    assert.ok(Date.now() - begin < 1000, `${Date.now() - begin} ms`);
    assert.equal(hit.material, material);
    assert.equal((await server.ok('find', `"${read}"`, '--json')).json.length, 0);
    const shown = (await server.ok('show', material, '--json')).json[0];
    assert.ok(shown.fields.some((f) => f.kind === 'unit' && f.value === truth && f.confidence === 1));
    const alto = (await server.ok('get', material, '--as', 'alto', '--page', 1)).stdout;
    const [, left, width] = new RegExp(`CONTENT="${truth}" HPOS="(\\d+)"[^>]*WIDTH="(\\d+)"`).exec(alto)
      ?? assert.fail(alto.split('\n').filter((l) => l.includes(truth)).join('\n'));
    // the line's box divided among its characters comes to where the number stands
    assert.ok(Math.abs(Number(left) - box[0]) < box[2] / 4, `${left} ${box}`);
    assert.ok(Math.abs(Number(width) - box[2]) < box[2] / 4, `${width} ${box}`);
  });

  it('a decision is made once, with a reason where it is dismissed', async () => {
    const { id } = await item('type');
    assert.equal((await server.cli('review', id, '--dismiss', ' ')).code, 1);
    assert.equal((await server.cli('review', id)).code, 2);
    assert.equal((await server.cli('review', id, '--accept', '--correct', 'x')).code, 2);
    assert.equal((await server.cli('review', id, '--correct', '合同')).code, 1);
    await server.ok('review', id, '--dismiss', '示例');
    assert.equal((await server.cli('review', id, '--accept')).code, 1);
    assert.equal(await item('type'), undefined);
  });

  it('all of it is there after a restart and making all indexes anew', async () => {
    const before = await open();
    await server.kill('SIGTERM');
    await server.ok('reindex');
    await server.start();
    assert.deepEqual(await open(), before);
    assert.equal((await server.ok('find', truth, '--json')).json[0].material, material);
    await server.kill('SIGTERM');
    await server.ok('check');
    await server.start();
  });
});
