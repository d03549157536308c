// SPDX-License-Identifier: GPL-3.0-or-later
// A housing development comes in at once: UNITS files of 28 pages, 20 of which all have in common, with a line of writing each. Prints
//
//	pool_pages_read      pages that were read, of those handed in; behind it how many are distinct
//	pool_urgent_ratio    how long a page that somebody waits for takes, from its upload to its text, while all those wait, to
//	                     how long it takes when none does
//	pool_upload_ratio    how long the last uploads take, to how long the first ones do
//	pool_worker_growth   memory of a worker at the end, to what it had after its first hundred pages
//
//	node tests/bench/bench_pool.mjs BUILD [UNITS]
import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const units = Number(process.argv[3] ?? 100);
const COMMON = 20;
const OWN = 8;
const URGENT = 9;
const { Server, mkscan } = await import('../e2e/zong.mjs');
const execute = promisify(execFile);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const seconds = () => Number(process.hrtime.bigint()) / 1e9;

const server = await Server.fresh('bench-pool');
const file = (name) => path.join(server.dir, name);

async function draw(name, words) {
  await fs.writeFile(file(`${name}.txt`), words);
  await mkscan('--kind', 'text', '--text', file(`${name}.txt`), '--dpi', 150, '--compress', 'g4', file(`${name}.tif`));
  return file(`${name}.tif`);
}

/** Two at a time: one a core of a small machine. */
async function each(count, work) {
  let next = 0;
  await Promise.all([0, 1].map(async () => {
    while (next < count) await work(next++);
  }));
}

async function status(token) {
  return (await server.get('/api/v1/status', { token })).json;
}

/** MB of each worker of this server, its own and not what is only mapped. */
async function workers() {
  const found = [];
  const { stdout } = await execute('pgrep', ['-P', String(server.child.pid), 'zong-ocr']).catch(() => ({ stdout: '' }));
  for (const pid of stdout.trim().split('\n').filter(Boolean)) {
    const words = await fs.readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    found.push(Number(/RssAnon:\s+(\d+)/.exec(words)?.[1] ?? 0) / 1024);
  }
  return found;
}

try {
  await server.ok('case', 'open', 'B1', '--kind', '首次登记');
  const token = await server.token('archivist');
  const admin = await server.token('administrator');
  const common = [];
  for (let i = 0; i < COMMON; i++) common.push(await draw(`common${i}`, `共有材料第${i + 1}页\n`));
  await each(units, async (unit) => {
    const own = [];
    for (let i = 0; i < OWN; i++) own.push(await draw(`own${unit}-${i}`, `示例花园${unit + 1}室材料之${i + 1}\n`));
    const pages = [...common];
    own.forEach((page, i) => pages.splice((unit * 5 + i * 3) % (COMMON + i), 0, page));
    await execute('tiffcp', [...pages, file(`unit${unit}.tif`)]);
    await Promise.all(own.map((page) => fs.rm(page)));
  });
  let urgents = 0;
  /** From the upload to the text. */
  const urgent = async () => {
    const bytes = await fs.readFile(await draw(`urgent${urgents}`, `窗口急件第${++urgents}件\n`));
    const begin = seconds();
    const reply = await server.upload(token, { case: 'B1', type: `急${urgents}` }, bytes);
    if (reply.status !== 201) throw new Error(reply.text);
    while ((await server.get(`/api/v1/materials/${reply.json.material}`, { token })).json.page[0].state === 'waiting') await sleep(10);
    return seconds() - begin;
  };
  const idle = [];
  for (let i = 0; i < URGENT; i++) idle.push(await urgent());

  const before = await status(admin);
  const took = [];
  const busy = [];
  const grown = [];
  let first = null;
  let most = 0;
  let coming = true;
  const watch = (async () => {
    while (coming) {
      const now = await status(admin);
      most = Math.max(most, now.jobs.waiting);
      const read = now.pages_read - before.pages_read;
      if (!first && read >= 100) first = await workers();
      await sleep(200);
    }
  })();
  for (let unit = 0; unit < units; unit++) {
    const bytes = await fs.readFile(file(`unit${unit}.tif`));
    const begin = seconds();
    const reply = await server.upload(token, { case: 'B1', type: `第${unit + 1}户`, bulk: true }, bytes);
    if (reply.status !== 201) throw new Error(reply.text);
    took.push(seconds() - begin);
  }
  for (let i = 0; i < URGENT; i++) busy.push(await urgent());
  for (;;) {
    const now = await status(admin);
    if (now.jobs.waiting + now.jobs.running === 0) break;
    grown.push(...await workers());
    await sleep(500);
  }
  coming = false;
  await watch;
  const last = await workers();
  const after = await status(admin);
  const read = after.pages_read - before.pages_read - URGENT;
  const handed = units * (COMMON + OWN);
  const distinct = COMMON + units * OWN;
  const few = median(took.slice(0, Math.ceil(units / 10)));
  const many = median(took.slice(-Math.ceil(units / 10)));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  console.log(`pool_pages_read ${(read / handed).toFixed(4)} (${read} of ${handed} handed in; ${distinct} are distinct, ${(distinct / handed).toFixed(4)}; ${after.jobs.parked} put aside)`);
  console.log(`pool_urgent_ratio ${(median(busy) / median(idle)).toFixed(2)} (${median(busy).toFixed(2)} s with up to ${most} pages waiting, ${median(idle).toFixed(2)} s with none)`);
  console.log(`pool_upload_ratio ${(many / few).toFixed(2)} (28 pages in ${many.toFixed(3)} s at the end, ${few.toFixed(3)} s at the beginning)`);
  console.log(`pool_worker_growth ${(mean(last) / mean(first ?? last)).toFixed(2)} (${mean(first ?? last).toFixed(0)} MB after 100 pages, ${mean(last).toFixed(0)} MB after ${read}, ${Math.max(...grown, ...last).toFixed(0)} MB at most; ${after.workers.recycled} replaced)`);
} finally {
  await server.end();
}
