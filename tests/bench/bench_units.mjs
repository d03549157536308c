// SPDX-License-Identifier: GPL-3.0-or-later
// A county's table of units comes in, and a parcel is asked for on which very many papers lie. Prints
//
//	units_import          units a second that `zong parcel import` takes, of a table of UNITS lines, against what
//	                      `sqlite3 .import` takes into a table with the same columns and a primary key
//	units_import_again    the same table once more, of which nothing is new
//	units_export          units a second that `zong parcel export` writes
//	parcel_first_page     the first page of a parcel with PAPERS papers, its lineage looked up (ms over HTTP: p50, p99), against
//	                      a parcel with one paper
//
//	node tests/bench/bench_units.mjs BUILD [UNITS [PAPERS]]
import { execFile } from 'node:child_process';
import { createWriteStream, promises as fs } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const units = Number(process.argv[3] ?? 1000000);
const papers = Number(process.argv[4] ?? 10000);
const { Server, mkscan } = await import('../e2e/zong.mjs');
const execute = promisify(execFile);
const seconds = () => Number(process.hrtime.bigint()) / 1e9;

const server = await Server.fresh('bench-units');
const file = (name) => path.join(server.dir, name);
const pad = (number, digits) => String(number).padStart(digits, '0');

/** The code of unit number i: forty to a building, five buildings to a parcel. */
function code(i) {
  const room = i % 40;
  const building = Math.floor(i / 40) % 5;
  const parcel = Math.floor(i / 200);
  return `370786${pad(Math.floor(parcel / 90000) + 1, 3)}${pad(Math.floor(parcel / 9000) % 10 + 1, 3)}GB${pad(parcel % 9000 + 1, 5)}F${pad(building + 1, 4)}${pad(room + 1, 4)}`;
}

async function write(name) {
  const to = createWriteStream(file(name));
  to.write('不动产单元号,名称,坐落,用途,面积\n');
  for (let i = 0; i < units; i++) {
    const line = `${code(i)},${Math.floor(i % 40 / 2) + 1}0${i % 2 + 1},示例街道示例路${Math.floor(i / 200) + 1}号${Math.floor(i / 40) % 5 + 1}号楼,住宅,${60 + i % 90}.${pad(i % 100, 2)}\n`;
    if (!to.write(line)) await once(to, 'drain');
  }
  to.end();
  await once(to, 'close');
}

async function took(work) {
  const since = seconds();
  await work();
  return seconds() - since;
}

function percentile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}

async function pages(parcel, token, times) {
  const ms = [];
  for (let i = 0; i < times; i++) {
    const since = seconds();
    const reply = await server.get(`/api/v1/parcels/${parcel}?limit=50`, { token });
    if (reply.status !== 200) throw new Error(reply.text);
    ms.push((seconds() - since) * 1000);
  }
  return ms;
}

try {
  await write('units.csv');
  const report = async () => JSON.parse((await execute(process.env.ZONG_BUILD + '/tools/zong', ['--archive', server.archive, 'parcel', 'import', file('units.csv'), '--json'])).stdout);
  let first;
  const ours = await took(async () => { first = await report(); });
  if (first.added !== units) throw new Error(JSON.stringify(first).slice(0, 500));
  const sqlite = await took(() => execute('sqlite3', [file('peer.db'), 'create table units (code text primary key, name text, address text, usage text, area text) without rowid',
    '.mode csv', `.import --skip 1 ${file('units.csv')} units`]));
  console.log(`units_import ${(sqlite / ours).toFixed(2)} (zong ${Math.round(units / ours)} units/s, sqlite3 .import ${Math.round(units / sqlite)}; ${units} lines)`);
  let second;
  const again = await took(async () => { second = await report(); });
  if (second.same !== units) throw new Error(JSON.stringify(second).slice(0, 500));
  console.log(`units_import_again ${Math.round(units / again)} units/s`);
  const out = await took(() => server.ok('parcel', 'export', '-o', file('out.csv')));
  console.log(`units_export ${Math.round(units / out)} units/s`);

  // one paper in very many cases of one parcel, which was numbered anew since
  const token = await server.token('archivist');
  const paper = await fs.readFile(await mkscan('--kind', 'text', '--dpi', 150, '--compress', 'g4', file('p.tif')));
  const old = '370786099001GB00001';
  const [many, few] = ['370786099001GB00002', '370786099001GB00003'];
  let next = 0;
  const fill = async () => {
    while (next < papers) {
      const no = `B${next++}`;
      const unit = `${old}F${pad(next % 100 + 1, 4)}${pad(Math.floor(next / 100) % 100 + 1, 4)}`;
      const opened = await server.post('/api/v1/cases', { no, kind: '首次登记', units: [unit] }, { token });
      const added = await server.upload(token, { case: no, name: 'p.tif' }, paper);
      if (opened.status !== 201 || added.status !== 201) throw new Error(opened.text + added.text);
    }
  };
  await Promise.all(Array.from({ length: 16 }, fill));
  await server.ok('case', 'open', 'FEW', '--kind', '首次登记', '--unit', `${few}F00010001`);
  await server.ok('parcel', 'event', 'renumber', '--date', '2015-06-01', '--before', old, '--after', many);
  await pages(many, token, 20);
  const large = await pages(many, token, 300);
  const small = await pages(few, token, 300);
  console.log(`parcel_first_page ${(percentile(large, 0.5) / percentile(small, 0.5)).toFixed(1)} (p50 ${percentile(large, 0.5).toFixed(1)} ms, p99 ${percentile(large, 0.99).toFixed(1)} ms with ${papers} papers; with one ${percentile(small, 0.5).toFixed(1)} ms, ${percentile(small, 0.99).toFixed(1)} ms)`);
} finally {
  await server.end();
}
