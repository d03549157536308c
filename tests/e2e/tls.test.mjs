// SPDX-License-Identifier: GPL-3.0-or-later
// HTTPS: with the hall's own certificate, which is renewed while it is served; departments' programs by their certificates; webhooks whose
// certificates are verified.
import assert from 'node:assert/strict';
import https from 'node:https';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';
import { Server, mkscan, run, until } from './zong.mjs';

const openssl = async (...args) => {
  const result = await run('openssl', args);
  if (result.code) throw new Error(`openssl ${args.join(' ')}: ${result.stderr}`);
};

describe('tls', () => {
  let server, dir;
  const at = (name) => path.join(dir, name);
  const authority = async (name) => openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`));
  const issue = async (by, name, ext) => {
    await openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`));
    await fs.writeFile(at(`${name}.ext`), ext);
    await openssl('x509', '-req', '-in', at(`${name}.csr`), '-CA', at(`${by}.pem`), '-CAkey', at(`${by}.key`), '-CAcreateserial', '-days', '2', '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`));
    await fs.chmod(at(`${name}.key`), 0o600);
  };
  const host = 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n';
  const client = 'extendedKeyUsage=clientAuth\n';
  /** One request over a connection of its own; also whose certificate answered. */
  const ask = async (where, { name, token, ca = 'ca', ...more } = {}) => {
    const options = { ca: await fs.readFile(at(`${ca}.pem`)), agent: false, headers: token ? { Authorization: `Bearer ${token}` } : {}, ...more };
    if (name) Object.assign(options, { cert: await fs.readFile(at(`${name}.pem`)), key: await fs.readFile(at(`${name}.key`)) });
    return new Promise((resolve, reject) => {
      const request = https.get(new URL(where, server.address), options, (response) => {
        const subject = response.socket.getPeerCertificate().subject?.CN;
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, subject, json: /json/.test(response.headers['content-type']) ? JSON.parse(text) : undefined });
        });
      });
      request.on('error', reject);
    });
  };

  before(async () => {
    server = await Server.fresh('tls');
    await server.kill('SIGTERM');
    dir = server.dir;
    for (const name of ['ca', 'hall-ca', 'other-ca']) await authority(name);
    await issue('ca', 'one', host);
    await issue('ca', 'two', host);
    for (const [by, name] of [['hall-ca', 'tax'], ['hall-ca', 'stranger'], ['other-ca', 'forged']]) await issue(by, name, client);
    for (const kind of ['pem', 'key']) await fs.copyFile(at(`one.${kind}`), at(`server.${kind}`));
    await fs.chmod(at('server.key'), 0o600);
    await fs.copyFile(at('hall-ca.pem'), at('clients.pem'));
    await fs.writeFile(path.join(server.archive, 'zong.conf'), `tls-certificate = ${at('server.pem')}\ntls-key = ${at('server.key')}\ntls-clients = ${at('clients.pem')}\nwebhook-ca = ${at('ca.pem')}\nwebhook-first-retry = 50\n`);
    await server.start();
  });
  after(() => server?.end());

  it('is served by HTTPS alone, by TLS 1.2 and 1.3', async () => {
    assert.match(server.address, /^https:/);
    const token = await server.token('archivist');
    const reply = await ask('/api/v1/cases', { token });
    assert.equal(reply.status, 200);
    assert.equal(reply.subject, 'one');
    await assert.rejects(ask('/healthz', { ca: 'other-ca' }));
    assert.equal((await ask('/healthz', { maxVersion: 'TLSv1.2' })).status, 200);
    const { port } = new URL(server.address);
    const old = await new Promise((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }, () => resolve('connected'));
      socket.on('error', () => resolve('refused'));
      socket.on('close', () => resolve('refused'));
    });
    assert.equal(old, 'refused');
    await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
  });

  it('the command line trusts what it is told to', async () => {
    const token = await server.token('archivist');
    const zong = path.join(process.env.ZONG_BUILD, 'tools', 'zong');
    const trusted = await run(zong, ['--server', server.address, '--token', token, 'case', 'list'], { env: { ...process.env, ZONG_CA: at('ca.pem') } });
    const refused = await run(zong, ['--server', server.address, '--token', token, 'case', 'list']);
    assert.equal(refused.code, 1);
    assert.equal(trusted.code, 0, trusted.stderr);
  });

  it('a department calls with its certificate, and no other does', async () => {
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('dept', 'set', 'tax', '--certificate', at('tax.pem'));
    const own = await ask('/api/v1/session', { name: 'tax' });
    assert.deepEqual([own.status, own.json.role, own.json.department], [200, 'department', 'tax']);
    assert.equal((await ask('/api/v1/departments/tax/feed', { name: 'tax' })).status, 200);
    assert.equal((await ask('/api/v1/session', { name: 'stranger' })).status, 401);
    assert.equal((await ask('/api/v1/session', {})).status, 401);
    const forged = await ask('/api/v1/session', { name: 'forged' }).catch((error) => ({ status: error.code }));
    assert.notEqual(forged.status, 200);
    // a token goes before the certificate, and the certificate can be taken away
    const token = await server.token('lookup');
    assert.equal((await ask('/api/v1/session', { name: 'tax', token })).json.role, 'lookup');
    await server.ok('dept', 'set', 'tax', '--certificate', 'none');
    assert.equal((await ask('/api/v1/session', { name: 'tax' })).status, 401);
    assert.match((await server.cli('dept', 'set', 'tax', '--certificate', at('tax.key'))).stderr, /PEM/);
  });

  it('the certificate is renewed while it is served; one that is of no use is not taken', async () => {
    await fs.copyFile(at('two.pem'), at('server.pem'));
    server.child.kill('SIGHUP');
    await until('it is told that the two do not belong together', async () => /was not renewed/.test(await server.log()));
    assert.equal((await ask('/healthz')).subject, 'one');
    await fs.copyFile(at('two.key'), at('server.key'));
    server.child.kill('SIGHUP');
    await until('the other one answers', async () => (await ask('/healthz')).subject === 'two');
    await fs.chmod(at('server.key'), 0o644);
    server.child.kill('SIGHUP');
    await until('it is told that others can read the key', async () => /0600/.test(await server.log()));
    assert.equal((await ask('/healthz')).subject, 'two');
    await server.kill('SIGTERM');
    await assert.rejects(server.start(), /0600/);
    await fs.chmod(at('server.key'), 0o600);
    await server.start();
  });

  it('whose certificates departments may show is renewed, too, also for connections that are open', async () => {
    await server.ok('dept', 'set', 'tax', '--certificate', at('tax.pem'));
    const own = async (name, more) => (await ask('/api/v1/session', { name, ...more })).status;
    const kept = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set();
    kept.on('free', (socket) => ports.add(socket.localPort));
    assert.deepEqual([await own('tax', { agent: kept }), await own('forged')], [200, 401]);
    await fs.copyFile(at('other-ca.pem'), at('clients.pem'));
    assert.equal(await own('tax'), 200, 'nothing is read before it is told to');
    server.child.kill('SIGHUP');
    await until('the old authority is believed no longer', async () => (await own('tax', { agent: kept })) === 401);
    assert.equal(ports.size, 1, 'the connection was the same');
    kept.destroy();
    await server.ok('dept', 'set', 'tax', '--certificate', at('forged.pem'));
    assert.deepEqual([await own('tax'), await own('forged')], [401, 200]);
    // a client that sends its certificate only to who names its authority would not have sent it
    const hello = await run('sh', ['-c', `openssl s_client -connect ${new URL(server.address).host} -CAfile ${at('ca.pem')} -tls1_2 </dev/null`]);
    assert.match(hello.stdout, /No client certificate CA names sent/);
    assert.match(hello.stdout, /Client Certificate Types: /);
    await fs.writeFile(at('clients.pem'), 'nothing');
    server.child.kill('SIGHUP');
    await until('it is told of', async () => (await server.log()).includes('clients.pem'));
    assert.equal(await own('forged'), 200);
  });

  it('a webhook\'s certificate is verified', async () => {
    const calls = { one: 0, forged: 0 };
    const receivers = {};
    for (const [name, cert] of [['one', 'one'], ['forged', 'self']]) {
      if (cert === 'self') await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', at('self.key'), '-out', at('self.pem'));
      receivers[name] = https.createServer({ cert: await fs.readFile(at(`${cert}.pem`)), key: await fs.readFile(at(`${cert}.key`)) }, (request, response) => {
        calls[name]++;
        request.resume().on('end', () => response.writeHead(204).end());
      });
      await new Promise((resolve) => receivers[name].listen(0, '127.0.0.1', resolve));
      await server.ok('dept', 'add', name, '--name', `示例${name}`, '--webhook', `https://127.0.0.1:${receivers[name].address().port}/`, '--allow-private');
    }
    await server.ok('case', 'open', 'T1', '--kind', '转移登记');
    const scan = await mkscan('--kind', 'tax', '--dpi', 72, '--colour', 'bilevel', at('t.tif'));
    const [receipt] = (await server.ok('add', scan, '--case', 'T1', '--to', 'one,forged', '--json')).json;
    const delivery = async (name) => (await server.ok('show', receipt.material, '--json')).json[0].deliveries.find((d) => d.department === name);
    await until('the trusted one has it', async () => (await delivery('one')).state === 'sent');
    await until('the other was tried', async () => (await delivery('forged')).attempts > 0);
    assert.match((await delivery('forged')).last_error, /certificate|peer/i);
    assert.equal(calls.forged, 0);
    for (const r of Object.values(receivers)) {
      r.closeAllConnections();
      r.close();
    }
  });
});
