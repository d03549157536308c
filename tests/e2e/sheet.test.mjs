// SPDX-License-Identifier: GPL-3.0-or-later
// A batch with separator sheets in it: printed, scanned in one go, taken apart, filed, given back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Server, digest, mkscan, run } from './zong.mjs';

let server;
let archivist;
let tax;
const file = (name) => path.join(server.dir, name);

async function must(program, ...args) {
  const result = await run(program, args);
  assert.equal(result.code, 0, `${program}: ${result.stderr}`);
  return result.stdout;
}

/** A page of a PDF as a bilevel TIFF, as scanned. */
async function scan(name) {
  await must('pdftoppm', '-r', '200', '-mono', file(`${name}.pdf`), file(name));
  const [page] = (await fs.readdir(server.dir)).filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.pbm'));
  await must('convert', file(page), '-compress', 'Group4', '-density', '200', '-units', 'PixelsPerInch', file(`${name}.tif`));
  return file(`${name}.tif`);
}

async function paper(name, kind, seed) {
  await mkscan('--kind', kind, '--dpi', 200, '--seed', seed, file(`${name}.tif`));
  return file(`${name}.tif`);
}

async function cover(name, ...args) {
  await server.ok('sheet', ...args, '-o', file(`${name}.pdf`));
  return scan(name);
}

async function batch(name, ...pages) {
  await must('tiffcp', ...pages, file(`${name}.tif`));
  return file(`${name}.tif`);
}

async function add(...args) {
  return (await server.ok('add', ...args, '--json', '--quiet')).json[0];
}

async function pages(id) {
  const { json } = await server.get(`/api/v1/materials/${id}`, { token: archivist });
  return json.page.map((page) => page.raster);
}

let papers;
let coverA;
let coverB;
let patch;

before(async () => {
  server = await Server.fresh('sheet');
  archivist = await server.token('archivist');
  for (const no of ['A1', 'B2', 'C3']) await server.ok('case', 'open', no, '--kind', '转移登记', '--party', '示例甲');
  await server.ok('dept', 'add', 'tax', '--name', '税务');
  await server.ok('dept', 'add', 'housing', '--name', '住建');
  tax = await server.token('department', 'tax');
  papers = [];
  for (const [i, kind] of ['form', 'contract', 'idcard', 'letter', 'tax', 'certificate'].entries())
    papers.push(await paper(`paper${i}`, kind, i + 1));
  coverA = await cover('coverA', '--case', 'A1', '--type', '身份证明', '--to', 'tax');
  coverB = await cover('coverB', '--case', 'B2', '--type', '买卖合同', '--to', 'housing');
  patch = await cover('patch', '--patch');
});

after(() => server.end());

test('a batch is taken apart and filed as its sheets say', async () => {
  const name = await batch('one', papers[0], coverA, papers[1], papers[2], patch, papers[3], coverB, papers[4], papers[5]);
  const bytes = await fs.readFile(name);
  // as the sheets say and nobody else: the catalogue, which would add departments, is limited
  const receipt = await add(name, '--case', 'C3', '--type', '其他', '--only');
  const all = [receipt, ...receipt.further];
  const alone = [];

  assert.deepEqual(all.map((part) => [part.case, part.type, part.pages, part.batch.page]),
    [['C3', '其他', 1, 1], ['A1', '身份证明', 2, 3], ['A1', '身份证明', 1, 6], ['B2', '买卖合同', 2, 8]]);
  assert.deepEqual(all.map((part) => part.deliveries.map((delivery) => delivery.department)), [[], ['tax'], ['tax'], ['housing']]);
  assert.deepEqual(receipt.sheets, [{ page: 2, kind: 'cover', case: 'A1' }, { page: 5, kind: 'patch', case: null }, { page: 7, kind: 'cover', case: 'B2' }]);
  assert.deepEqual(receipt.warnings, []);
  for (const part of all) assert.equal(part.batch.digest, digest(bytes));

  // the pages are the same pictures as when they come alone, and the bytes are those of the digest
  for (const page of papers) alone.push((await pages((await add(page, '--case', 'C3', '--type', '单页')).material))[0]);
  const split = [];
  for (const part of all) split.push(...(await pages(part.material)));
  assert.deepEqual(split, alone);
  for (const part of all) {
    const got = await server.get(`/api/v1/materials/${part.material}/file`, { token: archivist });
    assert.equal(digest(got.bytes), part.digest);
    assert.ok(part.bytes_new < part.bytes / 4, `stored twice: ${part.bytes_new} of ${part.bytes}`);
    await fs.writeFile(file('part.tif'), got.bytes);
    assert.match(await must('tiffinfo', file('part.tif')), /Group 4/);
  }

  // the batch itself is kept bit for bit, for those who may see all of it
  const whole = await server.get(`/api/v1/files/${digest(bytes)}`, { token: archivist });
  assert.equal(whole.status, 200);
  assert.deepEqual(whole.bytes, bytes);
  assert.equal((await server.get(`/api/v1/files/${digest(bytes)}`, { token: tax })).status, 404);
  assert.equal((await server.get(`/api/v1/files/${all[1].digest}`, { token: tax })).status, 200);
  assert.equal((await server.get(`/api/v1/files/${all[3].digest}`, { token: tax })).status, 404);

  const again = await add(name, '--case', 'C3', '--type', '其他', '--only');
  assert.deepEqual([again, ...again.further].map((part) => [part.again, part.material]), all.map((part) => [true, part.material]));
  const one = await add(name, '--case', 'C3', '--type', '其他', '--whole');
  assert.equal(one.again, false);
  assert.equal(one.pages, 9);
  assert.equal(one.batch, undefined);
});

