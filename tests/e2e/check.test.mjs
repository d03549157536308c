// SPDX-License-Identifier: GPL-3.0-or-later
// The check: beside a server, after damage, and on damaged database pages; of vaults, from outside and with their password.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run, until } from './zong.mjs';

const english = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
const flips = Number(process.env.ZONG_CHECK_FLIPS ?? 24);

describe('check', () => {
  let server, archive, pristine;

  before(async () => {
    server = await Server.fresh('check', { args: ['--workers', '1'] });
    archive = server.archive;
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('case', 'open', 'K1', '--kind', '转移登记', '--unit', '370786001001GB00001F00010001', '--party', '示例甲');
    const scans = [];
    for (let i = 1; i <= 3; i++) scans.push(await mkscan('--kind', 'tax', '--dpi', 100, '--seed', i, path.join(server.dir, `${i}.tif`)));
    await server.ok('add', ...scans, '--case', 'K1', '--to', 'tax', '--wait');
  });
  after(async () => { await server?.end(); });

  const zong = (...args) => run(programs.zong, ['--archive', archive, ...args], english);
  const check = async (...args) => {
    const result = await zong('check', ...args, '--json');
    result.json = result.stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
    return result;
  };

  it('finds nothing beside a server, and a repair is refused then', async () => {
    const result = await check();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const summary = result.json.at(-1);
    assert.equal(summary.clean, true);
    assert.equal(summary.files, 3);
    assert.ok(summary.file_bytes > 0 && summary.log > 0 && summary.rows > 0);
    const repair = await zong('check', '--repair');
    assert.equal(repair.code, 1);
    assert.match(repair.stderr, /in use|another/i);
    const status = await server.ok('status');
    assert.match(status.stdout ?? status, /background|复核/);
  });

  it('names the materials of a damaged segment', async () => {
    await server.kill('SIGTERM');
    pristine = `${archive}.pristine`;
    await fs.cp(archive, pristine, { recursive: true, filter: (from) => !from.endsWith('.sock') });
    const data = path.join(archive, 'segments/data.mdb');
    const bytes = await fs.readFile(data);
    const page = await fs.readFile(path.join(server.dir, '1.tif'));
    const at = bytes.indexOf(page.subarray(page.length >> 1, (page.length >> 1) + 64));
    const place = at < 0 ? bytes.lastIndexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) + 200 : at;
    bytes[place] ^= 4;
    await fs.writeFile(data, bytes);
    const result = await check();
    assert.equal(result.code, 1);
    const finding = result.json.find((f) => f.finding === 'segment-damaged');
    assert.ok(finding, result.stdout);
    assert.ok(finding.materials.length >= 1);
    assert.equal(finding.materials[0].case, 'K1');
    await restore();
  });

  const restore = async () => {
    await fs.rm(archive, { recursive: true });
    await fs.cp(pristine, archive, { recursive: true });
  };

  it('ends with an answer whatever byte of the database is damaged', async () => {
    let found = 0;
    for (let i = 0; i < flips; i++) {
      const data = path.join(archive, i % 3 ? 'catalog/data.mdb' : 'segments/data.mdb');
      const bytes = await fs.readFile(data);
      let used = bytes.length; // data files are allotted ahead
      while (used > 4096 && bytes[used - 1] === 0) used--;
      const place = (i * 2654435761) % used;
      bytes[place] ^= 1 << (i % 8);
      await fs.writeFile(data, bytes);
      const result = await zong('check');
      assert.ok(result.code === 0 || result.code === 1, `byte ${place} of ${data}: ${result.code} ${result.signal} ${result.stderr}`);
      assert.ok(result.stdout || result.stderr);
      found += result.code;
      await restore();
    }
    assert.ok(found > 0, 'no damage was found at all');
  });

  it('makes the indexes anew', async () => {
    const result = await zong('reindex');
    assert.equal(result.code, 0, result.stderr);
    const clean = await check();
    assert.equal(clean.code, 0, clean.stdout);
    assert.ok(clean.json.at(-1).documents > 0);
  });
});

