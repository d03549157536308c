// SPDX-License-Identifier: GPL-3.0-or-later
// A department sees only what it receives; what one may not see does not exist.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan } from './zong.mjs';

describe('access', () => {
  let server, tax, housing, archivist, lookup, administrator, shared, own;

  before(async () => {
    server = await Server.fresh('access');
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    await server.ok('case', 'open', 'A1', '--kind', '转移登记', '--unit', '370786001001GB00001F00010001', '--party', '示例甲');
    await server.ok('case', 'open', 'A2', '--kind', '抵押登记', '--unit', '370786001001GB00001F00010002', '--party', '示例乙');
    const files = [];
    for (const [i, kind] of ['tax', 'contract'].entries()) {
      files.push(await mkscan('--kind', kind, '--seed', 20 + i, '--colour', 'bilevel', path.join(server.dir, `${kind}.tif`)));
    }
    [shared] = (await server.ok('add', files[0], '--case', 'A1', '--to', 'tax', '--wait', '--json')).json;
    [own] = (await server.ok('add', files[1], '--case', 'A2', '--wait', '--json')).json;
    tax = await server.token('department', 'tax');
    housing = await server.token('department', 'housing');
    archivist = await server.token('archivist');
    lookup = await server.token('lookup');
    administrator = await server.token('administrator');
  });
  after(() => server?.end());

  const addresses = (receipt, no) => [
    `/api/v1/materials/${receipt.material}`, `/api/v1/materials/${receipt.material}/file`,
    `/api/v1/materials/${receipt.material}/pages/1/text`, `/api/v1/materials/${receipt.material}/pages/1/alto`,
    `/api/v1/materials/${receipt.material}/pages/1/hocr`, `/api/v1/materials/${receipt.material}/pages/1/png?width=100`,
    `/api/v1/files/${receipt.digest}`, `/api/v1/cases/${no}`,
  ];

  it('a department may read what was delivered to it', async () => {
    for (const address of addresses(shared, 'A1')) assert.equal((await server.get(address, { token: tax })).status, 200, address);
  });

  it('what was not delivered answers just like what is not there', async () => {
    const missing = { material: '01900000-0000-7000-8000-000000000000', digest: `sha256:${'0'.repeat(64)}` };
    for (const [token, receipt, no] of [[tax, own, 'A2'], [housing, shared, 'A1'], [housing, own, 'A2'], [administrator, shared, 'A1']]) {
      const hidden = addresses(receipt, no);
      const absent = addresses(missing, 'A9');
      for (let i = 0; i < hidden.length; i++) {
        const a = await server.get(hidden[i], { token });
        const b = await server.get(absent[i], { token });
        assert.ok([403, 404].includes(a.status), `${hidden[i]}: ${a.status}`);
        assert.equal(a.status, b.status, hidden[i]);
        const plain = (reply) => reply.text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|sha256:[0-9a-f]+|A[0-9]/g, '*');
        assert.equal(plain(a), plain(b), hidden[i]);
      }
    }
  });

  it('lists, searches and parcels show only one\'s own', async () => {
    const cases = (token) => server.get('/api/v1/cases', { token }).then((r) => r.json.items.map((c) => c.no));
    assert.deepEqual(await cases(tax), ['A1']);
    assert.deepEqual(await cases(housing), []);
    assert.deepEqual((await cases(archivist)).sort(), ['A1', 'A2']);
    const hits = (token, query) => server.get(`/api/v1/search?${query}`, { token }).then((r) => r.json.items?.map((h) => h.material) ?? []);
    for (const query of [`q=${encodeURIComponent('合同')}`, 'parcel=370786001001GB00001', 'case=A2', `party=${encodeURIComponent('示例乙')}`]) {
      assert.ok(!(await hits(tax, query)).includes(own.material), query);
      assert.deepEqual(await hits(housing, query), [], query);
      assert.ok((await hits(lookup, query)).includes(own.material), query);
    }
    const parcel = await server.get('/api/v1/parcels/370786001001GB00001', { token: tax });
    assert.deepEqual(parcel.json.materials.map((m) => m.id), [shared.material]);
    assert.equal((await server.get('/api/v1/parcels/370786001001GB00001', { token: housing })).status, 404);
  });

  it('a feed belongs to its department alone', async () => {
    assert.equal((await server.get('/api/v1/departments/tax/feed', { token: tax })).json.items.length, 1);
    for (const token of [housing, archivist, lookup, administrator]) {
      assert.ok([403, 404].includes((await server.get('/api/v1/departments/tax/feed', { token })).status));
    }
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: tax })).json.items;
    assert.equal((await server.get(`/api/v1/deliveries/${event.id}`, { token: housing })).status, 404);
    assert.equal((await server.post(`/api/v1/deliveries/${event.id}/receipt`, {}, { token: housing })).status, 404);
    assert.equal((await server.get(`/api/v1/deliveries/${event.id}`, { token: tax })).status, 200);
  });

  it('a receipt ends a delivery, once; a return needs a reason', async () => {
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: tax })).json.items;
    const wrong = await server.post(`/api/v1/deliveries/${event.id}/receipt`, { digest: `sha256:${'1'.repeat(64)}` }, { token: tax });
    assert.ok(wrong.status >= 400);
    assert.equal((await server.post(`/api/v1/deliveries/${event.id}/return`, { reason: '' }, { token: tax })).json.code, 'reason-needed');
    const first = await server.post(`/api/v1/deliveries/${event.id}/receipt`, { digest: shared.digest }, { token: tax });
    assert.equal(first.status, 200);
    assert.equal(first.json.state, 'received');
    const again = await server.post(`/api/v1/deliveries/${event.id}/receipt`, {}, { token: tax });
    assert.equal(again.status, 200);
    assert.equal(again.json.record, first.json.record);
    assert.equal((await server.post(`/api/v1/deliveries/${event.id}/return`, { reason: '看不清' }, { token: tax })).json.code, 'delivery-ended');
    assert.equal((await server.get('/api/v1/departments/tax/feed?open=true', { token: tax })).json.items.length, 0);
  });

  it('tokens: shown once, revoked at once, kept as hashes', async () => {
    const made = (await server.post('/api/v1/tokens', { role: 'lookup', name: '示例窗口', days: 1 }, { token: administrator })).json;
    assert.match(made.token, /^zt_[A-Za-z0-9_-]{43}$/);
    assert.equal((await server.get('/api/v1/session', { token: made.token })).status, 200);
    const list = (await server.get('/api/v1/tokens', { token: administrator })).json.items;
    assert.ok(list.some((t) => t.id === made.id) && !JSON.stringify(list).includes(made.token));
    assert.equal((await server.request('DELETE', `/api/v1/tokens/${made.id}`, { token: administrator })).status, 204);
    assert.equal((await server.get('/api/v1/session', { token: made.token })).status, 401);
    for (const name of ['catalog/data.mdb', 'segments/data.mdb']) {
      const bytes = await fs.readFile(path.join(server.archive, name));
      assert.ok(!bytes.includes(tax.slice(3)) && !bytes.includes(made.token.slice(3)), name);
    }
    assert.ok(!(await server.log()).includes(tax.slice(3)));
  });

  it('signing in with a password, and out; wrong ones are slowed down', async () => {
    const sign = (user, password) => server.post('/api/v1/sessions', { user, password });
    const session = await sign('admin', server.password);
    assert.equal(session.status, 201);
    const token = session.json.token;
    assert.equal((await server.get('/api/v1/session', { token })).json.role, 'administrator');
    assert.equal((await server.request('DELETE', '/api/v1/session', { token })).status, 204);
    assert.equal((await server.get('/api/v1/session', { token })).status, 401);
    const first = await sign('admin', 'wrong');
    assert.equal(first.status, 401);
    const unknown = await sign('nobody', 'wrong');
    assert.equal(unknown.status, 401);
    assert.equal(first.json.title, unknown.json.title);
    let status = 401;
    for (let i = 0; i < 20 && status === 401; i++) status = (await sign('nobody', 'wrong')).status;
    assert.equal(status, 429);
  });
});
