// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries by webhook: signed by the rules of Standard Webhooks, a CloudEvents body, tried again until taken,
// over restarts, and ended by a receipt. Two published libraries judge the form.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import http from 'node:http';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { Server, digest, mkscan, until } from './zong.mjs';

/** Somebody's webhook: keeps what comes and answers as told. */
async function receiver(answer) {
  const calls = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const call = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), at: Date.now() };
      calls.push(call);
      const { status, headers = {} } = answer(calls.length, call);
      if (status) response.writeHead(status, headers).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { calls, server, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => new Promise((r) => { server.closeAllConnections(); server.close(r); }) };
}

describe('push', () => {
  let server, file, bytes;
  const open = [];
  const hook = async (answer) => {
    const r = await receiver(answer);
    open.push(r);
    return r;
  };
  const add = async (no, to, ...more) => {
    await server.ok('case', 'open', no, '--kind', '转移登记', '--party', '示例甲');
    return (await server.ok('add', file, '--case', no, '--to', to, '--json', ...more)).json[0];
  };
  const state = async (receipt, department) => (await server.ok('show', receipt.material, '--json')).json[0].deliveries.find((d) => d.department === department);

  before(async () => {
    server = await Server.fresh('push', { conf: 'webhook-first-retry = 100\n' });
    file = await mkscan('--kind', 'tax', '--dpi', 150, '--colour', 'bilevel', path.join(server.dir, 'tax.tif'));
    bytes = await fs.readFile(file);
  });
  after(async () => {
    await server?.end();
    for (const r of open) await r.close();
  });

  it('an event is signed, a CloudEvent, thin, and leads to the bytes', async () => {
    const r = await hook(() => ({ status: 204 }));
    const [department] = (await server.ok('dept', 'add', 'one', '--name', '示例一', '--webhook', r.url, '--allow-private', '--json')).json;
    assert.match(department.secret, /^whsec_/);
    assert.match(department.public_key, /^whpk_/);
    const receipt = await add('P1', 'one');
    await until('the webhook is called', () => r.calls.length > 0);
    const { headers, body } = r.calls[0];
    assert.ok(new Webhook(department.secret.replace('whsec_', '')).verify(body, headers));
    assert.throws(() => new Webhook(department.secret.replace('whsec_', '')).verify(body.replace('P1', 'P2'), headers));
    const v1a = headers['webhook-signature'].split(' ').find((s) => s.startsWith('v1a,')).slice(4);
    const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(department.public_key.slice(5), 'base64')]), format: 'der', type: 'spki' });
    assert.ok(verify(null, Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`), key, Buffer.from(v1a, 'base64')));
    const event = HTTP.toEvent({ headers, body });
    event.validate();
    assert.equal(event.specversion, '1.0');
    assert.equal(event.type, 'zong.delivery');
    assert.equal(event.data.material, receipt.material);
    assert.equal(event.data.case, 'P1');
    assert.equal(event.id, receipt.deliveries[0].id);
    assert.equal(headers['webhook-id'], event.id);
    assert.ok(body.length < 20000);
    assert.doesNotMatch(body, /示例甲/);
    const token = await server.token('department', 'one');
    const got = await server.get(event.data.file, { token });
    assert.equal(got.status, 200);
    assert.equal(digest(got.bytes), digest(bytes));
    await until('sent', async () => (await state(receipt, 'one')).state === 'sent');
    assert.equal((await server.post(event.data.receipt, { digest: digest(got.bytes) }, { token })).json.state, 'received');
    assert.equal((await state(receipt, 'one')).state, 'received');
  });

  it('a failing webhook is tried again until it takes the event, with the same id', async () => {
    const r = await hook((n) => ({ status: n < 3 ? 500 : 200 }));
    await server.ok('dept', 'add', 'two', '--name', '示例二', '--webhook', r.url, '--allow-private');
    const receipt = await add('P2', 'two');
    await until('a third call', () => r.calls.length >= 3);
    assert.equal(new Set(r.calls.map((c) => c.headers['webhook-id'])).size, 1);
    await until('sent', async () => (await state(receipt, 'two')).state === 'sent');
    assert.equal((await state(receipt, 'two')).attempts, 3);
  });

  it('a redirect is not followed, and 410 turns the webhook off; the feed still has it', async () => {
    const other = await hook(() => ({ status: 200 }));
    const r = await hook((n) => (n === 1 ? { status: 302, headers: { Location: other.url } } : { status: 410 }));
    await server.ok('dept', 'add', 'three', '--name', '示例三', '--webhook', r.url, '--allow-private');
    const receipt = await add('P3', 'three');
    await until('the webhook is off', async () => (await server.ok('dept', 'list', '--json')).json.find((d) => d.id === 'three').webhook_disabled);
    assert.equal(other.calls.length, 0);
    const feed = (await server.ok('feed', 'three', '--json')).json;
    assert.deepEqual(feed.map((e) => e.material), [receipt.material]);
  });

  it('a private address is refused unless allowed', async () => {
    const r = await hook(() => ({ status: 200 }));
    const refused = await server.cli('dept', 'add', 'four', '--name', '示例四', '--webhook', r.url);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /bad-webhook/);
    assert.equal(r.calls.length, 0);
  });

  it('a webhook that hangs does not hold up another', async () => {
    const hung = await hook(() => ({}));
    const quick = await hook(() => ({ status: 200 }));
    await server.ok('dept', 'add', 'five', '--name', '示例五', '--webhook', hung.url, '--allow-private');
    await server.ok('dept', 'add', 'six', '--name', '示例六', '--webhook', quick.url, '--allow-private');
    const receipt = await add('P5', 'five,six');
    await until('the hung one is called', () => hung.calls.length > 0);
    await until('the quick one is done', async () => (await state(receipt, 'six')).state === 'sent');
    assert.equal((await state(receipt, 'five')).state, 'due');
  });

  it('what was not sent before a kill is sent after it', async () => {
    let up = false;
    const r = await hook(() => ({ status: up ? 200 : 503 }));
    await server.ok('dept', 'add', 'seven', '--name', '示例七', '--webhook', r.url, '--allow-private');
    const receipt = await add('P7', 'seven');
    await until('a first call', () => r.calls.length > 0);
    await server.kill('SIGKILL');
    up = true;
    await server.start();
    await until('sent', async () => (await state(receipt, 'seven')).state === 'sent');
    assert.equal(new Set(r.calls.map((c) => c.headers['webhook-id'])).size, 1);
  });
});