describe('check of vaults', () => {
  const member = '示例税务甲';
  const base = '/api/v1/vaults/tax';
  let server, token, secret, wrong, material;

  const zong = (...args) => run(programs.zong, ['--archive', server.archive, ...args], english);
  const check = async (...args) => {
    const result = await zong('check', ...args, '--json');
    result.json = result.stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
    return result;
  };
  const inside = (...args) => check('--vault', 'tax', '--member', member, '--password-file', secret, ...args);
  const member_of = (...args) => run(programs.zong, ['--server', server.address, ...args], { env: { ...english.env, ZONG_TOKEN: token } });

  before(async () => {
    server = await Server.fresh('check-vault', { args: ['--workers', '1'] });
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    token = await server.token('department', 'tax');
    [secret, wrong] = [path.join(server.dir, 'secret'), path.join(server.dir, 'wrong')];
    await fs.writeFile(secret, 'correct horse battery\n', { mode: 0o600 });
    await fs.writeFile(wrong, 'another password\n', { mode: 0o600 });
    const by = ['--member', member, '--password-file', secret];
    await server.ok('case', 'open', 'V1', '--kind', '转移登记', '--unit', '370786001001GB00001F00010001', '--party', '示例甲');
    const scans = [];
    for (let i = 1; i <= 3; i++) scans.push(await mkscan('--kind', 'tax', '--dpi', 100, '--seed', i, path.join(server.dir, `${i}.tif`)));
    await server.ok('add', scans[0], '--case', 'V1', '--to', 'tax', '--wait');
    for (const args of [['vault', 'make', 'tax', ...by], ['vault', 'unlock', 'tax', ...by], ['add', ...scans, '--vault', 'tax', '--case', 'V1', '--title', '示例私件', '--json']]) {
      const result = await member_of(...args);
      assert.equal(result.code, 0, result.stderr);
      if (args[0] === 'add') material = JSON.parse(result.stdout.split('\n')[0]).material;
    }
    await until('all read in the vault', async () => {
      const { jobs } = (await server.get(`${base}/status`, { token })).json;
      return jobs.waiting + jobs.running === 0;
    });
  });
  after(async () => { await server?.end(); });

  it('without a password it looks at them from outside, beside a server that has one open', async () => {
    const result = await check();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual([result.json.length, result.json[0].clean, result.json[0].vaults, result.json[0].files], [1, true, 1, 1]);
    assert.ok(result.json[0].vault_boxes > 10);
    assert.match((await zong('check')).stdout, /1 vaults from outside/);
  });

  it('with the password of a member all in it is checked, while it is open, and a repair is refused then', async () => {
    const result = await inside();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const [summary] = result.json;
    assert.deepEqual([summary.clean, summary.files, summary.vaults, summary.documents_waiting], [true, 3, 0, 0]);
    assert.ok(summary.segments >= 3 && summary.log > 3 && summary.rows > 20);
    assert.equal((await inside('--quick')).code, 0);
    const repair = await inside('--repair');
    assert.equal(repair.code, 1);
    assert.match(repair.stderr, /vault is in use/);
    const refused = await zong('check', '--vault', 'tax', '--member', member, '--password-file', wrong);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Wrong password/);
    const none = await zong('check', '--vault', 'housing', '--member', member, '--password-file', secret);
    assert.equal(none.stderr, refused.stderr);
    for (const args of [['check', '--vault', 'tax'], ['check', '--member', member], ['check', '--vault', 'tax', '--member', member, '--password-file', secret, '--repair', '--from', server.dir],
      ['reindex', '--vault', 'tax'], ['backup', server.dir, '--vault', 'tax']]) assert.equal((await zong(...args)).code, 2, args.join(' '));
    assert.equal((await member_of('vault', 'lock', 'tax')).code, 0);
    const repaired = await until('the vault is closed', async () => {
      const now = await inside('--repair');
      return now.code === 0 && now;
    });
    assert.equal(repaired.json.at(-1).clean, true);
  });

  it('what is damaged in it is named to whoever has the password, and lost sectors and pages to all', async () => {
    await server.kill('SIGTERM');
    const store = path.join(server.archive, 'vaults/tax/store-1');
    const pristine = `${server.archive}.pristine`;
    await fs.cp(store, pristine, { recursive: true });
    const harm = async (name, change) => {
      const file = path.join(store, name);
      await fs.copyFile(path.join(pristine, name), file);
      const bytes = await fs.readFile(file);
      change(bytes);
      await fs.writeFile(file, bytes);
    };
    // boxes of scans are the only long stretches that look like noise
    const noise = (bytes) => {
      const places = [];
      for (let at = 0; at + 2048 <= bytes.length; at += 256) {
        if (new Set(bytes.subarray(at, at + 2048)).size < 240) continue;
        places.push(at);
        at += 4096;
      }
      return places;
    };
    await harm('segments/data.mdb', (bytes) => { for (const at of noise(bytes)) bytes[at + 700] ^= 1; });
    assert.equal((await check()).code, 0);
    const seen = await inside();
    assert.equal(seen.code, 1);
    const finding = seen.json.find((f) => f.finding === 'segment-damaged');
    assert.ok(finding, seen.stdout);
    assert.equal(finding.materials[0].title.length > 0 && finding.materials[0].case, 'V1');
    assert.doesNotMatch(finding.text, /--from/);
    await harm('segments/data.mdb', (bytes) => { for (const at of noise(bytes)) bytes.fill(0, at + 512, at + 1024); });
    const outside = await check();
    assert.equal(outside.code, 1);
    assert.ok(outside.json.some((f) => f.finding === 'vault-damaged' && f.object === 'vault/tax'), outside.stdout);
    assert.equal(outside.stdout.includes('示例私件') || outside.stdout.includes(material), false);
    await harm('segments/data.mdb', () => {});
    // a page of rows that does not open is told with the part that it is in, and the other parts are looked at
    let unread = 0;
    const pages = (bytes) => bytes.length / 4096;
    for (let page = 2; page < pages(await fs.readFile(path.join(pristine, 'catalog/data.mdb'))) && unread < 3; page++) {
      await harm('catalog/data.mdb', (bytes) => { if (!bytes.subarray(page * 4096, (page + 1) * 4096).every((byte) => byte === 0)) bytes[page * 4096 + 2000] ^= 1; });
      const result = await inside();
      const parts = result.json.filter((f) => f.finding === 'part-unreadable');
      if (!parts.length) continue;
      unread++;
      assert.equal(result.code, 1);
      assert.deepEqual([result.json.at(-1).clean, result.stderr], [false, ''], result.stdout);
      assert.match(parts[0].text, /only a backup has it/);
    }
    assert.equal(unread, 3);
    await harm('catalog/data.mdb', () => {});
    // whatever page of the database is damaged, it ends with an answer, and the archive itself has been looked at
    let found = 0;
    for (let i = 0; i < flips / 2; i++) {
      await harm(i % 3 ? 'catalog/data.mdb' : 'segments/data.mdb', (bytes) => {
        let used = bytes.length;
        while (used > 4096 && bytes[used - 1] === 0) used--;
        const page = 2 + (i * 2654435761) % (Math.floor(used / 4096) - 1);
        bytes.fill(0xa5 ^ i, page * 4096, page * 4096 + 64);
      });
      for (const run_one of [check, inside]) {
        const result = await run_one();
        assert.ok(result.code === 0 || result.code === 1, `${i}: ${result.code} ${result.signal} ${result.stderr}`);
        if (run_one === check) assert.equal(result.json.at(-1).files, 1, result.stdout + result.stderr);
        found += result.code;
      }
      await harm(i % 3 ? 'catalog/data.mdb' : 'segments/data.mdb', () => {});
    }
    assert.ok(found > 0, 'no damage was found at all');
    assert.equal((await check()).code, 0);
    assert.equal((await inside()).code, 0);
    // and where nobody comes to the key, that is said
    const keys = path.join(server.archive, 'vaults/tax/vault.keys');
    await fs.truncate(keys, 40);
    const unreachable = await check();
    assert.deepEqual([unreachable.code, unreachable.json[0].finding, unreachable.json.at(-1).vaults], [1, 'vault-damaged', 1]);
    assert.match((await zong('check', '--vault', 'tax', '--member', member, '--password-file', secret)).stderr, /the vault, or who comes to its key, is damaged/);
  });
});
