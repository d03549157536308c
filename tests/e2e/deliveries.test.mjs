// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a delivery: it waits, goes out, is received, sent back, superseded, withdrawn and given back after all; by feed, by long poll, by
// Server-Sent Events, by webhook with keys that change, and into a folder that is kept up and reconciled.
import assert from 'node:assert/strict';
import http from 'node:http';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { Server, digest, mkscan, programs, run, until } from './zong.mjs';

async function receiver(answer) {
  const calls = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const call = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      call.event = JSON.parse(call.body);
      calls.push(call);
      const status = answer(calls.length, call);
      if (status) response.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { calls, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => new Promise((r) => { server.closeAllConnections(); server.close(r); }) };
}

describe('deliveries', () => {
  let server, scans;
  const tokens = {};
  const open = [];
  const hook = async (answer = () => 200) => {
    const r = await receiver(answer);
    open.push(r);
    return r;
  };
  const one = async (...args) => (await server.ok(...args, '--json')).json[0];
  const opened = (no, ...more) => server.ok('case', 'open', no, '--kind', '转移登记', '--party', '示例甲', ...more);
  const feed = async (department, after = 0) => (await server.get(`/api/v1/departments/${department}/feed?limit=1000&after=${after}`, { token: tokens[department] })).json;
  const department = async (id, ...more) => {
    const made = await one('dept', 'add', id, '--name', `示例${id}`, ...more);
    tokens[id] = await server.token('department', id);
    return made;
  };
  const today = () => new Date().toISOString().slice(0, 10);

  before(async () => {
    server = await Server.fresh('deliveries', { conf: 'webhook-first-retry = 20\n' });
    tokens.archivist = await server.token('archivist');
    scans = [];
    for (let seed = 1; seed <= 4; seed++) scans.push(await mkscan('--kind', 'tax', '--dpi', 100, '--colour', 'bilevel', '--seed', seed, path.join(server.dir, `s${seed}.tif`)));
  });
  after(async () => {
    await server?.end();
    for (const r of open) await r.close();
  });

  it('a newer version goes wherever the old one went, and says so', async () => {
    await department('tax');
    await department('housing');
    await opened('V1');
    const first = await one('add', scans[0], '--case', 'V1', '--type', '完税证明', '--to', 'tax,housing');
    const old = (await feed('tax')).items[0];
    assert.equal(old.state, 'sent');
    assert.deepEqual(old.manifest.page_numbers, [1]);
    assert.equal(old.manifest.kind_code, '200');
    assert.equal((await server.post(`/api/v1/deliveries/${old.id}/return`, { reason: '印章不清' }, { token: tokens.tax })).status, 200);
    const returned = (await server.ok('delivery', 'list', '--state', 'returned', '--json')).json;
    assert.deepEqual(returned.map((e) => [e.id, e.reason]), [[old.id, '印章不清']]);
    const house = (await feed('housing')).items[0];
    assert.equal((await server.post(`/api/v1/deliveries/${house.id}/receipt`, {}, { token: tokens.housing })).json.state, 'received');
    const second = await one('add', scans[1], '--case', 'V1', '--replaces', first.material);
    assert.equal(second.version, 2);
    assert.equal((await one('show', second.material)).type, '完税证明');
    assert.equal((await one('show', second.material)).supersedes, first.material);
    assert.equal((await one('show', first.material)).superseded_by, second.material);
    // whoever sent it back gets the new one alone; whoever has it is told first
    assert.deepEqual((await feed('tax', old.cursor)).items.map((e) => [e.type, e.material, e.version]), [['zong.delivery', second.material, 2]]);
    assert.deepEqual((await feed('housing', house.cursor)).items.map((e) => [e.type, e.material, e.next]), [
      ['zong.superseded', first.material, second.material], ['zong.delivery', second.material, undefined]]);
    assert.equal((await feed('housing')).items[0].state, 'superseded');
    assert.ok((await feed('housing')).items[0].received);
    assert.deepEqual((await server.ok('delivery', 'list', '--state', 'returned', '--json')).json, []);
    // again is no error, and another newer version of the old one is
    assert.equal((await one('add', scans[1], '--case', 'V1', '--replaces', first.material)).material, second.material);
    const refused = await server.cli('add', scans[2], '--case', 'V1', '--replaces', first.material);
    assert.match(refused.stderr, /already-replaced/);
    assert.match((await server.cli('add', scans[1], '--case', 'V1', '--replaces', second.material)).stderr, /cannot-replace/);
    await opened('V2');
    assert.match((await server.cli('add', scans[2], '--case', 'V2', '--replaces', second.material)).stderr, /cannot-replace/);
  });

  it('what is withdrawn is told to whoever knows of it, gives no right, and can be given back', async () => {
    await department('bank');
    await opened('W1');
    const receipt = await one('add', scans[0], '--case', 'W1', '--to', 'bank');
    const [event] = (await feed('bank')).items;
    await server.ok('delivery', 'withdraw', event.id, '--reason', '误送');
    assert.equal((await server.get(`/api/v1/materials/${receipt.material}`, { token: tokens.bank })).status, 404);
    assert.equal((await server.get(event.manifest.file, { token: tokens.bank })).status, 404);
    const after = (await feed('bank')).items;
    assert.deepEqual(after.map((e) => [e.type, e.delivery, e.reason, e.manifest]), [['zong.withdrawn', event.id, '误送', null]]);
    assert.equal((await server.post(`/api/v1/deliveries/${after[0].id}/receipt`, {}, { token: tokens.bank })).json.state, 'received');
    assert.equal((await server.post(`/api/v1/deliveries/${event.id}/receipt`, {}, { token: tokens.bank })).status, 404);
    // given again: an event with an id of its own, the same delivery
    await one('add', scans[0], '--case', 'W1', '--to', 'bank');
    const again = (await feed('bank', after[0].cursor)).items;
    assert.deepEqual(again.map((e) => [e.type, e.delivery]), [['zong.delivery', event.id]]);
    assert.notEqual(again[0].id, event.id);
    assert.equal((await server.get(event.manifest.file, { token: tokens.bank })).status, 200);
    await server.post(`/api/v1/deliveries/${again[0].id}/receipt`, { digest: again[0].manifest.digest }, { token: tokens.bank });
    assert.equal((await one('show', receipt.material)).deliveries[0].state, 'received');
    // one that nobody was told of leaves no trace there
    await server.kill('SIGTERM');
    await server.start();
    const quiet = await department('quiet');
    assert.equal(quiet.webhook, null);
    const other = await one('add', scans[1], '--case', 'W1', '--to', 'quiet');
    await server.ok('delivery', 'withdraw', other.deliveries[0].id, '--reason', '误送');
    assert.deepEqual((await feed('quiet')).items, []);
  });

  it('a delivery waits for its pages to be read, and for the case before', async () => {
    await department('land');
    await server.ok('dept', 'set', 'land', '--wait', 'previous');
    await opened('P1');
    await opened('P2');
    const before_ = await one('add', scans[0], '--case', 'P1', '--to', 'land');
    await server.ok('link', 'confirm', 'P2', 'P1');
    const waiting = await one('add', scans[1], '--case', 'P2', '--to', 'land');
    assert.deepEqual((await one('show', waiting.material)).deliveries.map((d) => [d.state, d.waits]), [['waiting', ['previous']]]);
    assert.deepEqual((await server.ok('delivery', 'list', '--state', 'waiting', '--json')).json.map((e) => e.material), [waiting.material]);
    const [first] = (await feed('land')).items;
    assert.equal(first.material, before_.material);
    await server.post(`/api/v1/deliveries/${first.id}/receipt`, {}, { token: tokens.land });
    assert.deepEqual((await feed('land', first.cursor)).items.map((e) => e.material), [waiting.material]);
    // reading: the server without workers reads nothing
    await department('reads');
    await server.ok('dept', 'set', 'reads', '--wait', 'reading');
    const unread = await mkscan('--kind', 'contract', '--dpi', 150, '--seed', 77, path.join(server.dir, 'unread.tif'));
    const late = await one('add', unread, '--case', 'P1', '--to', 'reads');
    await until('its pages are read and it is due', async () => (await feed('reads')).items.length === 1);
    assert.ok((await one('show', late.material)).page.every((p) => p.state !== 'waiting'));
    // what nothing waits for any more goes out
    await opened('P3');
    await server.ok('link', 'confirm', 'P3', 'P2');
    const held = await one('add', scans[2], '--case', 'P3', '--to', 'land');
    assert.equal((await one('show', held.material)).deliveries[0].state, 'waiting');
    await server.ok('dept', 'set', 'land', '--wait', 'nothing');
    assert.equal((await one('show', held.material)).deliveries[0].state, 'due');
  });

  it('a long poll and a stream of events answer when something comes', async () => {
    await department('waits');
    await opened('L1');
    const began = server.get('/api/v1/departments/waits/feed?wait=30', { token: tokens.waits });
    const stream = server.get('/api/v1/departments/waits/events', { token: tokens.waits });
    const receipt = await one('add', scans[0], '--case', 'L1', '--to', 'waits');
    assert.deepEqual((await began).json.items.map((e) => e.material), [receipt.material]);
    const text = (await stream).text;
    const cursor = /^id: (\d+)$/m.exec(text)[1];
    assert.match(text, /^event: zong\.delivery$/m);
    assert.equal(JSON.parse(/^data: (.*)$/m.exec(text)[1]).material, receipt.material);
    // what was seen does not come again; a poll that waits for nothing ends, also when the server does
    const again = server.get('/api/v1/departments/waits/events', { token: tokens.waits, headers: { 'Last-Event-ID': cursor } });
    const second = await one('add', scans[1], '--case', 'L1', '--to', 'waits');
    assert.deepEqual([...(await again).text.matchAll(/^data: (.*)$/mg)].map((m) => JSON.parse(m[1]).material), [second.material]);
    assert.equal((await server.get('/api/v1/departments/waits/events', { token: tokens.waits, headers: { 'Last-Event-ID': 'x' } })).status, 400);
    const pending = server.get(`/api/v1/departments/waits/feed?wait=60&after=${9e9}`, { token: tokens.waits });
    pending.catch(() => {});
    await until('it is being answered', async () => Number(/^zong_http_requests_active (\d+)/m.exec((await server.get('/metrics')).text)[1]) > 1);
    await server.kill('SIGTERM');
    const reply = await pending.catch((error) => error);
    assert.ok(reply.status === 200 || reply instanceof Error);
    await server.start();
  });

  it('keys change with both signing for a while, dead letters go out again, and order within a case is kept', async () => {
    let status = 200;
    const r = await hook(() => status);
    const made = await department('hooked', '--webhook', r.url, '--allow-private');
    await opened('K1');
    await one('add', scans[0], '--case', 'K1', '--to', 'hooked');
    await until('the first comes', () => r.calls.length === 1);
    const next = await one('dept', 'rotate', 'hooked', '--hours', '1');
    assert.notEqual(next.secret, made.secret);
    await one('add', scans[1], '--case', 'K1', '--to', 'hooked');
    await until('the second comes', () => r.calls.length === 2);
    const { headers, body } = r.calls[1];
    for (const secret of [made.secret, next.secret]) new Webhook(secret.replace('whsec_', '')).verify(body, headers);
    assert.equal(headers['webhook-signature'].split(' ').filter((s) => s.startsWith('v1a,')).length, 2);
    await one('dept', 'rotate', 'hooked', '--hours', '0');
    await one('add', scans[2], '--case', 'K1', '--to', 'hooked');
    await until('the third comes', () => r.calls.length === 3);
    assert.throws(() => new Webhook(next.secret.replace('whsec_', '')).verify(r.calls[2].body, r.calls[2].headers));
    // notices are CloudEvents, too
    const shown = (await server.ok('feed', 'hooked', '--json')).json;
    await server.ok('delivery', 'withdraw', shown[0].id, '--reason', '误送');
    await until('the notice comes', () => r.calls.length === 4);
    HTTP.toEvent({ headers: r.calls[3].headers, body: r.calls[3].body }).validate();
    assert.equal(r.calls[3].event.type, 'zong.withdrawn');
    assert.equal(r.calls[3].event.data.delivery, shown[0].id);
    assert.equal(r.calls[3].event.data.reason, '误送');
    assert.equal(r.calls[3].event.data.file, undefined);
    // a receiver that is away: what is of one case waits behind its first
    status = 503;
    await opened('K2');
    const materials = [];
    for (const scan of scans.slice(0, 3)) materials.push((await one('add', scan, '--case', 'K2', '--to', 'hooked')).material);
    await until('it was tried', () => r.calls.filter((c) => c.event.subject === materials[0]).length >= 2);
    assert.equal(r.calls.filter((c) => c.event.subject !== materials[0] && c.event.data.case === 'K2').length, 0);
    status = 200;
    await until('all come', () => materials.every((m) => r.calls.some((c) => c.event.subject === m)));
    const came = r.calls.filter((c) => c.event.data.case === 'K2').map((c) => c.event.subject);
    assert.deepEqual(came.filter((m, i) => m !== came[i - 1]), materials);
  });

  it('410 switches a webhook off, and naming it again lets what is due go out', async () => {
    let status = 410;
    const r = await hook(() => status);
    await department('gone', '--webhook', r.url, '--allow-private');
    await opened('G1');
    const receipt = await one('add', scans[0], '--case', 'G1', '--to', 'gone');
    await until('it is off', async () => (await server.ok('dept', 'list', '--json')).json.find((d) => d.id === 'gone').webhook_disabled);
    status = 200;
    await server.ok('dept', 'set', 'gone', '--webhook', r.url, '--allow-private');
    await until('it comes', () => r.calls.length === 2);
    await until('it is sent', async () => (await one('show', receipt.material)).deliveries[0].state === 'sent');
    assert.match((await server.cli('dept', 'set', 'gone', '--webhook', 'ftp://example.invalid/')).stderr, /bad-webhook/);
    assert.match((await server.cli('dept', 'set', 'nobody', '--rate', '1')).stderr, /no-such-department|department/);
  });

  it('codes of the receiver stand beside our words, unknown ones are shown', async () => {
    await department('coded');
    const table = path.join(server.dir, 'codes.csv');
    await fs.writeFile(table, '清单,本方,对方,名称\ntype,完税证明,0103,税票\nkind,转移登记,21,\n');
    assert.equal((await one('dept', 'codes', 'coded', table)).version, 1);
    await opened('C1', '--cause', '买卖');
    await one('add', scans[0], '--case', 'C1', '--type', '完税证明', '--to', 'coded');
    const [event] = (await feed('coded')).items;
    assert.deepEqual(event.manifest.codes, [
      { list: 'type', ours: '完税证明', theirs: '0103', name: '税票' }, { list: 'kind', ours: '转移登记', theirs: '21', name: null },
      { list: 'cause', ours: '买卖', theirs: null, name: null }]);
    await fs.writeFile(table, 'list\tours\ttheirs\ntype\t完税证明\t0104\n');
    assert.equal((await one('dept', 'codes', 'coded', table)).version, 2);
    assert.equal((await one('dept', 'codes', 'coded', table)).version, 2);
    assert.equal((await feed('coded')).items[0].manifest.codes[0].theirs, '0103');
    await one('add', scans[1], '--case', 'C1', '--type', '完税证明', '--to', 'coded');
    assert.equal((await feed('coded')).items[1].manifest.codes[0].theirs, '0104');
    for (const wrong of ['list,ours\n', 'list,ours,theirs\nshape,a,b\n', 'list,ours,theirs\ntype,a,b\ntype,a,c\n', 'list,ours,theirs\ntype,a,\n', '']) {
      await fs.writeFile(table, wrong);
      assert.equal((await server.cli('dept', 'codes', 'coded', table)).code, 1, wrong);
    }
    assert.equal((await one('dept', 'codes', 'coded')).version, 2);
  });

  it('a folder is kept up, goes on where it was, and is reconciled', async () => {
    await department('mirror');
    await opened('M:1');
    const first = await one('add', scans[0], '--case', 'M:1', '--type', '合同', '--title', '合同: 一/二', '--to', 'mirror');
    const second = await one('add', scans[1], '--case', 'M:1', '--to', 'mirror');
    const dir = path.join(server.dir, 'mirror');
    const asDepartment = (...args) => run(programs.zong, ['--server', server.address, '--token', tokens.mirror, ...args]);
    const pulled = await asDepartment('pull', 'mirror', dir, '--json');
    assert.equal(pulled.code, 0, pulled.stderr);
    const lines = pulled.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((l) => l.material), [first.material, second.material]);
    for (const line of lines) assert.equal(digest(await fs.readFile(path.join(dir, line.path))), line.digest);
    assert.ok(lines.every((l) => l.path.startsWith('M_1/')));
    assert.equal((await one('show', first.material)).deliveries[0].state, 'received');
    const manifest = JSON.parse(await fs.readFile(path.join(dir, 'M_1', 'manifest.json'), 'utf8'));
    assert.deepEqual(manifest.items.map((i) => [i.material, i.path]), lines.map((l) => [l.material, l.path]));
    // nothing new: nothing happens
    assert.equal((await asDepartment('pull', 'mirror', dir, '--json')).stdout, '');
    // a newer version, and a withdrawal
    const third = await one('add', scans[2], '--case', 'M:1', '--replaces', first.material);
    await server.ok('delivery', 'withdraw', lines[1].delivery, '--reason', '误送');
    assert.equal((await asDepartment('pull', 'mirror', dir)).code, 0);
    const now = JSON.parse(await fs.readFile(path.join(dir, 'M_1', 'manifest.json'), 'utf8'));
    assert.deepEqual(now.items.map((i) => i.material), [first.material, third.material]);
    assert.match(now.items[0].path, /superseded/);
    await fs.access(path.join(dir, now.items[0].path));
    await assert.rejects(fs.access(path.join(dir, lines[1].path)));
    // both sides agree; a file that was changed or lost is named
    const agreed = await asDepartment('reconcile', 'mirror', dir, '--day', today());
    assert.equal(agreed.code, 0, agreed.stdout + agreed.stderr);
    const whole = await fs.readFile(path.join(dir, now.items[1].path));
    await fs.writeFile(path.join(dir, now.items[1].path), whole.subarray(1));
    await fs.rm(path.join(dir, now.items[0].path));
    const differs = await asDepartment('reconcile', 'mirror', dir, '--day', today(), '--json');
    assert.equal(differs.code, 1);
    assert.deepEqual(JSON.parse(differs.stdout).differences.map((x) => x.how).sort(), ['differs', 'missing']);
    const day = (await server.get(`/api/v1/departments/mirror/days/${today()}`, { token: tokens.archivist })).json;
    assert.deepEqual([day.deliveries, day.received, day.superseded, day.last.missing, day.last.differing], [2, 2, 1, 1, 1]);
    // another department's folder is refused
    assert.match((await run(programs.zong, ['--server', server.address, '--token', tokens.tax, 'pull', 'tax', dir])).stderr, /mirror/);
  });

  it('a pull that is killed goes on, and fetches everything once', async () => {
    await department('often');
    await opened('O1');
    const all = [];
    for (const scan of scans) all.push((await one('add', scan, '--case', 'O1', '--type', '示例', '--to', 'often')).material);
    const dir = path.join(server.dir, 'often');
    for (let i = 0; i < 6; i++) await run('timeout', ['--signal=KILL', `0.0${i + 1}`, programs.zong, '--server', server.address, '--token', tokens.often, 'pull', 'often', dir]);
    const last = await run(programs.zong, ['--server', server.address, '--token', tokens.often, 'pull', 'often', dir]);
    assert.equal(last.code, 0, last.stderr);
    const manifest = JSON.parse(await fs.readFile(path.join(dir, 'O1', 'manifest.json'), 'utf8'));
    assert.deepEqual(manifest.items.map((i) => i.material), all);
    for (const item of manifest.items) assert.equal(digest(await fs.readFile(path.join(dir, item.path))), item.digest);
    assert.deepEqual((await fs.readdir(path.join(dir, 'O1'))).filter((n) => n.endsWith('.part')), []);
    for (const m of all) assert.equal((await one('show', m)).deliveries[0].state, 'received');
  });

  it('zong check finds nothing wrong with all of it', async () => {
    const check = await server.cli('check', '--json');
    assert.equal(check.code, 0, check.stdout);
  });
});
