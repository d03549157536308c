// SPDX-License-Identifier: GPL-3.0-or-later
// Heads of the log are time-stamped by an authority (RFC 3161): openssl's, behind a server that also answers wrongly.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, programs, run, temporary, until } from './zong.mjs';

const configuration = `[req]
distinguished_name = dn
prompt = no
x509_extensions = authority
[dn]
CN = Test Authority
[authority]
basicConstraints = critical, CA:TRUE
[stamping]
extendedKeyUsage = critical, timeStamping
[tsa]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sm3
accuracy = secs:1
`;

describe('time-stamps', () => {
  let dir, authority, server, older;
  const asked = [];
  let mode = 'down';

  const openssl = async (...args) => {
    const result = await run('openssl', args, { cwd: dir });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  const answer = async (query) => {
    await fs.writeFile(path.join(dir, 'query'), query);
    await openssl('ts', '-reply', '-config', 'tsa.cnf', '-section', 'tsa', '-queryfile', 'query', '-inkey', 'tsa.key', '-signer', 'tsa.pem', '-out', 'reply');
    return fs.readFile(path.join(dir, 'reply'));
  };

  before(async () => {
    dir = await temporary('tsa');
    await fs.writeFile(path.join(dir, 'tsa.cnf'), configuration);
    await fs.writeFile(path.join(dir, 'serial'), '01\n');
    await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-config', 'tsa.cnf');
    await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-config', 'tsa.cnf');
    await openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-out', 'tsa.pem', '-extfile', 'tsa.cnf', '-extensions', 'stamping');
    authority = http.createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const query = Buffer.concat(chunks);
      asked.push({ mode, query, type: request.headers['content-type'] });
      if (mode === 'down') response.writeHead(503).end();
      else if (mode === 'garbage') response.end('no time-stamp');
      else if (mode === 'endless') response.end(Buffer.alloc(1 << 20, 0x30));
      else if (mode === 'other') response.end(older); // granted, of something else
      else response.end(await answer(query));
    });
    await new Promise((resolve) => authority.listen(0, '127.0.0.1', resolve));
    await fs.writeFile(path.join(dir, 'text'), 'something else');
    await openssl('ts', '-query', '-data', 'text', '-sha256', '-cert', '-out', 'other');
    older = await answer(await fs.readFile(path.join(dir, 'other')));
    server = await Server.fresh('stamp', { conf: `log-timestamp-url = http://127.0.0.1:${authority.address().port}/tsa\nlog-timestamp-hours = 0.0003\n` });
  });
  after(async () => {
    await server?.end();
    authority?.close();
    authority?.closeAllConnections();
    await fs.rm(dir, { recursive: true, force: true });
  });

  it('what is no time-stamp of what was asked is not kept, and asked for again', async () => {
    for (const next of ['garbage', 'endless', 'other']) {
      await until(`asked while ${mode}`, () => asked.at(-1)?.mode === mode);
      mode = next;
    }
    await until('asked once more', () => asked.at(-1)?.mode === 'other');
    assert.equal((await server.get('/tlog/timestamp')).status, 404);
    assert.equal((await server.get('/tlog/checkpoint?stamped=true')).status, 404);
    assert.equal(asked[0].type, 'application/timestamp-query');
    const seen = asked.length;
    assert.ok(seen >= 4);
    assert.notDeepEqual(asked[0].query, asked[1].query, 'each has a nonce of its own');
    assert.match(await server.log(), /no time-stamp/);
  });

  it('one that was granted is kept with the head that it is about, and openssl verifies it', async () => {
    mode = 'good';
    await until('a time-stamp', async () => (await server.get('/tlog/timestamp')).status === 200);
    const verify = async () => {
      await server.ok('log', 'head', '--stamped', '-o', path.join(dir, 'head'));
      await server.ok('log', 'stamp', '-o', path.join(dir, 'stamp'));
      const result = await run('openssl', ['ts', '-verify', '-data', 'head', '-in', 'stamp', '-CAfile', 'ca.pem'], { cwd: dir });
      return result.code === 0;
    };
    // the next one may come between both
    await until('head and time-stamp of one moment', verify);
    assert.match((await server.get('/tlog/timestamp')).headers['content-type'], /timestamp-reply/);
    const head = await fs.readFile(path.join(dir, 'head'), 'utf8');
    await fs.writeFile(path.join(dir, 'head'), head.replace(/\n(\d+)\n/, '\n9$1\n'));
    assert.notEqual((await run('openssl', ['ts', '-verify', '-data', 'head', '-in', 'stamp', '-CAfile', 'ca.pem'], { cwd: dir })).code, 0);
    assert.ok((await server.ok('log', '--verb', 'log.stamp', '--json')).json.length > 0);
  });

  it('a head and its time-stamp are verified together, and another head is none of it', async () => {
    const key = (await server.ok('log', 'key')).stdout.trim();
    const verify = (...args) => run(programs.zong, ['verify', '--key', key, ...args], { cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
    await until('head and time-stamp of one moment', async () => {
      await server.ok('log', 'head', '--stamped', '-o', path.join(dir, 'head'));
      await server.ok('log', 'stamp', '-o', path.join(dir, 'stamp'));
      return (await verify('--stamp', 'stamp', 'head')).code === 0;
    });
    const told = await verify('--json', '--stamp', 'stamp', 'head');
    assert.equal(JSON.parse(told.stdout).hash, 'SHA-256');
    await server.ok('case', 'open', 'T-1', '--kind', '转移登记');
    await server.ok('log', 'head', '-o', path.join(dir, 'later'));
    const other = await verify('--stamp', 'stamp', 'later');
    assert.equal(other.code, 1);
    assert.match(other.stdout, /about something else/);
    assert.match((await verify('--stamp', 'query', 'head')).stdout, /is none/);
  });

  it('by SM3 where the setting says so, verified by openssl, too', async () => {
    await server.kill('SIGTERM');
    await fs.appendFile(path.join(server.archive, 'zong.conf'), 'log-timestamp-hash = sm3\n');
    await server.start();
    const key = (await server.ok('log', 'key')).stdout.trim();
    await until('one by SM3', async () => {
      await server.ok('log', 'head', '--stamped', '-o', path.join(dir, 'head'));
      await server.ok('log', 'stamp', '-o', path.join(dir, 'stamp'));
      const told = await run(programs.zong, ['verify', '--json', '--key', key, '--stamp', 'stamp', 'head'], { cwd: dir });
      return told.code === 0 && JSON.parse(told.stdout).hash === 'SM3';
    });
    assert.equal((await run('openssl', ['ts', '-verify', '-data', 'head', '-in', 'stamp', '-CAfile', 'ca.pem'], { cwd: dir })).code, 0);
    assert.match((await openssl('ts', '-reply', '-in', 'stamp', '-text')).stdout, /Hash Algorithm: sm3/);
    // what is signed in the head of a proof is told with its SM3
    const [line] = (await server.ok('log', '--verb', 'log.stamp', '--json')).json;
    await server.ok('proof', line.seq ?? line.record ?? 1, '-o', path.join(dir, 'proof'));
    const proof = JSON.parse(await fs.readFile(path.join(dir, 'proof'), 'utf8'));
    await fs.writeFile(path.join(dir, 'signed'), `${proof.checkpoint.split('\n\n')[0]}\n`);
    assert.equal(proof.checkpoint_sm3, `sm3:${(await openssl('dgst', '-sm3', '-r', 'signed')).stdout.split(' ')[0]}`);
    const verified = async (text) => {
      await fs.writeFile(path.join(dir, 'proof'), text);
      return run(programs.zong, ['verify', '--key', key, 'proof'], { cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
    };
    assert.equal((await verified(JSON.stringify(proof))).code, 0);
    assert.match((await verified(JSON.stringify({ ...proof, checkpoint_sm3: `sm3:${'0'.repeat(64)}` }))).stdout, /is no proof: checkpoint_sm3/);
  });

  it('another one follows when it is time, and the check knows them', async () => {
    const before = (await server.ok('log', '--verb', 'log.stamp', '--json')).json.length;
    await until('another one', async () => (await server.ok('log', '--verb', 'log.stamp', '--json')).json.length > before);
    await server.kill('SIGTERM');
    const check = await run(programs.zong, ['check', '--archive', server.archive, '--json']);
    assert.equal(check.code, 0, check.stdout);
    await server.start();
    assert.equal((await server.get('/tlog/timestamp')).status, 200);
  });
});