test('a PDF is taken apart, too', async () => {
  const name = file('batch.pdf');
  await must('img2pdf', papers[0], coverB, papers[1], patch, papers[2], '-o', name);
  const receipt = await add(name, '--case', 'C3', '--type', '其他');
  const all = [receipt, ...receipt.further];

  assert.deepEqual(all.map((part) => [part.case, part.pages, part.batch.page]), [['C3', 1, 1], ['B2', 1, 3], ['B2', 1, 5]]);
  // the sheet names the housing office, the catalogue of the case the tax office besides
  assert.deepEqual(all.map((part) => part.deliveries.map((delivery) => delivery.department)), [[], ['housing', 'tax'], ['housing', 'tax']]);
  for (const part of all) {
    const got = await server.get(`/api/v1/materials/${part.material}/file`, { token: archivist });
    assert.equal(digest(got.bytes), part.digest);
    await fs.writeFile(file('part.pdf'), got.bytes);
    assert.match(await must('pdfinfo', file('part.pdf')), /Pages: +1\n/);
  }
});

test('a sheet that cannot be used loses no page and is named', async () => {
  const other = await Server.fresh('sheet-other');
  try {
    for (const no of ['X9', 'C3']) await other.ok('case', 'open', no, '--kind', '转移登记');
    await other.ok('dept', 'add', 'nowhere', '--name', '别处');
    await other.ok('sheet', '--case', 'X9', '-o', file('coverX.pdf'));
    await other.ok('sheet', '--case', 'C3', '--to', 'nowhere', '-o', file('coverN.pdf'));
  } finally {
    await other.end();
  }
  const name = await batch('odd', await scan('coverX'), papers[0], await scan('coverN'), papers[1], coverA, papers[2]);
  const receipt = await add(name, '--case', 'C3', '--type', '杂');
  const all = [receipt, ...receipt.further];

  assert.deepEqual(all.map((part) => [part.case, part.pages, part.batch.page]), [['C3', 2, 1], ['C3', 2, 3], ['A1', 1, 6]]);
  assert.deepEqual(receipt.warnings.map((warning) => [warning.code, warning.subject]),
    [['sheet-case', 'p. 1: X9'], ['sheet-department', 'p. 3: nowhere']]);
});

test('with cover sheets before all papers, nobody need name a case', async () => {
  const receipt = await add(await batch('bare', coverA, papers[0], patch, papers[1], coverB, papers[2]));
  const all = [receipt, ...receipt.further];
  assert.deepEqual(all.map((part) => [part.case, part.type, part.pages, part.batch.page]),
    [['A1', '身份证明', 1, 2], ['A1', '身份证明', 1, 4], ['B2', '买卖合同', 1, 6]]);

  const before = (await server.get('/api/v1/status', { token: archivist })).text;
  const late = await server.cli('add', await batch('late', papers[0], coverA, papers[1]));
  assert.notEqual(late.code, 0);
  assert.match(late.stderr, /no cover sheet that can be used before "p\. 1"|“p\. 1”之前也没有可用的封面页/);
  const none = await server.upload(archivist, { type: '其他', name: '示例.tif' }, await fs.readFile(papers[0]));
  assert.equal(none.status, 422);
  assert.match(none.json.type, /no-cover-sheet$/);
  assert.match(none.json.detail, /没有写受理号/);
  assert.equal((await server.upload(archivist, { split: false }, await fs.readFile(papers[0]))).status, 422);
  assert.equal((await server.cli('add', papers[0], '--whole')).code, 2);
  assert.equal(JSON.parse((await server.get('/api/v1/status', { token: archivist })).text).materials, JSON.parse(before).materials);
});

test('sheets alone are one material, and what is no sheet is not split', async () => {
  const receipt = await add(await batch('lone', coverA), '--case', 'C3', '--type', '单');
  assert.equal(receipt.pages, 1);
  assert.equal(receipt.batch, undefined);
  const plain = await add(await batch('plain', ...papers), '--case', 'C3', '--type', '全部');
  assert.equal(plain.pages, papers.length);
  assert.equal(plain.further, undefined);
});

test('the archive is sound afterwards', async () => {
  await server.read();
  const checked = await server.cli('check', '--json');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  assert.deepEqual(checked.json.filter((line) => line.finding), []);
});
