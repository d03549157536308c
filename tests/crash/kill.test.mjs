// SPDX-License-Identifier: GPL-3.0-or-later
// zongd is killed (SIGKILL) at random moments under load, ZONG_KILLS times (50). After each: it opens by itself, every
// acknowledged file reads back bit for bit, every acknowledged material is filed and delivered exactly once, and what was
// not acknowledged is either whole or not there.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, digest, mkscan } from '../e2e/zong.mjs';

const kills = Number(process.env.ZONG_KILLS ?? 50);
// Seeded, so that a failure can be had again: ZONG_SEED.
let seed = Number(process.env.ZONG_SEED ?? Date.now() % 1000000);
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

describe('killed', () => {
  let server, pages, token, tax;
  const acknowledged = new Map(); // material -> digest
  const receipted = new Set(); // deliveries
  let number = 0;

  before(async () => {
    console.log(`# seed ${seed}`);
    server = await Server.fresh('kill', { args: ['--workers', '2'] });
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    for (let i = 0; i < 4; i++) await server.ok('case', 'open', `K${i}`, '--kind', '转移登记', '--unit', '370786001001GB00001F00010001');
    token = await server.token('archivist');
    tax = await server.token('department', 'tax');
    pages = [];
    for (let i = 0; i < 3; i++) {
      pages.push(await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 100, '--seed', i, '--colour', 'bilevel', path.join(server.dir, `p${i}.tif`))));
    }
  });
  after(() => server?.end());

  /** Hands in files and gives receipts until the server goes away. */
  const load = async (worker) => {
    for (;;) {
      const n = number++;
      // a tail makes each file another; every seventh is one seen before, some are large
      const tail = Buffer.alloc(n % 5 === 0 ? 600000 + n : 100, `${n % 7 === 0 ? 'same' : n} `);
      const bytes = Buffer.concat([pages[n % 3], tail]);
      try {
        const reply = await server.upload(token, { case: `K${worker}`, type: `t${n}`, to: ['tax'] }, bytes);
        assert.equal(reply.status, 201, reply.text);
        acknowledged.set(reply.json.material, digest(bytes));
        const delivery = reply.json.deliveries[0].id;
        if (n % 3 === 0) {
          const ended = await server.post(`/api/v1/deliveries/${delivery}/receipt`, {}, { token: tax });
          assert.equal(ended.status, 200, ended.text);
          receipted.add(delivery);
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // the connection broke: killed
      }
    }
  };

  const bytesOf = async (id) => {
    const reply = await server.get(`/api/v1/materials/${id}/file`, { token });
    assert.equal(reply.status, 200, `${id}: ${reply.text}`);
    return digest(reply.bytes);
  };

  it(`${kills} kills lose nothing that was acknowledged and leave nothing half done`, async () => {
    let checkedUpTo = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const workers = [0, 1, 2, 3].map(load);
      await new Promise((resolve) => setTimeout(resolve, 5 + random() * (kill % 10 === 0 ? 1500 : 250)));
      await server.kill('SIGKILL');
      await Promise.all(workers);
      await server.start({ args: ['--workers', '2'] });
      // what came since the last kill, and some of the older ones
      const all = [...acknowledged];
      const some = all.slice(checkedUpTo).concat(Array.from({ length: 5 }, () => all[Math.floor(random() * all.length)]).filter(Boolean));
      checkedUpTo = all.length;
      for (const [id, wanted] of some) assert.equal(await bytesOf(id), wanted, `kill ${kill}`);
    }
    assert.ok(acknowledged.size >= kills, `only ${acknowledged.size} files were handed in`);
    console.log(`# ${acknowledged.size} acknowledged over ${kills} kills`);
    // everything, at the end: each acknowledged material once under its case, with one delivery
    const events = new Map();
    for (let after = 0, more = true; more;) {
      const feed = (await server.get(`/api/v1/departments/tax/feed?after=${after}&limit=200`, { token: tax })).json;
      for (const event of feed.items) {
        assert.ok(!events.has(event.material), `delivered twice: ${event.material}`);
        events.set(event.material, event);
      }
      after = feed.cursor;
      more = feed.more;
    }
    const filed = new Map();
    for (let i = 0; i < 4; i++) {
      for (const material of (await server.get(`/api/v1/cases/K${i}`, { token })).json.materials) filed.set(material.id, material);
    }
    for (const [id, wanted] of acknowledged) {
      assert.equal(filed.get(id)?.digest, wanted, id);
      assert.ok(events.has(id), `no delivery: ${id}`);
    }
    for (const event of events.values()) if (receipted.has(event.id)) assert.equal(event.state, 'received', event.id);
    // what was written but not acknowledged is whole, too
    assert.equal(filed.size, events.size);
    for (const [id, material] of filed) assert.equal(await bytesOf(id), material.digest);
    const status = await server.read();
    assert.equal(status.materials, filed.size);
    assert.equal(status.jobs.parked, 0);
    assert.equal(status.pages_read, status.rasters);
  });
});
