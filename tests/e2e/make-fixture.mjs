// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the archive that tests of later versions open: a small one of the format that this tree writes, with a bit of
// everything in it. Run once for each format, before the number in store/version.h goes up:
//
//	ZONG_BUILD=$PWD/build node tests/e2e/make-fixture.mjs 2
//
// writes tests/e2e/fixtures/archive-2.tar.xz and archive-2.json (what must be found in it). Both stay for ever.
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Server, digest, here, mkscan, run, until } from './zong.mjs';

const format = Number(process.argv[2]);
if (!(format > 0)) throw new Error('which format? node make-fixture.mjs NUMBER');
const unit = '370786001001GB00001F00010001';
const other = '370786001001GB00001F00010002';

const server = await Server.fresh('fixture');
const written = Number(await fs.readFile(path.join(server.archive, 'format'), 'utf8'));
if (written !== format) throw new Error(`this build writes format ${written}`);

// A receiver that never answers: what is due to it stays due.
await server.ok('dept', 'add', 'tax', '--name', '税务');
await server.ok('dept', 'add', 'housing', '--name', '住建');
await server.ok('dept', 'add', 'bank', '--name', '示例银行', '--webhook', 'http://127.0.0.1:9/', '--allow-private');
await server.ok('case', 'open', '202611240001', '--kind', '转移登记', '--unit', unit, other, '--party', '示例甲:11010519491231002X', '示例乙',
  '--cert', '鲁（2026）昌邑市不动产权第0000001号', '--address', '昌邑市示例路1号');
await server.ok('case', 'open', '202611240002', '--kind', '抵押登记', '--unit', unit, '--party', '示例丙');

const files = {
  tiff: await mkscan('--kind', 'contract', '--kind', 'form', '--dpi', 150, '--unit', unit, '--seed', 1, path.join(server.dir, 'contract.tif')),
  pdf: await mkscan('--kind', 'tax', '--dpi', 120, '--seed', 2, path.join(server.dir, 'tax.pdf')),
  jpeg: await mkscan('--kind', 'tax', '--dpi', 72, '--colour', 'grey', '--quality', 15, '--seed', 3, path.join(server.dir, 'tax.jpg')),
  png: await mkscan('--kind', 'certificate', '--dpi', 100, '--seed', 4, path.join(server.dir, 'certificate.png')),
};
const add = async (file, no, ...more) => (await server.ok('add', file, '--case', no, '--json', ...more)).json[0];
const materials = [
  await add(files.tiff, '202611240001', '--type', '买卖合同', '--to', 'tax,housing,bank'),
  await add(files.pdf, '202611240001', '--type', '完税证明', '--to', 'tax,bank'),
  await add(files.jpeg, '202611240001', '--type', '完税证明', '--to', 'housing'),
  await add(files.png, '202611240002', '--type', '不动产权证书'),
  await add(files.tiff, '202611240002', '--type', '买卖合同', '--to', 'tax'),
];
await server.read();

const tokens = { archivist: await server.token('archivist'), tax: await server.token('department', 'tax'), housing: await server.token('department', 'housing') };
const delivery = async (material, department) =>
  (await server.ok('show', material.material, '--json')).json[0].deliveries.find((d) => d.department === department).id;
const end = async (id, how, token, body) => {
  const reply = await server.post(`/api/v1/deliveries/${id}/${how}`, body, { token });
  if (reply.status !== 200) throw new Error(reply.text);
};
await end(await delivery(materials[0], 'tax'), 'receipt', tokens.tax, {});
await end(await delivery(materials[2], 'housing'), 'return', tokens.housing, { reason: '第一页不清楚' });

// A page that takes longer than it may is parked.
await server.kill('SIGTERM');
await fs.writeFile(path.join(server.archive, 'zong.conf'), 'read-seconds = 1\n');
await server.start();
const slow = await mkscan('--kind', 'text', '--dpi', 300, '--seed', 5, path.join(server.dir, 'slow.tif'));
materials.push(await add(slow, '202611240002', '--type', '其他'));
await until('a page is parked', async () => (await server.ok('status', '--json')).json[0].jobs.parked === 1);

// And some wait, since the server ends while they do.
const later = await mkscan(...Array(6).fill(['--kind', 'text']).flat(), '--dpi', 300, '--seed', 6, path.join(server.dir, 'later.tif'));

const words = [];
for (const query of ['买卖合同', unit]) {
  const hits = (await server.ok('find', query, '--json')).json;
  if (!hits.length) throw new Error(`nothing found for ${query}`);
  words.push({ query, materials: [...new Set(hits.map((hit) => hit.material))].sort() });
}
materials.push(await add(later, '202611240002', '--type', '其他', '--to', 'tax'));
const status = (await server.ok('status', '--json')).json[0];
if (status.jobs.waiting < 1) throw new Error('no page waits');
const expected = {
  format, password: server.password, tokens, unit, words,
  materials: materials.map(({ material, digest: sum, pages, bytes, media, case: no, type }) => ({ material, digest: sum, pages, bytes, media, case: no, type })),
  cases: (await server.ok('case', 'list', '--json')).json.map((item) => item.no).sort(),
  departments: (await server.ok('dept', 'list', '--json')).json.map((item) => item.id).sort(),
  deliveries: status.deliveries,
  status: Object.fromEntries(['cases', 'materials', 'files', 'pages', 'rasters', 'pages_read', 'bytes_in'].map((name) => [name, status[name]])),
  parked: 1,
};
for (const [, file] of Object.entries(files)) {
  const bytes = await fs.readFile(file);
  if (!materials.some((material) => material.digest === digest(bytes))) throw new Error(`${file} is not in it`);
}
if (!((await server.ok('status', '--json')).json[0].jobs.waiting > 0)) throw new Error('no page waits any more');
await server.kill('SIGTERM');
expected.log = status.log;
// What is derived or empty is left out; it is made again.
const out = path.join(here, 'fixtures', `archive-${format}`);
const packed = await run('tar', ['-C', server.dir, '-c', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--exclude=zongd.sock', '--exclude=text/*',
  '--exclude=lock.mdb', '-I', 'xz -9e', '-f', `${out}.tar.xz`, 'archive']);
if (packed.code) throw new Error(packed.stderr);
await fs.writeFile(`${out}.json`, `${JSON.stringify(expected, null, 1)}\n`);
console.log(`${out}: ${(await fs.stat(`${out}.tar.xz`)).size} bytes`);
await server.end();
