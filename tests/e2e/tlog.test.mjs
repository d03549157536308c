// SPDX-License-Identifier: GPL-3.0-or-later
// The log as others see it: heads, tiles, entries and proofs, judged by a program that has nothing of ours (judge/judge.go), which is a
// witness of it, too.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, here, mkscan, run, temporary, until } from './zong.mjs';

describe('transparency log', () => {
  let server, administrator, archivist, key, judge, tools, witnessKey;

  const judged = async (...args) => {
    const result = await run(judge, args.map(String));
    assert.equal(result.code, 0, result.stderr);
    return result.stdout.startsWith('{') ? JSON.parse(result.stdout) : result.stdout.trim();
  };
  const head = async () => {
    const lines = (await server.get('/tlog/checkpoint')).text.split('\n');
    return { origin: lines[0], size: Number(lines[1]), root: lines[2] };
  };

  before(async () => {
    tools = await temporary('judge');
    judge = path.join(tools, 'judge');
    const built = await run('go', ['build', '-o', judge, path.join(here, 'judge/judge.go')], {
      env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', GOCACHE: path.join(tools, 'cache') } });
    assert.equal(built.code, 0, built.stderr);
    witnessKey = await judged('key', 'witness.example/tax', path.join(tools, 'witness.key'));
    server = await Server.fresh('tlog', { conf: `log-origin = archive.example/log\nlog-witness = ${witnessKey}\n` });
    administrator = await server.token('administrator');
    archivist = await server.token('archivist');
    key = (await server.get('/tlog/key')).text.trim();
    await server.ok('dept', 'add', 'tax', '--name', '税务');
  });
  after(async () => {
    await server?.end();
    await fs.rm(tools, { recursive: true, force: true });
  });

  /** Opens cases until the log has so many lines. */
  const grow = async (lines) => {
    const size = async () => (await server.ok('status', '--json')).json[0].log;
    for (let i = await size(); i < lines; i = await size()) {
      await Promise.all(Array.from({ length: Math.min(lines - i, 50) }, (_, n) =>
        server.post('/api/v1/cases', { no: `T-${i}-${n}`, kind: '转移登记' }, { token: archivist })));
    }
  };

  it('its head is a signed note of what is committed, and names the log', async () => {
    const reply = await server.get('/tlog/checkpoint');
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8');
    assert.match(reply.headers['cache-control'], /^public, max-age=[1-5]$/);
    assert.match(reply.text, /^archive\.example\/log\n\d+\n[A-Za-z0-9+/]{43}=\n\n— archive\.example\/log [A-Za-z0-9+/]+=*\n$/);
    assert.match(key, /^archive\.example\/log\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/);
  });

  it('another program verifies head, tiles, entries and proofs, whatever the size', async () => {
    for (const size of [0, 255, 256, 257, 600]) {
      await grow(size);
      // the head is at most a second old
      await until('the head has it all', async () => (await head()).size >= size, 10);
      const result = await judged('check', server.address, key, administrator);
      assert.ok(result.size >= size && result.leaves === result.size && result.proven > 0, JSON.stringify(result));
    }
  });

  it('an older head is a beginning of a later one, and of no other', async () => {
    const old = path.join(tools, 'old');
    await fs.writeFile(old, (await server.get('/tlog/checkpoint')).bytes);
    await grow((await head()).size + 300);
    await until('the head has moved', async () => (await head()).size > Number((await fs.readFile(old, 'utf8')).split('\n')[1]), 10);
    await judged('check', server.address, key, administrator, old);
    const { size } = await head();
    assert.equal((await server.get(`/tlog/proof?from=${size + 5000}`)).status, 404);
    assert.equal((await server.get('/tlog/proof?from=9&to=3')).status, 400);
    assert.equal((await server.get('/tlog/proof?from=x')).status, 400);
    assert.equal((await server.get('/tlog/proof?format=x')).status, 400);
  });

  it('tiles are there under one address each, for ever, and only as far as the tree goes', async () => {
    const reply = await server.get('/tlog/tile/0/000');
    assert.equal(reply.status, 200);
    assert.equal(reply.bytes.length, 8192);
    assert.equal(reply.headers['content-type'], 'application/octet-stream');
    assert.match(reply.headers['cache-control'], /^public, max-age=\d{6,}, immutable$/);
    assert.deepEqual((await server.get('/tlog/tile/0/000.p/3')).bytes, reply.bytes.subarray(0, 96));
    assert.equal((await server.get('/tlog/tile/1/000.p/2')).bytes.length, 64);
    for (const wrong of ['0/0', '0/00', '0/x000/000', '0/999', '0/000.p/0', '0/000.p/256', '1/000', '9/000.p/1', '64/000', 'x', '0/000/', '..%2f..%2flock']) {
      assert.equal((await server.get(`/tlog/tile/${wrong}`)).status, 404, wrong);
    }
  });

  it('hashes are for everybody, lines for those who may read the log', async () => {
    assert.equal((await server.get('/tlog/tile/entries/000')).status, 401);
    assert.equal((await server.get('/tlog/tile/entries/000', { token: archivist })).status, 403);
    const reply = await server.get('/tlog/tile/entries/000', { token: administrator });
    assert.equal(reply.status, 200);
    assert.match(reply.headers['cache-control'], /^private/);
    assert.ok((await server.ok('log', '--verb', 'log.read', '--object', 'log/entries/*', '--json')).json.length > 0);
  });

  it('a witness cosigns what goes on from what it has seen', async () => {
    const state = path.join(tools, 'state');
    assert.equal((await server.get('/tlog/checkpoint?witnessed=true')).status, 404);
    for (let round = 0; round < 3; round++) {
      const result = await judged('witness', server.address, key, path.join(tools, 'witness.key'), state);
      assert.equal(result.size, result.signed);
      assert.deepEqual(result.names.sort(), ['archive.example/log', 'witness.example/tax']);
      await grow((await head()).size + 20);
    }
    const lines = (await server.ok('log', '--verb', 'log.cosign', '--json')).json;
    assert.equal(lines.length, 3);
    assert.equal(lines[0].subject, 'witness:witness.example/tax');
    assert.equal(lines[0].origin, '127.0.0.1');
    // the archive is served again with the same key, and what was cosigned is still there
    await server.kill('SIGTERM');
    await server.start();
    assert.equal((await server.get('/tlog/key')).text.trim(), key);
    assert.match((await server.get('/tlog/checkpoint?witnessed=true')).text, /— witness\.example\/tax /);
    await judged('witness', server.address, key, path.join(tools, 'witness.key'), state);
  });

  it('what no known witness has signed is refused in words', async () => {
    const note = (await server.get('/tlog/checkpoint')).text;
    const post = (body) => server.request('POST', '/tlog/cosignature', { body, headers: { 'Content-Type': 'text/plain', 'Accept-Language': 'en' } });
    for (const [body, code] of [['', 'bad-checkpoint'], ['x', 'bad-checkpoint'], [note, 'bad-cosignature'], [note.replace('— a', '— b'), 'bad-cosignature'], ['x'.repeat(20000), 'over-limit']]) {
      const reply = await post(body);
      assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text}`);
      assert.equal(reply.json.code, code, body.slice(0, 80));
    }
    const stranger = path.join(tools, 'stranger.key');
    await judged('key', 'witness.example/tax', stranger);
    const refused = await run(judge, ['witness', server.address, key, stranger, path.join(tools, 'none')]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /422/);
  });

  it('the line of a material, and of its receipt, names the file', async () => {
    const file = await mkscan('--kind', 'text', '--dpi', '150', '--compress', 'g4', path.join(server.dir, 'p.tif'));
    await server.ok('case', 'open', 'P-1', '--kind', '转移登记');
    const receipt = (await server.ok('add', file, '--case', 'P-1', '--to', 'tax', '--quiet', '--json')).json[0];
    const tax = await server.token('department', 'tax');
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: tax })).json.items;
    assert.equal((await server.post(`/api/v1/deliveries/${event.id}/receipt`, { digest: receipt.digest }, { token: tax })).status, 200);
    for (const verb of ['material.add', 'delivery.receipt']) {
      const [line] = (await server.ok('log', '--verb', verb, '--json')).json;
      assert.ok(line.detail.includes(`file/${receipt.digest}`), line.detail);
      const proof = await server.get(`/api/v1/records/${line.seq}/proof`, { token: tax });
      assert.equal(proof.status, 200, proof.text);
      assert.ok(Buffer.from(proof.json.record, 'base64').includes(Buffer.from(receipt.digest)));
    }
  });
});
