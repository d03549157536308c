// SPDX-License-Identifier: GPL-3.0-or-later
// Vaults: what a department keeps for itself alone. What works in one as in the common archive, who may try, and what all others learn: nothing.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import YAML from 'yaml';
import { Server, digest, mkscan, programs, run, until } from './zong.mjs';

const member = '示例税务甲';
const password = 'correct horse battery';
const unit = '370786001001GB00001F00010001';
const base = '/api/v1/vaults/tax';

describe('vaults', () => {
  let server, description, sheet, material, file;
  const tokens = {};
  const secrets = {};
  /** The command line as a department uses it, from another machine. */
  const cli = async (...args) => {
    const result = await run(programs.zong, ['--server', server.address, ...args.map(String)], { env: { ...process.env, ZONG_TOKEN: tokens.tax } });
    if (args.includes('--json')) result.json = result.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    return result;
  };
  const ok = async (...args) => {
    const result = await cli(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  const unlock = (token = tokens.tax, department = 'tax', body = { member, password }) => server.post(`/api/v1/vaults/${department}/unlock`, body, { token });
  /** Until every page in the vault has been read. */
  const read = () => until('all read in the vault', async () => {
    const { jobs } = (await server.get(`${base}/status`, { token: tokens.tax })).json;
    return jobs.waiting + jobs.running === 0;
  });

  before(async () => {
    server = await Server.fresh('vault');
    description = YAML.parse((await server.get('/api/v1/openapi.yaml')).text);
    for (const [id, name] of [['tax', '示例税务'], ['housing', '示例住建']]) await server.ok('dept', 'add', id, '--name', name);
    for (const role of ['administrator', 'archivist', 'lookup', 'custodian', 'auditor']) tokens[role] = await server.token(role);
    for (const department of ['tax', 'housing']) tokens[department] = await server.token('department', department);
    for (const [name, text] of [['member', password], ['wrong', 'another password'], ['second', 'a second password']]) {
      secrets[name] = path.join(server.dir, `${name}.txt`);
      await fs.writeFile(secrets[name], `${text}\n`, { mode: 0o600 });
    }
    await server.ok('case', 'open', 'V-1', '--kind', '转移登记', '--unit', unit, '--party', '示例甲:11010519491231002X');
    const common = await mkscan('--kind', 'certificate', '--colour', 'bilevel', path.join(server.dir, 'common.tif'));
    await server.ok('add', common, '--case', 'V-1', '--to', 'tax', '--wait');
  });
  after(() => server?.end());

  it('a department makes its own, and the sheet for the safe is shown once, on paper too', async () => {
    const pdf = path.join(server.dir, 'sheet.pdf');
    const made = await cli('vault', 'make', 'tax', '--member', member, '--password-file', secrets.member, '-o', pdf, '--json');
    assert.equal(made.code, 0, made.stderr);
    sheet = made.json[0].sheet;
    assert.match(sheet, /^([0-9A-Z]{4}[0-9A-Z*~$=]-){12}[0-9A-Z]{4}[0-9A-Z*~$=]$/);
    assert.equal((await fs.readFile(pdf)).subarray(0, 5).toString(), '%PDF-');
    assert.equal((await fs.stat(pdf)).mode & 0o777, 0o600);
    assert.equal((await cli('vault', 'make', 'tax', '--member', member, '--password-file', secrets.member)).code, 1);
    assert.equal((await server.post(base, { member: 'x', password }, { token: tokens.housing })).status, 404);
    assert.equal((await server.post(base, { member: 'x', password }, { token: tokens.administrator })).status, 403);
    assert.equal((await server.post('/api/v1/vaults/housing', { member: 'x', password: 'short' }, { token: tokens.housing })).status, 422);
  });

  it('locked, it says so; a wrong password, no member and no vault are one answer', async () => {
    const locked = await cli('find', '--vault', 'tax', '--case', 'V-1');
    assert.equal(locked.code, 1);
    assert.equal((await server.get(`${base}/cases`, { token: tokens.tax })).json.code, 'sealed');
    const answers = [];
    for (const [token, department, body] of [[tokens.tax, 'tax', { member, password: 'another password' }], [tokens.tax, 'tax', { member: '示例无名', password }],
      [tokens.archivist, 'tax', { member, password: 'another password' }], [tokens.archivist, 'housing', { member, password }]]) {
      const reply = await unlock(token, department, body);
      answers.push(`${reply.status} ${reply.text.replaceAll(department, '*')}`);
    }
    assert.match(answers[0], /^403 /);
    assert.equal(new Set(answers).size, 1, answers.join('\n'));
  });

  it('what is filed in it is read, found, shown and given back there, bit for bit', async () => {
    assert.match((await ok('vault', 'unlock', 'tax', '--member', member, '--password-file', secrets.member)).stdout, /\d+/);
    file = await mkscan('--kind', 'tax', '--colour', 'bilevel', path.join(server.dir, 'private.tif'));
    // the case comes along from the common archive
    const [added] = (await ok('add', file, '--vault', 'tax', '--case', 'V-1', '--type', '契税申报表', '--title', '示例申报表', '--json')).json;
    material = added.material;
    assert.equal(added.digest, digest(await fs.readFile(file)));
    await read();
    const out = path.join(server.dir, 'out.tif');
    await ok('get', material, '--vault', 'tax', '-o', out);
    assert.deepEqual(await fs.readFile(out), await fs.readFile(file));
    for (const form of ['text', 'alto', 'hocr', 'png']) assert.equal((await server.get(`${base}/materials/${material}/pages/1/${form}`, { token: tokens.tax })).status, 200, form);
    assert.ok((await server.get(`${base}/materials/${material}/pages/1/text`, { token: tokens.tax })).text.length > 50);
    assert.equal((await server.get(`${base}/materials/${material}/pdf`, { token: tokens.tax })).bytes.subarray(0, 5).toString(), '%PDF-');
    assert.equal((await server.get(`${base}/files/${added.digest}`, { token: tokens.tax })).status, 200);
    const cas = (await server.get(`${base}/cases/V-1`, { token: tokens.tax })).json;
    assert.deepEqual(cas.materials.map((m) => m.title), ['示例申报表']);
    assert.deepEqual(cas.units.map((u) => u.code), [unit]);
    // by its text, which is in no index on the disk, as well
    const words = (await server.get(`${base}/materials/${material}/pages/1/text`, { token: tokens.tax })).text.match(/\p{sc=Han}{4,8}/u)[0];
    for (const query of [`case=V-1`, `parcel=${unit}`, 'q=示例申报表', `q=${words}`, `q=${words} -没有这样的话`]) {
      const found = (await server.get(`${base}/search?${query}`, { token: tokens.tax })).json;
      assert.ok(found.items.length > 0 && found.items.every((hit) => hit.material === material), query);
    }
    const hit = (await server.get(`${base}/search?q=${words}&facets=1`, { token: tokens.tax })).json;
    assert.deepEqual([hit.items[0].why, hit.items[0].page, hit.facets_exact, hit.text_more], ['text', 1, true, undefined]);
    assert.ok(hit.items[0].boxes.length > 0 && hit.items[0].snippet.includes('\ue000'));
    assert.deepEqual((await server.get(`${base}/search?q=${words} -${words}`, { token: tokens.tax })).json.items, []);
    // again is no error, and a case that nobody has is none
    const again = await server.upload(tokens.tax, { case: 'V-1', type: '契税申报表' }, await fs.readFile(file), { base });
    assert.deepEqual([again.status, again.json.again], [201, true]);
    assert.match(again.headers.location, /^\/api\/v1\/vaults\/tax\/materials\//);
    assert.equal((await server.upload(tokens.tax, { case: 'V-9' }, await fs.readFile(file), { base })).status, 404);
    // its own log has who did it
    const lines = (await server.get(`${base}/log?verb=material.add`, { token: tokens.tax })).json;
    assert.equal(lines.items.length, 1);
  });

  it('each address of a vault answers members, and nobody else', async (t) => {
    const here = [], gone = [];
    for (const [template, item] of Object.entries(description.paths)) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete']) if (item[method]) (item[method]['x-zong-vault'] ? here : gone).push([method.toUpperCase(), template]);
    }
    const absent = { id: '01900000-0000-7000-8000-000000000000', digest: `sha256:${'0'.repeat(64)}`, no: 'none', code: '370786009009GB00009', n: '1', d: 'tax', name: 'x', day: '2026-01-01', version: '1' };
    const at = (template, department) => template.replace('/api/v1/', `/api/v1/vaults/${department}/`).replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(absent[name] ?? 'x'));
    const ask = (method, address, token) => server.request(method, address, { token: tokens[token], body: ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined });
    const wrong = [];
    let cells = 0;
    const expect = async (method, address, token, good, what) => {
      cells++;
      const reply = await ask(method, address, token);
      if (!good(reply)) wrong.push(`${method} ${address} ${token}: ${reply.status} ${reply.json?.code}, not ${what}`);
    };
    assert.ok(here.length > 50);
    for (const [method, template] of here) {
      await expect(method, at(template, 'tax'), 'tax', (r) => r.status !== 401 && r.status !== 403 && r.json?.code !== 'no-such-address', 'answered');
      for (const token of ['archivist', 'custodian']) await expect(method, at(template, 'tax'), token, (r) => r.status === 403 && r.json.code === 'sealed', 'sealed');
      for (const token of ['administrator', 'lookup', 'auditor']) await expect(method, at(template, 'tax'), token, (r) => r.status === 403 && r.json.code === 'forbidden', 'forbidden');
      await expect(method, at(template, 'tax'), 'none', (r) => r.status === 401, '401');
      const [there, none] = await Promise.all(['tax', 'nobody'].map((department) => ask(method, at(template, department), 'housing')));
      cells++;
      if (there.status !== 404 || there.text.replaceAll('tax', '*') !== none.text.replaceAll('nobody', '*')) wrong.push(`${method} ${template} housing: ${there.status} ${there.text} / ${none.text}`);
    }
    for (const [method, template] of gone) {
      if (!template.startsWith('/api/v1/') || template.startsWith('/api/v1/vaults/')) continue;
      await expect(method, at(template, 'tax'), 'tax', (r) => [404, 405].includes(r.status), 'no address');
    }
    t.diagnostic(`${cells} cells`);
    assert.deepEqual(wrong, []);
  });

  it('nobody outside learns what is in it, or that a file is', async () => {
    const bytes = await fs.readFile(file);
    const status = async () => { const s = (await server.ok('status', '--json')).json[0]; return JSON.stringify([s.materials, s.files, s.pages, s.rasters, s.pages_read, s.bytes_in, s.bytes_stored, s.jobs]); };
    const before = await status();
    // another one into the vault moves no figure outside
    const other = await mkscan('--kind', 'certificate', '--seed', 7, '--colour', 'bilevel', path.join(server.dir, 'other.tif'));
    assert.equal((await server.upload(tokens.tax, { case: 'V-1' }, await fs.readFile(other), { base })).status, 201);
    await read();
    assert.equal(await status(), before);
    const strangers = ['administrator', 'archivist', 'housing', 'lookup', 'custodian', 'auditor'];
    for (const who of strangers) {
      const token = tokens[who];
      const [there, none] = await Promise.all([digest(bytes), `sha256:${'0'.repeat(64)}`].map((name) => server.get(`/api/v1/files/${name}`, { token })));
      assert.equal(there.status, none.status);
      const [one, two] = await Promise.all([material, '01900000-0000-7000-8000-000000000000'].map((id) => server.get(`/api/v1/materials/${id}`, { token })));
      assert.equal(one.text.replaceAll(material, '*'), two.text.replaceAll('01900000-0000-7000-8000-000000000000', '*'));
      const found = await server.get('/api/v1/search?q=示例申报表', { token });
      if (found.status === 200) assert.deepEqual(found.json.items, []);
    }
    // handed in outside, it is as new as any other
    const receipt = (await server.upload(tokens.archivist, { case: 'V-1', type: '契税申报表' }, bytes)).json;
    assert.equal(receipt.again, false);
    assert.equal(receipt.bytes_shared, 0);
    assert.equal(receipt.bytes_new, bytes.length);
    await server.read();
  });

  it('what lies on the disk shows neither bytes nor words nor names', async () => {
    const secret = await mkscan('--kind', 'tax', '--seed', 99, '--colour', 'bilevel', path.join(server.dir, 'thief.tif'));
    const bytes = await fs.readFile(secret);
    const before = await server.get('/metrics');
    const [added] = (await ok('add', secret, '--vault', 'tax', '--case', 'V-1', '--title', '示例不外传', '--json')).json;
    await read();
    const text = (await server.get(`${base}/materials/${added.material}/pages/1/text`, { token: tokens.tax })).text;
    const needles = [bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 48), Buffer.from('示例不外传'), Buffer.from(text.trim().slice(0, 12)), Buffer.from(digest(bytes).slice(7), 'hex'),
      Buffer.from(digest(bytes)), Buffer.from(added.material), Buffer.from(added.material.replaceAll('-', ''), 'hex')];
    const walk = async (dir) => (await Promise.all((await fs.readdir(dir, { withFileTypes: true })).map((entry) => (entry.isDirectory() ? walk(path.join(dir, entry.name)) : entry.isFile() ? [path.join(dir, entry.name)] : [])))).flat();
    const files = await walk(server.archive);
    assert.ok(files.some((name) => name.includes('/vaults/tax/')));
    for (const name of files) {
      const content = await fs.readFile(name);
      for (const [i, needle] of needles.entries()) assert.equal(content.indexOf(needle), -1, `${name}: ${i}`);
    }
    assert.equal((await server.log()).includes('示例不外传'), false);
    // of what is counted outside only requests and commits go on
    const figures = (metrics) => metrics.text.split('\n').filter((line) => /^zong_(materials|files|pages|rasters|bytes|jobs|segments|catalog)/.test(line)).join('\n');
    assert.ok(figures(before).length > 0);
    assert.equal(figures(await server.get('/metrics')), figures(before));
  });

  it('a material is shared later by the decision of its department, which is on record', async () => {
    assert.equal((await cli('vault', 'share', 'tax', material, '--to', 'housing')).code, 2);
    const [shared] = (await ok('vault', 'share', 'tax', material, '--to', 'housing', '--reason', '示例理由', '--json')).json;
    const got = await server.get(`/api/v1/materials/${shared.material}/file`, { token: tokens.housing });
    assert.equal(digest(got.bytes), digest(await fs.readFile(file)));
    const lines = (await server.ok('log', '--verb', 'vault.share', '--json')).json;
    assert.equal(lines.length, 1);
    assert.match(lines[0].detail, /housing.*示例理由/);
    assert.equal((await server.get(`${base}/log?verb=material.share`, { token: tokens.tax })).json.items.length, 1);
    assert.equal((await server.post(`${base}/materials/${material}/share`, { to: ['housing'], reason: '示例' }, { token: tokens.archivist })).json.code, 'sealed');
  });

  it('members, services and officers come and go; the key is made anew', async () => {
    const by = ['--member', member, '--password-file', secrets.member];
    await ok('vault', 'member', 'tax', '示例税务乙', ...by, '--new-password-file', secrets.second);
    const [service] = (await ok('vault', 'service', 'tax', '示例系统', ...by, '--json')).json;
    const shown = (await ok('vault', 'show', 'tax', '--json')).json[0];
    assert.deepEqual(shown.keys.map((k) => k.kind).sort(), ['member', 'member', 'recovery', 'service']);
    assert.equal(shown.generation, 1);
    await ok('vault', 'lock', 'tax');
    const key = path.join(server.dir, 'key.txt');
    await fs.writeFile(key, service.secret);
    await ok('vault', 'unlock', 'tax', '--service', '示例系统', '--password-file', key);
    assert.equal((await cli('vault', 'renew', 'tax', ...by)).code, 1);
    await ok('vault', 'lock', 'tax');
    await ok('vault', 'remove', 'tax', '示例税务乙', ...by);
    await ok('vault', 'renew', 'tax', ...by);
    assert.equal((await cli('vault', 'unlock', 'tax', '--member', '示例税务乙', '--password-file', secrets.second)).code, 1);
    // two officers let somebody in, which is on record
    const [officers] = (await ok('vault', 'officers', 'tax', ...by, '--json')).json;
    const one = path.join(server.dir, 'one.txt'), other = path.join(server.dir, 'other.txt');
    await fs.writeFile(one, officers.one.sheet);
    await fs.writeFile(other, officers.other.sheet);
    assert.equal((await cli('vault', 'recover', 'tax', '示例局长', '--officers', '--sheet-file', one, '--other-file', one, '--new-password-file', secrets.second)).code, 1);
    await ok('vault', 'recover', 'tax', '示例局长', '--officers', '--sheet-file', one, '--other-file', other, '--new-password-file', secrets.second);
    await ok('vault', 'unlock', 'tax', '--member', '示例局长', '--password-file', secrets.second);
    assert.equal((await server.ok('log', '--verb', 'vault.break', '--json')).json.length, 2);
    const out = path.join(server.dir, 'again.tif');
    await ok('get', material, '--vault', 'tax', '-o', out);
    assert.deepEqual(await fs.readFile(out), await fs.readFile(file));
    // nothing secret stands in the log
    const log = (await server.ok('log', '--json')).stdout + await server.log();
    for (const secret of [password, 'a second password', service.secret, officers.one.sheet, sheet]) assert.equal(log.includes(secret), false);
  });

  it('a backup has the vaults as they are, without a key; restored, they open with the same passwords', async () => {
    const store = path.join(server.dir, 'backup');
    const [first] = (await server.ok('backup', store, '--json')).json;
    assert.equal(first.vaults, 1);
    // what is added costs what it is, and what was there is not written again
    const more = await mkscan('--kind', 'certificate', '--seed', 31, '--colour', 'bilevel', path.join(server.dir, 'more.tif'));
    const bytes = await fs.readFile(more);
    const [{ material: added }] = (await ok('add', more, '--vault', 'tax', '--case', 'V-1', '--title', '示例后来', '--json')).json;
    await read();
    const [second] = (await server.ok('backup', store, '--json')).json;
    assert.ok(second.bytes_written < first.bytes_written, `${second.bytes_written} of ${first.bytes_written}`);
    await server.ok('backup', store, '--check');
    assert.deepEqual((await server.ok('backup', store, '--list', '--json')).json.map((snapshot) => snapshot.vaults), [1, 1]);
    assert.match((await server.ok('backup', store, '--list')).stdout, /^.+ materials, .+ files, .+ pages, .+, 1 vaults$/m);
    for (const name of await fs.readdir(path.join(store, 'packs'))) {
      const pack = await fs.readFile(path.join(store, 'packs', name));
      for (const needle of [bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 48), Buffer.from('示例后来'), Buffer.from(added)]) assert.equal(pack.indexOf(needle), -1);
    }
    const again = new Server(server.dir, path.join(server.dir, 'restored'));
    const restored = await run(programs.zong, ['restore', store, again.archive, '--json']);
    assert.equal(restored.code, 0, restored.stderr);
    await again.start();
    try {
      const token = tokens.tax;
      assert.equal((await again.get(`${base}/cases`, { token })).json.code, 'sealed');
      assert.equal((await again.post(`${base}/unlock`, { member, password }, { token })).status, 200);
      assert.equal(digest((await again.get(`${base}/materials/${added}/file`, { token })).bytes), digest(bytes));
      assert.equal(digest((await again.get(`${base}/materials/${material}/file`, { token })).bytes), digest(await fs.readFile(file)));
    } finally {
      await again.kill('SIGTERM');
    }
    // a vault that cannot be read is named, and all else is in the backup
    const keys = path.join(again.archive, 'vaults/tax/vault.keys');
    await fs.writeFile(keys, 'zong vault keys 1\n');
    const damaged = await run(programs.zong, ['backup', path.join(server.dir, 'backup2'), '--archive', again.archive, '--json']);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /tax/);
    assert.match(damaged.stdout, /"trouble":\s*"vault"/);
    assert.match(damaged.stdout, /"materials"/);
  });

  it('it is locked when the session ends and when the server starts anew', async () => {
    const session = (await server.post('/api/v1/sessions', { token: tokens.tax })).json.token;
    assert.equal((await unlock(session)).status, 200);
    assert.equal((await server.get(`${base}/cases`, { token: session })).status, 200);
    const second = (await server.post('/api/v1/sessions', { token: tokens.tax })).json.token;
    assert.equal((await server.get(`${base}/cases`, { token: second })).json.code, 'sealed');
    await server.request('DELETE', '/api/v1/session', { token: session });
    await server.kill('SIGKILL');
    await server.start();
    assert.equal((await server.get(`${base}/cases`, { token: tokens.tax })).json.code, 'sealed');
    await fs.writeFile(secrets.sheet = path.join(server.dir, 'sheet.txt'), sheet.toLowerCase());
    await ok('vault', 'recover', 'tax', '示例税务丙', '--sheet-file', secrets.sheet, '--new-password-file', secrets.second);
    await ok('vault', 'unlock', 'tax', '--member', '示例税务丙', '--password-file', secrets.second);
    assert.equal((await server.get(`${base}/materials/${material}`, { token: tokens.tax })).status, 200);
  });
});
