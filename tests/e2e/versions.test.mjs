// SPDX-License-Identifier: GPL-3.0-or-later
// An archive that an older zong wrote opens in this one: fixtures/archive-N.tar.xz, one a format, kept for ever.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Server, digest, here, programs, run, temporary, until } from './zong.mjs';

const fixtures = path.join(here, 'fixtures');
const today = Number(/ZONG_FORMAT (\d+)u/.exec(await fs.readFile(path.join(here, '../../store/version.h'), 'utf8'))[1]);

const unpacked = async (format) => {
  const dir = await temporary('version');
  const result = await run('tar', ['-C', dir, '-xf', path.join(fixtures, `archive-${format}.tar.xz`)]);
  assert.equal(result.code, 0, result.stderr);
  return new Server(dir, path.join(dir, 'archive'));
};
const formatOf = async (server) => Number(await fs.readFile(path.join(server.archive, 'format'), 'utf8'));

/** Everything that the fixture's list names is there. */
async function look(server, expected) {
  assert.equal(await formatOf(server), today);
  await server.read();
  const status = (await server.ok('status', '--json')).json[0];
  for (const [name, value] of Object.entries(expected.status)) {
    // a parked page may have been read since
    if (name !== 'pages_read') assert.equal(status[name], value, name);
  }
  assert.ok(status.log >= expected.log, `${status.log} lines of ${expected.log}`);
  const { due, sent, ...ended } = expected.deliveries;
  for (const [state, count] of Object.entries(ended)) assert.equal(status.deliveries[state], count, state);
  assert.equal(status.deliveries.due + status.deliveries.sent, due + sent);
  assert.deepEqual((await server.ok('case', 'list', '--json')).json.map((item) => item.no).sort(), expected.cases);
  assert.deepEqual((await server.ok('dept', 'list', '--json')).json.map((item) => item.id).sort(), expected.departments);
  const back = path.join(server.dir, 'back');
  for (const material of expected.materials) {
    await server.ok('get', material.material, '-o', back);
    const bytes = await fs.readFile(back);
    assert.equal(bytes.length, material.bytes);
    assert.equal(digest(bytes), material.digest);
    const shown = (await server.ok('show', material.material, '--json')).json[0];
    assert.equal(shown.case, material.case);
    assert.equal(shown.pages, material.pages);
    assert.equal(shown.type, material.type);
    assert.ok(shown.page.every((page) => page.state !== 'waiting'), 'a page that waited has kept its job');
  }
  for (const { query, materials } of expected.words) {
    await until(`${query} is found`, async () => {
      const found = new Set((await server.ok('find', query, '--json')).json.map((hit) => hit.material));
      return materials.every((id) => found.has(id));
    });
  }
  const feed = await server.get('/api/v1/departments/tax/feed', { token: expected.tokens.tax });
  assert.equal(feed.status, 200, feed.text);
  assert.ok(feed.json.items.some((event) => event.state === 'received'));
}

for (let format = 1; format < today; format++) {
  describe(`an archive of format ${format}`, () => {
    let server, expected;
    after(() => server?.end());

    it('opens, is brought to today\'s format, and has everything', async () => {
      expected = JSON.parse(await fs.readFile(path.join(fixtures, `archive-${format}.json`), 'utf8'));
      server = await unpacked(format);
      assert.equal(await formatOf(server), format);
      await server.start();
      await look(server, expected);
      // and goes on
      const letter = expected.materials[0].material;
      assert.equal((await server.ok('show', letter, '--json')).json[0].id, letter);
      await server.ok('case', 'open', 'NEW', '--kind', '转移登记', '--party', '示例丁');
      // its log has a tree now, and the first line, from before there was one, is proven
      await server.ok('proof', '1', '-o', path.join(server.dir, 'proof'));
      await server.ok('log', 'head', '-o', path.join(server.dir, 'head'));
      const key = (await server.ok('log', 'key')).stdout.trim();
      const proven = await run(programs.zong, ['verify', '--key', key, '--json', path.join(server.dir, 'proof')]);
      assert.equal(proven.code, 0, proven.stdout + proven.stderr);
      assert.ok(JSON.parse(proven.stdout).size >= expected.log);
      const whole = await run(programs.zong, ['verify', '--archive', server.archive, '--key', key, '--log', path.join(server.dir, 'head')]);
      assert.equal(whole.code, 0, whole.stdout + whole.stderr);
    });

    it('killed while it is brought there, it opens all the same', async () => {
      const again = await unpacked(format);
      try {
        for (const millis of [1, 3, 6, 10, 15, 25, 40]) {
          const starting = again.start().catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, millis));
          again.child?.kill('SIGKILL');
          await Promise.race([again.exited, starting]);
          await again.exited;
        }
        await again.start();
        await look(again, expected);
      } finally {
        await again.end();
      }
    });
  });
}

describe('an archive of a newer zong', () => {
  it('is refused with a clear sentence, and left as it is', async () => {
    const dir = await temporary('newer');
    const archive = path.join(dir, 'archive');
    try {
      assert.equal((await run(programs.zong, ['init', archive])).code, 0);
      await fs.writeFile(path.join(archive, 'format'), `${today + 1}\n`);
      const refused = await run(programs.zongd, ['--archive', archive, '--listen', '127.0.0.1:0'], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /newer/);
      assert.equal(await fs.readFile(path.join(archive, 'format'), 'utf8'), `${today + 1}\n`);
    } finally {
      await fs.rm(dir, { recursive: true, force: true });
    }
  });
});
