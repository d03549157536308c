// SPDX-License-Identifier: GPL-3.0-or-later
// An archive is backed up while papers come in, and the restored one serves.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, digest, mkscan, programs, run } from './zong.mjs';

const english = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };

describe('backup and restore', () => {
  let server, restored, dest, page, token, tax, first;
  const acknowledged = new Map(); // material -> digest
  let number = 0;

  before(async () => {
    server = await Server.fresh('backup', { args: ['--workers', '1'] });
    dest = path.join(server.dir, 'backup');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('case', 'open', 'B1', '--kind', '转移登记', '--unit', '370786001001GB00001F00010001', '--party', '示例甲');
    token = await server.token('archivist');
    tax = await server.token('department', 'tax');
    page = await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 100, '--seed', 1, path.join(server.dir, 'p.tif')));
  });
  after(async () => {
    await restored?.kill('SIGTERM');
    await server?.end();
  });

  const upload = async () => {
    const n = number++;
    const bytes = Buffer.concat([page, Buffer.alloc(n % 5 ? 900 : 300000 + n, `${n} `)]);
    const reply = await server.upload(token, { case: 'B1', type: `t${n}`, to: ['tax'] }, bytes);
    assert.equal(reply.status, 201, reply.text);
    acknowledged.set(reply.json.material, digest(bytes));
  };
  const backup = async (...more) => {
    const result = await server.cli('backup', dest, ...more, '--json');
    assert.equal(result.code, 0, result.stderr);
    return result.json.at(-1);
  };

  it('what was acknowledged before a backup begins is in it, while more comes in', async () => {
    for (let i = 0; i < 10; i++) await upload();
    let stop = false;
    const writing = [0, 1, 2].map(async () => { while (!stop) await upload(); });
    const before = new Map(acknowledged);
    first = await backup();
    stop = true;
    await Promise.all(writing);
    assert.equal(first.troubles, 0);
    assert.ok(first.materials >= before.size);

    const target = path.join(server.dir, 'first');
    const result = await run(programs.zong, ['restore', dest, target, '--json'], english);
    assert.equal(result.code, 0, result.stderr);
    const proof = JSON.parse(result.stdout.trim().split('\n').at(-1));
    assert.equal(proof.broken, 0);
    assert.equal(proof.materials, first.materials);
    assert.equal(proof.log, first.log);
    assert.ok(proof.rows > first.materials);
    restored = new Server(server.dir, target);
    await restored.start({ args: ['--workers', '1'] });
    for (const [id, wanted] of before) {
      const reply = await restored.get(`/api/v1/materials/${id}/file`, { token });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(digest(reply.bytes), wanted);
    }
    const feed = await restored.get('/api/v1/departments/tax/feed?limit=200', { token: tax });
    assert.equal(feed.status, 200);
    assert.ok(feed.json.items.length >= before.size);
  });

  it('the restored archive finds and takes in papers', async () => {
    const letter = await mkscan('--kind', 'letter', '--dpi', 150, '--seed', 9, path.join(server.dir, 'letter.tif'));
    const [added] = (await restored.ok('add', letter, '--case', 'B1', '--json', '--wait')).json;
    assert.equal(added.pages, 1);
    assert.ok((await restored.ok('find', '--case', 'B1', '--json')).json.length > 0);
  });

  it('a further backup writes what is new', async () => {
    await server.read();
    const second = await backup();
    const third = await backup();
    assert.equal(third.segments_new, 0);
    assert.ok(third.bytes_written < first.bytes_written / 2, `${third.bytes_written}`);
    const listed = (await server.ok('backup', '--list', dest, '--json')).json;
    assert.deepEqual(listed.map((item) => item.snapshot), [first.snapshot, second.snapshot, third.snapshot]);
    const checked = (await server.ok('backup', '--check', dest, '--json')).json[0];
    assert.equal(checked.troubles, 0);
    assert.equal(checked.snapshots, 3);
  });

  it('the rule keeps the newest and frees the others', async () => {
    const kept = await backup('--keep', '1d');
    assert.equal(kept.removed, 3);
    assert.equal((await server.ok('backup', '--check', dest, '--json')).json[0].troubles, 0);
    assert.equal((await server.ok('backup', '--list', dest, '--json')).json.length, 1);
  });

  it('a bit that turned in a pack is named, and the exit status says so', async () => {
    const packs = (await fs.readdir(path.join(dest, 'packs'))).sort();
    const file = path.join(dest, 'packs', packs[0]);
    const handle = await fs.open(file, 'r+');
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, 200);
    await handle.write(Buffer.from([byte[0] ^ 4]), 0, 1, 200);
    await handle.close();
    const result = await run(programs.zong, ['backup', '--check', dest], english);
    assert.equal(result.code, 1);
    assert.match(result.stderr, new RegExp(`damaged.*${packs[0]}`));
    await fs.rm(file);
    const healed = await backup();
    assert.equal(healed.troubles, 0);
    const again = await run(programs.zong, ['restore', dest, path.join(server.dir, 'healed')], english);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /read back against their digests; \d+ rows agree .* the log is whole up to line \d+/);
  });

  it('a restore from what is left of a backup names the materials that lack something', async () => {
    const part = path.join(server.dir, 'part');
    const backupTo = async () => assert.equal((await server.cli('backup', part)).code, 0);
    await backupTo();
    const old = await fs.readdir(path.join(part, 'packs'));
    await upload();
    await backupTo();
    for (const name of old) await fs.rm(path.join(part, 'packs', name)); // all there is of the first pages
    const target = path.join(server.dir, 'lacking');
    const result = await run(programs.zong, ['restore', part, target], english);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /restored, but what is named above could not be given back whole/);
    assert.match(result.stdout, /segment\/sha256:[0-9a-f]{64} is missing/);
    for (const id of acknowledged.keys()) assert.ok(result.stdout.includes(`material ${id}`), id);

    // What another backup has puts it right.
    const repaired = await run(programs.zong, ['check', '--archive', target, '--repair', '--from', dest], english);
    assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
    const whole = new Server(server.dir, target);
    await whole.start({ args: ['--workers', '1'] });
    try {
      for (const [id, wanted] of acknowledged) {
        const reply = await whole.get(`/api/v1/materials/${id}/file`, { token });
        assert.equal(digest(reply.bytes), wanted);
      }
    } finally {
      await whole.kill('SIGTERM');
    }
  });

  it('what is used wrongly is told: folders, rules, snapshots', async () => {
    const cli = (...args) => run(programs.zong, args, english);
    assert.equal((await cli('backup', '--archive', server.archive)).code, 2);
    assert.equal((await cli('backup', dest, '--archive', server.archive, '--keep', '7x')).code, 2);
    assert.equal((await cli('backup', dest, '--archive', server.archive, '--rate', 'fast')).code, 2);
    assert.equal((await cli('restore', dest)).code, 2);
    const elsewhere = await cli('backup', server.archive, '--archive', server.archive);
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /something else/);
    const missing = await cli('restore', dest, path.join(server.dir, 'none'), '--snapshot', '2001-01-01T00-00-00Z');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /no such snapshot/);
    const there = await cli('restore', dest, server.archive);
    assert.equal(there.code, 1);
    assert.match(there.stderr, /something in this folder/);
  });
});
