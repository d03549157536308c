// SPDX-License-Identifier: GPL-3.0-or-later
// Large files use no more memory than small ones, and a full disk loses nothing.
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, digest, mkscan, programs, run, temporary, until } from './zong.mjs';

const rss = async (server, name) => {
  const status = await fs.readFile(`/proc/${server.child.pid}/status`, 'utf8');
  // file pages are the store's own map, which the system takes back as it likes
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]) * 1024;
};

/** A TIFF of one small page with a tail of noise: a real file as far as any reader goes, and as large as one likes. */
async function padded(server, from, to, megabytes) {
  const file = await fs.open(to, 'w');
  await file.write(await fs.readFile(from));
  // noise that no compressor takes away
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(1 << 20);
  for (let i = 0; i < megabytes; i++) await file.write(noise.update(zeros));
  await file.close();
}

describe('large', () => {
  let server, small;

  before(async () => {
    server = await Server.fresh('large');
    await server.ok('case', 'open', 'L1', '--kind', '首次登记');
    small = await mkscan('--kind', 'tax', '--dpi', 100, '--colour', 'bilevel', path.join(server.dir, 'small.tif'));
    await server.ok('add', small, '--case', 'L1', '--wait');
  });
  after(() => server?.end());

  it('a file of 2 GB takes no more memory than a small one, and comes back bit for bit', async () => {
    const before = await rss(server, 'RssAnon');
    const big = path.join(server.dir, 'big.tif');
    await padded(server, small, big, 2048);
    let peak = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        peak = Math.max(peak, await rss(server, 'RssAnon'));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const [receipt] = (await server.ok('add', big, '--case', 'L1', '--type', 'big', '--json')).json;
    assert.ok(receipt.bytes > 2 ** 31);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(big)) hash.update(chunk);
    assert.equal(receipt.digest, `sha256:${hash.digest('hex')}`);
    await fs.rm(big);
    const back = path.join(server.dir, 'back');
    await server.ok('get', receipt.material, '-o', back); // the command compares the digest
    assert.equal((await fs.stat(back)).size, receipt.bytes);
    await fs.rm(back);
    watching = false;
    await watch;
    assert.ok(peak - before < 128 << 20, `grew by ${((peak - before) / 2 ** 20).toFixed(0)} MiB`);
  });
});

describe('a full disk', () => {
  let server, mounted;

  const asRoot = (...words) => (process.getuid() === 0 ? run(words[0], words.slice(1)) : run('sudo', words));

  after(async () => {
    await server?.kill('SIGKILL');
    // its workers die with it, but a moment later
    if (mounted) await until('the disk is let go', async () => (await asRoot('umount', mounted)).code === 0);
    if (mounted) await fs.rmdir(mounted);
  });

  it('refuses what does not fit in plain words, keeps what was acknowledged, and goes on', async () => {
    const dir = await temporary('full');
    const done = await asRoot('mount', '-t', 'tmpfs', '-o', `size=48m,mode=700,uid=${process.getuid()}`, 'zong-test', dir);
    assert.equal(done.code, 0, done.stderr);
    mounted = dir;
    server = new Server(dir, path.join(dir, 'archive'));
    const made = await run(programs.zong, ['init', server.archive]);
    assert.equal(made.code, 0, made.stderr);
    await server.start();
    await server.ok('case', 'open', 'D1', '--kind', '首次登记');
    const token = await server.token('archivist');
    const good = await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 100, '--colour', 'bilevel', path.join(dir, 'page.tif')));
    const kept = new Map();
    let refused = 0;
    for (let i = 0; i < 60 && refused < 5; i++) {
      const noise = Buffer.from(Array.from({ length: 16384 }, (_, j) => digest(`${i} ${j}`).slice(7)).join(''), 'hex');
      const bytes = Buffer.concat([good, noise, noise.map((b) => b ^ 0x5a), noise.map((b) => b ^ 0xa5)]);
      const reply = await server.upload(token, { case: 'D1', type: `n${i}` }, bytes);
      if (reply.status === 201) {
        kept.set(reply.json.material, digest(bytes));
      } else {
        assert.equal(reply.status, 507, reply.text);
        assert.equal(reply.json.code, 'disk-full');
        refused++;
      }
    }
    assert.equal(refused, 5);
    assert.ok(kept.size >= 3, `${kept.size} kept`);
    const check = async () => {
      for (const [id, wanted] of kept) assert.equal(digest((await server.get(`/api/v1/materials/${id}/file`, { token })).bytes), wanted);
    };
    await check();
    const more = await asRoot('mount', '-o', 'remount,size=160m', dir);
    assert.equal(more.code, 0, more.stderr);
    const reply = await server.upload(token, { case: 'D1', type: 'after' }, good);
    assert.equal(reply.status, 201, reply.text);
    kept.set(reply.json.material, digest(good));
    await check();
    await server.kill('SIGKILL');
    await server.start();
    await check();
  });
});
