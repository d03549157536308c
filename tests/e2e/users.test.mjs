// SPDX-License-Identifier: GPL-3.0-or-later
// Persons with passwords: made by an administrator, changed by themselves, put out at once.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server } from './zong.mjs';

describe('users', () => {
  let server;
  const signIn = async (user, password) => server.post('/api/v1/sessions', { user, password });

  before(async () => { server = await Server.fresh('users'); });
  after(() => server?.end());

  it('the first password is changed before anything else, and the new one is the user\'s own', async () => {
    const [made] = (await server.ok('user', 'add', '示例甲', '--role', 'archivist', '--json')).json;
    assert.match(made.password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    const session = (await signIn('示例甲', made.password)).json;
    assert.equal(session.must_change, true);
    assert.deepEqual(session.may, []);
    const refused = await server.get('/api/v1/cases', { token: session.token });
    assert.equal(refused.status, 403);
    assert.equal(refused.json.code, 'password-must-change');
    const other = (await signIn('示例甲', made.password)).json;
    const change = (body) => server.post('/api/v1/session/password', body, { token: session.token });
    assert.equal((await change({ old: 'wrong', password: 'long enough 12' })).status, 422);
    assert.equal((await change({ old: made.password, password: '短' })).status, 422);
    assert.equal((await change({ old: made.password, password: 'long enough 12' })).status, 204);
    assert.equal((await server.get('/api/v1/cases', { token: session.token })).status, 200);
    assert.equal((await server.get('/api/v1/session', { token: other.token })).status, 401);
    assert.equal((await signIn('示例甲', made.password)).status, 401);
    assert.equal((await signIn('示例甲', 'long enough 12')).json.must_change, undefined);
  });

  it('who is disabled is out at once, and administrators manage but do not read', async () => {
    const session = (await signIn('示例甲', 'long enough 12')).json;
    const administrator = await server.token('administrator');
    assert.equal((await server.request('PATCH', '/api/v1/users/%E7%A4%BA%E4%BE%8B%E7%94%B2', { token: session.token, body: { disabled: true } })).status, 403);
    assert.equal((await server.request('PATCH', '/api/v1/users/%E7%A4%BA%E4%BE%8B%E7%94%B2', { token: administrator, body: { disabled: true } })).status, 200);
    assert.equal((await server.get('/api/v1/session', { token: session.token })).status, 401);
    assert.equal((await signIn('示例甲', 'long enough 12')).status, 401);
    assert.equal((await server.get('/api/v1/cases', { token: administrator })).status, 403);
    await server.ok('user', 'set', '示例甲', '--enable');
    assert.equal((await signIn('示例甲', 'long enough 12')).status, 201);
    assert.match((await server.cli('user', 'set', 'admin', '--disable')).stderr, /last-administrator/);
    assert.match((await server.cli('user', 'reset', '示例乙')).stderr, /no-such-user/);
    const [fresh] = (await server.ok('user', 'reset', '示例甲', '--json')).json;
    assert.equal((await signIn('示例甲', fresh.password)).json.must_change, true);
  });

  it('what one guesses for another does not lock that one out', async () => {
    for (let i = 0; i < 8; i++) await signIn('admin', 'wrong');
    assert.equal((await signIn('admin', server.password)).status, 429);
    // from elsewhere, here through the archive's own socket, the door is open
    const [fresh] = (await server.ok('user', 'reset', '示例甲', '--json')).json;
    assert.equal((await signIn('示例甲', fresh.password)).status, 201);
  });

  it('a token is limited to what its program is for', async () => {
    await server.ok('dept', 'add', 'heating', '--name', '示例供热');
    const [made] = (await server.ok('token', 'new', '--role', 'department', '--department', 'heating', '--may', 'feed.read', 'delivery.end', '--json')).json;
    const token = made.token;
    assert.deepEqual(made.may, ['feed.read', 'delivery.end']);
    assert.equal((await server.get('/api/v1/departments/heating/feed', { token })).status, 200);
    assert.equal((await server.get('/api/v1/search?q=x', { token })).status, 403);
    const session = (await server.post('/api/v1/sessions', { token })).json;
    assert.deepEqual(session.may, ['feed.read', 'delivery.end']);
    assert.equal(session.idle_seconds, 1800);
    assert.equal((await server.get('/api/v1/search?q=x', { token: session.token })).status, 403);
    assert.match((await server.ok('token', 'list')).stdout, /heating.*feed\.read delivery\.end/);
    assert.match((await server.cli('token', 'new', '--role', 'lookup', '--may', 'case.open')).stderr, /case\.open/);
  });

  it('no password is in the log, the rows of the list or the answers of others', async () => {
    const administrator = await server.token('administrator');
    const list = (await server.get('/api/v1/users', { token: administrator })).text;
    assert.doesNotMatch(list, /argon2|"password"/);
    const log = (await server.get('/api/v1/log?limit=200', { token: administrator })).text;
    assert.match(log, /user\.password/);
    assert.doesNotMatch(log, /long enough|argon2/);
    const store = await fs.readFile(path.join(server.archive, 'catalog', 'data.mdb'));
    assert.equal(store.includes('long enough 12'), false);
  });
});
