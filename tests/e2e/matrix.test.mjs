// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation of the interface against every kind of asker. The operations are those of the description that the server gives, so that
// a new one without a line here fails; that the description is whole is the route table's unit test and interface.test.mjs.
//
// A line: the operation, and a cell for the administrator, an archivist, the tax office (to which the material was delivered), the housing
// office (to which nothing was), the lookup desk, a self-service desk, a custodian, an auditor, and one without a token:
//
//     +   may: it is not refused (what is wrong with the empty body may be told)
//     -   may not: 403, whatever stands in the address
//     0   what it is about is not there for it: the very answer that is given for what does not exist
//     s   it may, but the vault is not unlocked: 403 that says so
//     u   401
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import YAML from 'yaml';
import { Server, mkscan } from './zong.mjs';

const table = (await fs.readFile(new URL('./matrix.list', import.meta.url), 'utf8')).split('\n').filter((line) => line && !line.startsWith('#'));
const unit = '370786001001GB00001F00010001';
const absent = {
  id: '01900000-0000-7000-8000-000000000000', no: { case: 'A9', volume: 'J001-9', query: 'CX2001010100001', handover: '2001010100001' }, digest: `sha256:${'0'.repeat(64)}`,
  code: { unit: '370786009009GB00009', place: 'X9', original: 'Y000000036' }, n: '1', name: 'nobody', d: 'nobody', department: 'nobody', day: '2026-11-29', session: '0'.repeat(32), word: '0'.repeat(32), seq: '999999', tile: '0/999',
};
/** Which of the things called no, code and id a template is about. */
const kindOf = (template) => /^\/api\/v1\/([a-z-]+)/.exec(template)?.[1] ?? '';

describe('matrix', () => {
  let server, description, real;
  const tokens = {};
  const askers = ['administrator', 'archivist', 'tax', 'housing', 'lookup', 'kiosk', 'custodian', 'auditor', 'none'];

  before(async () => {
    server = await Server.fresh('matrix', { conf: 'archival-fonds = J001\n' });
    description = YAML.parse((await server.get('/api/v1/openapi.yaml')).text);
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    for (const role of ['administrator', 'archivist', 'lookup', 'custodian', 'auditor']) tokens[role] = await server.token(role);
    for (const department of ['tax', 'housing']) tokens[department] = await server.token('department', department);
    tokens.kiosk = (await server.ok('token', 'new', '--role', 'kiosk', '--name', 'ZZ-01', '--json')).json[0].token;
    const one = async (...args) => (await server.ok(...args, '--json')).json[0];
    await one('case', 'open', 'A1', '--kind', '转移登记', '--unit', unit, '--party', '示例甲');
    const file = await mkscan('--kind', 'tax', '--colour', 'bilevel', path.join(server.dir, 't.tif'));
    const receipt = await one('add', file, '--case', 'A1', '--to', 'tax', '--wait');
    await server.ok('place', 'add', '--level', 'room', '--name', '示例库房', '--code', 'K1');
    const box = (await one('place', 'add', '--level', 'box', '--name', '示例盒', '--parent', 'K1', '--code', 'K1-B')).code;
    const original = await one('original', 'new', '--case', 'A1', '--material', receipt.material, '--pages', 1, '--place', box);
    const other = await one('original', 'new', '--case', 'A1', '--title', '示例原件', '--pages', 1, '--place', box);
    const volume = await one('volume', 'new', 'A1');
    const query = await one('query', 'new', '--as', 'owner', '--querent', '示例甲:11010519491231002X', '--for', '示例');
    const handover = await one('handover', 'new', '--to', '示例馆', other.code);
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: tokens.tax })).json.items;
    const hold = (await server.post('/api/v1/holds', { case: 'A1', reason: '示例' }, { token: tokens.archivist })).json;
    const desk = (await server.post('/api/v1/desk', { name: '示例甲', idno: '11010519491231002X' }, { token: tokens.kiosk })).json;
    real = {
      no: { case: 'A1', volume: volume.no, query: query.no, handover: handover.no }, digest: receipt.digest, n: '1', name: 'x', d: 'tax', department: 'tax', day: '2026-11-29', session: desk.session, word: absent.word, seq: String(receipt.record), tile: '0/000.p/1',
      code: { unit, place: box, original: original.code },
      id: { materials: receipt.material, deliveries: event.id, holds: hold.id },
    };
  });
  after(() => server?.end());

  /** The address with what is there, or with what is not. */
  const address = (template, things) => template.replace(/\{(\w+)\}/g, (_, name) => {
    const kind = kindOf(template);
    const thing = things[name];
    const value = typeof thing === 'string' ? thing
      : name === 'no' ? thing[{ volumes: 'volume', queries: 'query', papers: 'query', handovers: 'handover' }[kind] ?? 'case']
        : name === 'code' ? thing[{ places: 'place', originals: 'original' }[kind] ?? 'unit'] : thing?.[kind] ?? absent.id;
    return encodeURIComponent(value).replaceAll('%3A', ':');
  });
  const ask = (method, at, asker) => server.request(method, at, { token: tokens[asker], body: !['POST', 'PUT', 'PATCH'].includes(method) ? undefined : at.endsWith('/return') ? { reason: '示例' } : at.endsWith('/password') ? { old: 'x', password: 'y' } : at.includes('/days/') ? { items: [] } : {} });
  const plain = (reply, things, template) => {
    let text = `${reply.status} ${reply.text}`;
    for (const part of address(template, things).split('/').slice(3)) text = text.replaceAll(decodeURIComponent(part), '*').replaceAll(part, '*');
    return text;
  };
  const operations = () => Object.entries(description.paths).flatMap(([template, item]) => ['get', 'post', 'put', 'patch', 'delete'].filter((m) => item[m]).map((m) => `${m.toUpperCase()} ${template}`));

  it('every operation has a line, and no line is of none', () => {
    const named = table.map((line) => line.split(/\s+/).slice(0, 2).join(' '));
    assert.deepEqual(operations().filter((o) => !named.includes(o)), []);
    assert.deepEqual(named.filter((o) => !operations().includes(o)), []);
    assert.equal(new Set(named).size, named.length);
  });

  it('each cell is as the table has it', async (t) => {
    const wrong = [];
    let cells = 0;
    for (const line of table) {
      const [method, template, expected] = line.split(/\s+/);
      assert.match(expected, /^[-+0su]{9}$/, line);
      // what ends a token is asked with one of its own
      if (template === '/api/v1/session' && method === 'DELETE') continue;
      for (const [i, asker] of askers.entries()) {
        cells++;
        const reply = await ask(method, address(template, real), asker);
        const cell = expected[i];
        let good;
        if (cell === 'u') good = reply.status === 401;
        else if (cell === 's') good = reply.status === 403 && reply.json.code === 'sealed';
        else if (cell === '-') good = reply.status === 403;
        else if (cell === '+') good = ![401, 403].includes(reply.status);
        else {
          const missing = await ask(method, address(template, absent), asker);
          good = [404, 409, 410].includes(missing.status) && plain(reply, real, template) === plain(missing, absent, template);
        }
        if (!good) wrong.push(`${method} ${template} for ${asker}: ${reply.status}, not ${cell}`);
      }
    }
    t.diagnostic(`${cells} cells`);
    if (process.env.ZONG_MATRIX) await fs.writeFile(process.env.ZONG_MATRIX, wrong.join('\n'));
    assert.deepEqual(wrong, []);
  });
});
