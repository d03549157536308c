// SPDX-License-Identifier: GPL-3.0-or-later
// How many files a second are handed in over HTTP and acknowledged as durable, as a share of what `cp` and fsync of the very
// same files do on the same disk; and the same in bytes of large files. Turns about in one run; the median counts.
//
//	node tests/bench/bench_upload.mjs BUILD [TURNS]
//
// Prints upload_files_ratio and upload_bytes_ratio, each with both rates.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const turns = Number(process.argv[3] ?? 5);
const { Server, mkscan } = await import('../e2e/zong.mjs');
const execute = promisify(execFile);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const server = await Server.fresh('bench');
try {
  await server.ok('case', 'open', 'B1', '--kind', '首次登记');
  const token = await server.token('archivist');
  const page = await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 100, '--colour', 'bilevel', path.join(server.dir, 'page.tif')));
  // Files that differ from each other from end to end, so that nothing is shared: random bytes behind a real page.
  let serial = 0;
  const make = async (count, size) => {
    const dir = path.join(server.dir, `files${serial++}`);
    await fs.mkdir(dir);
    const names = [];
    for (let i = 0; i < count; i++) {
      const name = path.join(dir, `${i}.tif`);
      await fs.writeFile(name, Buffer.concat([page, randomBytes(size - page.length)]));
      names.push(name);
    }
    return { dir, names };
  };
  const ours = async ({ names }, at_once) => {
    const files = await Promise.all(names.map((name) => fs.readFile(name)));
    const begin = process.hrtime.bigint();
    let next = 0;
    await Promise.all(Array.from({ length: at_once }, async () => {
      while (next < files.length) {
        const bytes = files[next++];
        const reply = await server.upload(token, { case: 'B1', type: `t${serial++}` }, bytes);
        if (reply.status !== 201) throw new Error(reply.text);
      }
    }));
    return Number(process.hrtime.bigint() - begin) / 1e9;
  };
  const theirs = async ({ dir, names }) => {
    const to = `${dir}.copy`;
    await fs.mkdir(to);
    const begin = process.hrtime.bigint();
    // one process for all: starting programs is not what is measured
    await execute('cp', ['-t', to, ...names]);
    for (const name of names) {
      const file = await fs.open(path.join(to, path.basename(name)), 'r+');
      await file.sync();
      await file.close();
    }
    const took = Number(process.hrtime.bigint() - begin) / 1e9;
    await fs.rm(to, { recursive: true });
    return took;
  };
  const compare = async (name, count, size, unit, per) => {
    const rates = [[], []];
    for (let turn = 0; turn < turns; turn++) {
      const files = await make(count, size);
      const first = turn % 2 ? await theirs(files) : await ours(files, 8);
      const second = turn % 2 ? await ours(files, 8) : await theirs(files);
      rates[0].push(per / (turn % 2 ? second : first));
      rates[1].push(per / (turn % 2 ? first : second));
      await fs.rm(files.dir, { recursive: true });
    }
    const ratio = median(rates[0].map((rate, i) => rate / rates[1][i]));
    console.log(`${name} ${ratio.toFixed(3)} (zongd ${median(rates[0]).toFixed(1)} ${unit}, cp + fsync ${median(rates[1]).toFixed(1)} ${unit})`);
  };
  await compare('upload_files_ratio', 200, 64 << 10, 'files/s', 200);
  await compare('upload_bytes_ratio', 8, 32 << 20, 'MB/s', (8 * (32 << 20)) / 1e6);
} finally {
  await server.end();
}
