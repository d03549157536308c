// SPDX-License-Identifier: GPL-3.0-or-later
// A vault against the common archive, over HTTP, on the same files turn about; and what whoever is outside could learn from time: each figure of that is
// the median of asking for what is in the vault to that of asking for what is nowhere, which should be 1.
//
//     node bench_vault.mjs BUILD [FILES]
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const files = Number(process.argv[3] ?? 120);
const { Server, digest, mkscan } = await import('../e2e/zong.mjs');

const password = 'correct horse battery';
const base = '/api/v1/vaults/tax';
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const server = await Server.fresh('bench-vault', { conf: 'workers = 1\n' });

async function timed(what) {
  const began = performance.now();
  const result = await what();
  return [performance.now() - began, result];
}

function must(reply, status) {
  if (reply.status !== status) throw new Error(`${reply.status}, not ${status}: ${reply.text}`);
  return reply;
}

try {
  await server.ok('dept', 'add', 'tax', '--name', '示例税务');
  await server.ok('case', 'open', 'B-1', '--kind', '转移登记');
  const tax = await server.token('department', 'tax');
  const archivist = await server.token('archivist');
  must(await server.post(base, { member: '示例甲', password }, { token: tax }), 201);
  must(await server.post(`${base}/unlock`, { member: '示例甲', password }, { token: tax }), 200);
  must(await server.post(`${base}/cases`, { no: 'B-1', kind: '转移登记' }, { token: tax }), 201);
  const drawn = [];
  for (let i = 0; i < files; i++)
    drawn.push(await fs.readFile(await mkscan('--kind', ['certificate', 'tax', 'contract'][i % 3], '--seed', i + 1, '--dpi', 200, '--colour', i % 4 ? 'bilevel' : 'grey', path.join(server.dir, `${i}.tif`))));

  // ingest and read: file by file, now the one first and now the other
  const sides = { vault: { token: tax, base, in: 0, out: 0 }, common: { token: archivist, base: '/api/v1', in: 0, out: 0 } };
  for (const [i, bytes] of drawn.entries()) {
    for (const name of i % 2 ? ['vault', 'common'] : ['common', 'vault']) {
      const side = sides[name];
      const [took, reply] = await timed(() => server.upload(side.token, { case: 'B-1', type: '申报表', bulk: true, title: `${i}` }, bytes, { base: side.base }));
      must(reply, 201);
      side.in += took;
      const [back, got] = await timed(() => server.get(`${side.base}/materials/${reply.json.material}/file`, { token: side.token }));
      if (digest(got.bytes) !== digest(bytes)) throw new Error('other bytes');
      side.out += back;
    }
  }
  const { vault, common } = sides;
  console.log(`vault_ingest ${(common.in / vault.in).toFixed(2)} (${(files * 1000 / vault.in).toFixed(1)} files/s one after the other; common archive ${(files * 1000 / common.in).toFixed(1)})`);
  console.log(`vault_fetch ${(common.out / vault.out).toFixed(2)} (${(files * 1000 / vault.out).toFixed(0)} files/s one after the other; common archive ${(files * 1000 / common.out).toFixed(0)})`);

  // what is in the vault alone, and what is nowhere
  const own = [];
  for (let i = 0; i < 30; i++) {
    const bytes = await fs.readFile(await mkscan('--kind', 'certificate', '--seed', 1000 + i, '--colour', 'bilevel', path.join(server.dir, `own${i}.tif`)));
    own.push({ bytes, material: must(await server.upload(tax, { case: 'B-1', title: `${i}` }, bytes, { base }), 201).json.material });
  }
  const none = [];
  for (let i = 0; i < 30; i++) none.push(await fs.readFile(await mkscan('--kind', 'certificate', '--seed', 2000 + i, '--colour', 'bilevel', path.join(server.dir, `none${i}.tif`))));
  const there = [], gone = [];
  for (let turn = 0; turn < 20; turn++) {
    for (let i = 0; i < 30; i++) {
      there.push((await timed(() => server.get(`/api/v1/files/${digest(own[i].bytes)}`, { token: archivist })))[0]);
      gone.push((await timed(() => server.get(`/api/v1/files/${digest(none[i])}`, { token: archivist })))[0]);
    }
  }
  console.log(`vault_outside_file ${(median(there) / median(gone)).toFixed(2)} (${median(there).toFixed(2)} ms for a digest that is in a vault)`);
  const known = [], fresh = [];
  for (let i = 0; i < 30; i++) {
    known.push((await timed(() => server.upload(archivist, { case: 'B-1', title: `k${i}`, bulk: true }, own[i].bytes)))[0]);
    fresh.push((await timed(() => server.upload(archivist, { case: 'B-1', title: `f${i}`, bulk: true }, none[i])))[0]);
  }
  console.log(`vault_outside_upload ${(median(known) / median(fresh)).toFixed(2)} (${median(known).toFixed(1)} ms to hand in what is in a vault)`);
  const tries = { member: [], stranger: [], nowhere: [] };
  for (let i = 0; i < 12; i++) {
    // another name each time, so that nobody is made to wait
    tries.member.push((await timed(() => server.post(`${base}/unlock`, { member: '示例甲', password: `wrong ${i} wrong` }, { token: i % 4 ? tax : archivist })))[0]);
    if (i % 4 === 3) must(await server.post(`${base}/unlock`, { member: '示例甲', password }, { token: tax }), 200);
    tries.stranger.push((await timed(() => server.post(`${base}/unlock`, { member: `示例${i}`, password }, { token: archivist })))[0]);
    tries.nowhere.push((await timed(() => server.post('/api/v1/vaults/housing/unlock', { member: `示例${i}`, password }, { token: archivist })))[0]);
  }
  console.log(`vault_no_member ${(median(tries.stranger) / median(tries.member)).toFixed(2)}, vault_none ${(median(tries.nowhere) / median(tries.member)).toFixed(2)} (${median(tries.member).toFixed(0)} ms for a wrong password)`);
} finally {
  await server.end();
}
