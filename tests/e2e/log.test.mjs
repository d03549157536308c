// SPDX-License-Identifier: GPL-3.0-or-later
// Reads are recorded with who, what, why and from where; the log is filtered and exported, by those who may.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan } from './zong.mjs';

describe('log', () => {
  let server, administrator, lookup, material;

  before(async () => {
    server = await Server.fresh('log');
    administrator = await server.token('administrator');
    lookup = (await server.ok('token', 'new', '--role', 'lookup', '--name', '示例乙', '--json')).json[0].token;
    await server.ok('case', 'open', 'L-1', '--kind', '转移登记', '--party', '示例甲');
    await server.ok('case', 'open', 'L-2', '--kind', '转移登记', '--party', '示例甲');
    const file = await mkscan('--kind', 'text', '--dpi', '150', '--compress', 'g4', path.join(server.dir, 'p.tif'));
    material = (await server.ok('add', file, '--case', 'L-1', '--quiet', '--json')).json[0].material;
  });
  after(() => server?.end());

  const log = async (...args) => (await server.ok('log', '--json', ...args)).json;

  it('a read leaves who, what, why and from where', async () => {
    const purpose = encodeURIComponent('诉讼，查询');
    assert.equal((await server.get('/api/v1/cases/L-1', { token: lookup, headers: { 'Zong-Purpose': purpose } })).status, 200);
    await server.get('/api/v1/cases/L-1', { token: lookup, headers: { 'Zong-Purpose': purpose } });
    const [line, ...others] = await log('--subject', '示例乙', '--verb', 'case.read');
    assert.deepEqual(others, []);
    assert.deepEqual([line.name, line.object, line.purpose, line.origin], ['示例乙', 'case/L-1', '诉讼，查询', '127.0.0.1']);
    assert.match(line.subject, /^token:/);
    assert.match(line.hash, /^sha256:/);
    assert.match((await server.ok('log', '--subject', line.subject)).stdout, /示例乙  case\.read  case\/L-1  for: 诉讼，查询  \[127\.0\.0\.1\]/);
  });

  it('the command line says why, too', async () => {
    await server.ok('--why', '补正材料', 'show', material);
    const lines = await log('--words', '补正');
    assert.deepEqual(lines.map((l) => [l.verb, l.object]), [['material.read', `material/${material}`]]);
    assert.match(lines[0].origin, /^local:/);
  });

  it('filters hold together, with beginnings and days', async () => {
    assert.deepEqual((await log('--verb', 'case.open')).map((l) => l.object), ['case/L-2', 'case/L-1']);
    assert.equal((await log('--verb', 'case.*', '--object', 'case/L-2')).length, 1);
    const today = new Date().toISOString().slice(0, 10);
    const since = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10);
    assert.equal((await log('--verb', 'case.open', '--from', since, '--to', new Date(Date.now() + 86400000).toISOString().slice(0, 10))).length, 2);
    assert.equal((await log('--verb', 'case.open', '--to', since)).length, 0);
    assert.equal((await log('--verb', 'case.open', '--from', `${today.slice(0, 4)}-01-01T00:00:00+08:00`)).length, 2);
    assert.equal((await log('--verb', 'case.open', '--limit', '1')).length, 1);
    assert.equal((await server.cli('log', '--from', 'yesterday')).code, 1);
  });

  it('all of it comes as a table in which every line has its hash, and the export is on record', async () => {
    const file = path.join(server.dir, 'log.csv');
    await server.ok('log', '--csv', file);
    const lines = (await fs.readFile(file, 'utf8')).split('\r\n').filter(Boolean);
    assert.match(lines[0], /^\uFEFF序号,时间,主体,姓名,动作,对象,详情,用途,来源,次数,校验$/);
    assert.deepEqual(lines.slice(1).map((l) => Number(l.split(',')[0])), lines.slice(1).map((_, i) => i + 1));
    assert.ok(lines.slice(1).every((l) => /,[0-9a-f]{64}$/.test(l)));
    assert.ok(lines.some((l) => l.includes('示例乙,case.read,case/L-1,,"诉讼，查询"') || l.includes('示例乙,case.read,case/L-1,,诉讼，查询')));
    assert.equal((await log('--verb', 'log.export')).length, 1);
    assert.ok((await log('--verb', 'log.read')).length > 0);
  });

  it('it is for administrators', async () => {
    assert.equal((await server.get('/api/v1/log', { token: administrator })).status, 200);
    for (const token of [lookup, await server.token('archivist')]) {
      assert.equal((await server.get('/api/v1/log', { token })).status, 403);
      assert.equal((await server.get('/api/v1/log/export', { token })).status, 403);
    }
    assert.equal((await server.get('/api/v1/log')).status, 401);
    assert.equal((await server.get('/api/v1/log?cursor=x', { token: administrator })).status, 400);
  });
});
