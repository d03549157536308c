// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions of browsers: a cookie that no script reads, and the word without which it changes nothing; as a browser keeps and sends it.
import assert from 'node:assert/strict';
import https from 'node:https';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, run } from './zong.mjs';

/** A browser's jar, as far as one server needs it. */
class Jar {
  cookies = new Map();
  /** What a reply has the browser keep. */
  keep(response) {
    for (const line of response.headers.getSetCookie?.() ?? []) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const [name, value] = pair.split('=');
      if (attributes.some((a) => /^max-age=0$/i.test(a))) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
  get header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

describe('cookie', () => {
  let server;
  before(async () => {
    server = await Server.fresh('cookie');
  });
  after(() => server?.end());

  const ask = async (jar, method, where, { csrf, body, headers = {} } = {}) => {
    const all = { ...headers };
    if (jar.header) all.Cookie = jar.header;
    if (csrf) all['Zong-CSRF'] = csrf;
    if (body !== undefined) all['Content-Type'] ??= 'application/json';
    const response = await fetch(new URL(where, server.address), { method, headers: all, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body) });
    jar.keep(response);
    const bytes = Buffer.from(await response.arrayBuffer());
    const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(bytes.toString('utf8')) : undefined;
    return { status: response.status, headers: response.headers, bytes, json };
  };
  const signIn = async (jar, more = {}) => {
    const reply = await ask(jar, 'POST', '/api/v1/sessions', { body: { user: 'admin', password: server.password, cookie: true, ...more } });
    assert.equal(reply.status, 201);
    return reply.json;
  };

  it('one signs in, changes something, reloads, and signs out', async () => {
    const jar = new Jar();
    const me = await signIn(jar);
    assert.equal(me.token, undefined);
    assert.deepEqual([...jar.cookies.keys()], ['zong']);
    const tax = { id: 'tax', name: '税务' };
    const refused = await ask(jar, 'POST', '/api/v1/departments', { body: tax });
    assert.deepEqual([refused.status, refused.json.code, refused.json.subject], [403, 'other-page', 'Zong-CSRF']);
    assert.equal((await ask(jar, 'POST', '/api/v1/departments', { body: tax, csrf: me.csrf })).status, 201);
    const again = (await ask(jar, 'GET', '/api/v1/session')).json;
    assert.equal(again.csrf, me.csrf);
    assert.equal(again.name, 'admin');
    assert.equal((await ask(jar, 'DELETE', '/api/v1/session', { csrf: again.csrf })).status, 204);
    assert.equal(jar.cookies.size, 0);
    assert.equal((await ask(jar, 'GET', '/api/v1/session')).status, 401);
  });

  it('the word of one session is worth nothing in another, and both are worth nothing after a change of the password', async () => {
    const jar = new Jar(), other = new Jar();
    const me = await signIn(jar);
    const them = await signIn(other);
    assert.notEqual(me.csrf, them.csrf);
    assert.equal((await ask(jar, 'POST', '/api/v1/departments', { body: { id: 'a', name: '甲' }, csrf: them.csrf })).status, 403);
    const password = 'a-longer-password-1';
    assert.equal((await ask(jar, 'POST', '/api/v1/session/password', { body: { old: server.password, password }, csrf: me.csrf })).status, 204);
    server.password = password;
    assert.equal((await ask(jar, 'GET', '/api/v1/session')).status, 200);
    assert.equal((await ask(other, 'GET', '/api/v1/session')).status, 401);
  });

  it('a password that somebody else made is changed first, by cookie too', async () => {
    const jar = new Jar(), clerk = new Jar();
    const me = await signIn(jar);
    const made = (await ask(jar, 'POST', '/api/v1/users', { body: { name: 'clerk', role: 'archivist' }, csrf: me.csrf })).json;
    const first = await signIn(clerk, { user: 'clerk', password: made.password });
    assert.equal(first.must_change, true);
    const cases = await ask(clerk, 'GET', '/api/v1/cases');
    assert.deepEqual([cases.status, cases.json.code], [403, 'password-must-change']);
    const change = { old: made.password, password: 'another-long-one-2' };
    assert.equal((await ask(clerk, 'POST', '/api/v1/session/password', { body: change })).json.code, 'other-page');
    assert.equal((await ask(clerk, 'POST', '/api/v1/session/password', { body: change, csrf: first.csrf })).status, 204);
    assert.equal((await ask(clerk, 'GET', '/api/v1/cases')).status, 200);
  });

  it('uploads, pictures and files go by cookie, and nothing of them is kept on the disk', async () => {
    const jar = new Jar();
    const me = await signIn(jar, { user: 'clerk', password: 'another-long-one-2' });
    assert.equal((await ask(jar, 'POST', '/api/v1/cases', { body: { no: 'C1', kind: '转移登记' }, csrf: me.csrf })).status, 201);
    const file = await fs.readFile(await mkscan('--kind', 'letter', '--dpi', 100, path.join(server.dir, 'l.tif')));
    const upload = (csrf) => {
      const form = new FormData();
      form.append('meta', JSON.stringify({ case: 'C1' }));
      form.append('file', new Blob([file]), 'l.tif');
      return fetch(new URL('/api/v1/materials', server.address), { method: 'POST', body: form, headers: { Cookie: jar.header, ...(csrf ? { 'Zong-CSRF': csrf } : {}) } });
    };
    assert.equal((await upload()).status, 403);
    const receipt = await (await upload(me.csrf)).json();
    for (const part of ['file', 'pages/1/png', 'pdf']) {
      const reply = await ask(jar, 'GET', `/api/v1/materials/${receipt.material}/${part}`, { headers: { 'Sec-Fetch-Site': 'same-origin' } });
      assert.equal(reply.status, 200, part);
      assert.equal(reply.headers.get('cache-control'), 'no-store', part);
      assert.equal((await ask(jar, 'GET', `/api/v1/materials/${receipt.material}/${part}`, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
      if (part === 'file') assert.ok(reply.bytes.equals(file));
    }
  });

  it('a feed streams to an EventSource', async () => {
    const jar = new Jar();
    const { token } = (await server.ok('token', 'new', '--role', 'department', '--department', 'tax', '--json')).json[0];
    const reply = await ask(jar, 'POST', '/api/v1/sessions', { body: { token, cookie: true } });
    assert.equal(reply.json.department, 'tax');
    const file = await mkscan('--kind', 'tax', '--dpi', 100, path.join(server.dir, 't.tif'));
    await server.ok('add', file, '--case', 'C1', '--to', 'tax');
    const stop = new AbortController();
    const stream = await fetch(new URL('/api/v1/departments/tax/events', server.address), { headers: { Cookie: jar.header, Accept: 'text/event-stream', 'Sec-Fetch-Site': 'same-origin' }, signal: stop.signal });
    assert.equal(stream.status, 200);
    const { value } = await stream.body.getReader().read();
    assert.match(Buffer.from(value).toString('utf8'), /data: .*material/);
    stop.abort();
  });

  it('over TLS it is bound to this host and to TLS', async () => {
    const at = (name) => path.join(server.dir, name);
    const made = await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=zong', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', at('k.pem'), '-out', at('c.pem')]);
    assert.equal(made.code, 0, made.stderr);
    await fs.chmod(at('k.pem'), 0o600);
    await server.kill('SIGTERM');
    await fs.appendFile(path.join(server.archive, 'zong.conf'), `tls-certificate = ${at('c.pem')}\ntls-key = ${at('k.pem')}\n`);
    await server.start();
    const ca = await fs.readFile(at('c.pem'));
    const send = (method, where, headers, body) => new Promise((resolve, reject) => {
      const request = https.request(new URL(where, server.address), { method, headers, ca }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, json: JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') }));
      });
      request.on('error', reject);
      request.end(body);
    });
    const signed = await send('POST', '/api/v1/sessions', { 'Content-Type': 'application/json', Origin: server.address }, JSON.stringify({ user: 'admin', password: server.password, cookie: true }));
    assert.equal(signed.status, 201);
    const [set] = signed.headers['set-cookie'];
    assert.match(set, /^__Host-zong=zc_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    const Cookie = set.split(';')[0];
    assert.equal((await send('GET', '/api/v1/session', { Cookie })).json.csrf, signed.json.csrf);
    assert.equal((await send('GET', '/api/v1/session', { Cookie: Cookie.replace('__Host-', '') })).status, 401);
    assert.equal((await send('DELETE', '/api/v1/session', { Cookie, 'Zong-CSRF': signed.json.csrf, Origin: server.address.replace('https', 'http') })).status, 403);
    const left = await send('DELETE', '/api/v1/session', { Cookie, 'Zong-CSRF': signed.json.csrf, Origin: server.address });
    assert.equal(left.status, 204);
    assert.match(left.headers['set-cookie'][0], /^__Host-zong=; .*Secure; Max-Age=0$/);
  });
});
