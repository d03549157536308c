// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of pages to be read: who comes first, what is parked, cancelled, tried again, and how long it will take.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, run, until } from './zong.mjs';

describe('the queue of pages', () => {
  let server, archivist;

  before(async () => {
    server = await Server.fresh('jobs', { conf: 'workers = 1\nworker-pages = 12\n' });
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('dept', 'add', 'bank', '--name', '示例银行');
    await server.ok('case', 'open', 'J1', '--kind', '转移登记', '--party', '示例甲');
    archivist = await server.token('archivist');
  });
  after(() => server?.end());

  const children = async () => (await run('pgrep', ['-P', String(server.child.pid)])).stdout.split('\n').filter(Boolean).map(Number);
  const signal = async (name) => {
    for (const pid of await children()) {
      try {
        process.kill(pid, name);
      } catch {
        // ended meanwhile
      }
    }
  };
  /** Pages of a line and a number, each read within a second. Other papers need another number of pages, or they share them. */
  const paper = async (name, pages) => {
    const text = path.join(server.dir, `${name}.txt`);
    await fs.writeFile(text, `${name} 样张，示例文字。\n`);
    return mkscan('--kind', 'text', '--text', text, '--pages', pages, '--numbers', 'words', '--dpi', 150, path.join(server.dir, name));
  };
  const add = async (file, ...more) => (await server.ok('add', file, '--case', 'J1', '--json', ...more)).json[0];
  const show = async (receipt) => (await server.ok('show', receipt.material, '--json')).json[0];
  const jobs = async (state) => (await server.ok('jobs', '--json', ...(state ? ['--state', state] : []))).json;
  const jobOf = async (receipt, page) => (await jobs()).find((job) => job.page === page && job.materials.includes(receipt.material));
  /** All workers stand still while it is looked at who waits. */
  const still = async (look) => {
    // a worker that is just being replaced is one more to stop
    let before = '';
    await until('all workers stand still', async () => {
      await signal('SIGSTOP');
      const now = (await children()).join();
      const same = now !== '' && now === before;
      before = now;
      return same;
    });
    try {
      return await look();
    } finally {
      await signal('SIGCONT');
    }
  };

  it('nothing is said about time before anything was read', async () => {
    const status = (await server.ok('status', '--json')).json[0];
    assert.equal(status.jobs.pages_per_second, null);
    assert.equal(status.jobs.seconds_left, null);
    assert.doesNotMatch((await server.ok('status')).stdout, / left/);
  });

  it('what somebody brings goes before bulk, and a page of the bulk that he brings does, too', async () => {
    const bulk = await paper('bulk.tif', 12);
    const carton = await add(bulk, '--type', 'bulk', '--to', 'tax', '--bulk');
    await still(async () => {
      const waiting = (await jobs()).filter((job) => job.materials.includes(carton.material) && job.state === 'waiting');
      assert.ok(waiting.length >= 4, `${waiting.length} wait`);
      assert.ok(waiting.every((job) => job.queue === 'bulk' && job.department === 'tax'));
      // known by now, so that it needs no worker when it comes again
      await add(bulk, '--type', 'urgent', '--to', 'bank');
      const now = await jobs();
      for (const job of waiting) assert.deepEqual([now.find((one) => one.id === job.id).queue, now.find((one) => one.id === job.id).department], ['urgent', 'bank']);
    });
    await server.read();
    assert.equal((await show(carton)).pages_read, 12);
  });

  it('how far it has come and how long it will take is measured', async () => {
    const receipt = await add(await paper('slow.tif', 8), '--type', 'slow', '--to', 'tax');
    await still(async () => {
      const shown = await show(receipt);
      assert.equal(shown.reading.pages, 8);
      assert.equal(shown.reading.read + shown.reading.waiting, 8);
      assert.ok(shown.reading.waiting > 0);
      assert.ok(shown.reading.seconds_left > 0);
      const status = (await server.ok('status', '--json')).json[0].jobs;
      assert.ok(status.pages_per_second > 0);
      // all that waits is of this material
      assert.ok(Math.abs(shown.reading.seconds_left * status.pages_per_second - shown.reading.waiting) < 1.5);
      assert.match((await server.ok('show', receipt.material)).stdout, /reading: read \d of 8 pages, about [\d.]+ (s|min) left/);
      assert.match((await server.ok('status')).stdout, /waiting.*parked, about [\d.]+ (s|min) left/);
      assert.match((await server.ok('jobs')).stdout, /about [\d.]+ (s|min) left/);
    });
    await server.read();
    const shown = await show(receipt);
    assert.equal(shown.reading.waiting, 0);
    assert.equal(shown.reading.seconds_left, null);
  });

  it('a page is cancelled, waiting or being read, and can be read after all', async () => {
    const receipt = await add(await paper('cancel.tif', 9), '--type', 'cancel');
    const ids = await still(async () => {
      await until('one is being read', async () => (await jobs('running')).length > 0);
      const running = (await jobs('running'))[0];
      const waiting = (await jobs('waiting'))[0];
      for (const job of [running, waiting]) {
        const told = (await server.ok('jobs', 'cancel', job.id, '--json')).json[0];
        assert.equal(told.state, 'cancelled');
        assert.match(told.reason, /not read, cancelled by .* at 20/);
      }
      // the worker stood still: only its end can have ended this
      await until('it is not read any more', async () => !(await jobs('running')).some((job) => job.id === running.id));
      return [running.id, waiting.id];
    });
    await server.read();
    const shown = await show(receipt);
    assert.equal(shown.page.filter((page) => page.state === 'cancelled').length, 2);
    assert.equal(shown.page.filter((page) => page.state === 'read').length, 7);
    const page = shown.page.find((one) => one.state === 'cancelled');
    assert.equal(page.code, 'reading-cancelled');
    assert.match(page.reason, /cancelled by/);
    assert.ok(page.cancelled_by && page.cancelled);
    assert.ok((await jobs('cancelled')).every((job) => job.tries === 0), 'no page is blamed');
    const text = await server.get(`/api/v1/materials/${receipt.material}/pages/${page.n}/text`, { token: archivist });
    assert.equal(text.status, 409);
    assert.equal(text.json.code, 'reading-cancelled');
    await server.ok('get', receipt.material, '-o', path.join(server.dir, 'back.tif'));
    assert.deepEqual(await fs.readFile(path.join(server.dir, 'back.tif')), await fs.readFile(path.join(server.dir, 'cancel.tif')));
    const twice = await server.cli('jobs', 'cancel', ids[0]);
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /invalid-argument/);
    await server.ok('jobs', 'retry', ids[0]);
    await server.ok('jobs', '--retry', ids[1]);
    await server.read();
    assert.equal((await show(receipt)).pages_read, 9);
    assert.deepEqual(await jobs(), []);
    assert.equal((await server.cli('jobs', 'cancel', ids[0])).code, 1);
    assert.equal((await server.cli('jobs', 'undo', ids[0])).code, 2);
  });

  it('who may not do that does not, and nobody does it to a page that is not there', async () => {
    const nobody = '01a2229c-5bdd-7102-b7f3-12457f82c736';
    const tax = await server.token('department', 'tax');
    assert.equal((await server.post(`/api/v1/jobs/${nobody}/cancel`, undefined, { token: tax })).status, 403);
    assert.equal((await server.post(`/api/v1/jobs/${nobody}/cancel`, undefined, { token: archivist })).status, 404);
  });

  it('a page at which the worker dies twice is parked with its reason, and jobs retry reads it', async () => {
    const receipt = await add(await mkscan('--kind', 'tax', '--dpi', 100, path.join(server.dir, 'kill.tif')), '--type', 'kill');
    await until('it is parked', async () => {
      if ((await jobs('running')).length) await signal('SIGKILL');
      return (await jobs('parked')).length === 1;
    });
    const job = await jobOf(receipt, 1);
    assert.equal(job.tries, 2);
    assert.equal(job.code, 'worker-died');
    assert.ok(job.reason);
    assert.equal((await show(receipt)).page[0].state, 'parked');
    assert.match((await server.ok('jobs', '--state', 'parked')).stdout, new RegExp(`${job.id}.*worker-died`));
    await server.ok('jobs', 'retry', job.id);
    await server.read();
    assert.equal((await show(receipt)).page[0].state, 'read');
  });

  it('an image that was read is not read again', async () => {
    const count = (await server.ok('status', '--json')).json[0];
    const again = await add(path.join(server.dir, 'slow.tif'), '--type', 'again');
    assert.equal((await show(again)).reading.waiting, 0);
    const now = (await server.ok('status', '--json')).json[0];
    assert.equal(now.pages_read, count.pages_read);
    assert.equal(now.rasters, count.rasters);
    assert.deepEqual(await jobs(), []);
  });

  it('workers are replaced before what they leak matters, and that is no death', async () => {
    const { workers } = (await server.ok('status', '--json')).json[0];
    assert.ok(workers.recycled >= 1, `${workers.recycled} replaced`);
  });
});
