// SPDX-License-Identifier: GPL-3.0-or-later
// The check: beside a server, after damage, and on damaged database pages.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run } from './zong.mjs';

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
