// SPDX-License-Identifier: GPL-3.0-or-later
// The same scan in all the files it may come in: stored once where the format keeps its bytes, read once where it does not; a
// second scan of the same sheet is shown to look alike, and only to whoever may see it.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, run } from './zong.mjs';

const sheet = ['--case', '202611240007', '--party', '示例甲:370786190001010019', '--party', '示例乙', '--seed', 5];

describe('deduplication', () => {
  let server;
  const file = (name) => path.join(server.dir, name);
  const must = async (program, ...args) => {
    const result = await run(program, args);
    assert.equal(result.code, 0, `${program} ${args.join(' ')}: ${result.stderr}`);
  };
  const add = async (name, ...more) => (await server.ok('add', file(name), '--case', 'D1', ...more, '--json')).json.at(-1);
  const rasters = async (receipt) => (await server.ok('show', receipt.material, '--json')).json[0].page.map((page) => page.raster);
  const status = async () => (await server.ok('status', '--json')).json[0];

  before(async () => {
    server = await Server.fresh('dedup');
    await server.ok('case', 'open', 'D1', '--kind', '首次登记');
    await mkscan('--kind', 'contract', ...sheet, '--noise', 0.1, file('common.tif'));
    await mkscan('--kind', 'form', '--seed', 6, '--noise', 0.1, file('own1.tif'));
    await mkscan('--kind', 'tax', '--seed', 7, '--noise', 0.1, file('own2.tif'));
    await mkscan('--kind', 'letter', '--seed', 8, '--colour', 'grey', '--dpi', 150, '--noise', 0.1, file('grey.jpg'));
    await must('tiffcp', file('own1.tif'), file('common.tif'), file('multi1.tif'));
    await must('tiffcp', file('common.tif'), file('own2.tif'), file('multi2.tif'));
    await must('img2pdf', '-o', file('img2pdf.pdf'), file('common.tif'));
    await must('img2pdf', '-o', file('mixed.pdf'), file('common.tif'), file('grey.jpg'), file('own1.tif'));
    await must('tiff2pdf', '-o', file('tiff2pdf.pdf'), file('common.tif'));
    await mkscan('--kind', 'tax', '--seed', 9, '--colour', 'grey', '--dpi', 150, '--compress', 'jpeg', file('jpeg.tif'));
    await must('tiff2pdf', '-o', file('jpeg.pdf'), file('jpeg.tif'));
    await must('tiffcp', '-c', 'zip', file('common.tif'), file('zip.tif'));
  });
  after(() => server?.end());

  it('the bytes of one scan are stored once in TIFF, in two multi-page TIFFs and in PDFs of img2pdf and tiff2pdf', async () => {
    const first = await add('common.tif');
    assert.equal(first.bytes_new, first.bytes);
    for (const name of ['own1.tif', 'own2.tif', 'grey.jpg']) await add(name);
    const scans = await rasters(first);
    const before = await status();
    // what is new is each format's own frame around the scans, all of which are known
    for (const [name, pages, most] of [['multi1.tif', 2, 1000], ['multi2.tif', 2, 1000], ['img2pdf.pdf', 1, 2500], ['tiff2pdf.pdf', 1, 2500], ['mixed.pdf', 3, 5000]]) {
      const receipt = await add(name);
      assert.equal(receipt.pages, pages, name);
      assert.ok(receipt.bytes_new <= most, `${name}: ${receipt.bytes_new} of ${receipt.bytes} bytes are new`);
      assert.ok((await rasters(receipt)).includes(scans[0]), name);
      const back = await server.ok('get', receipt.material, '-o', file('back'));
      assert.equal(back.code, 0);
      assert.ok((await fs.readFile(file('back'))).equals(await fs.readFile(file(name))), name);
    }
    const now = await status();
    assert.equal(now.rasters, before.rasters, 'no new page image');
    assert.ok(now.bytes_stored - before.bytes_stored < 12000, `${now.bytes_stored - before.bytes_stored} bytes more on the disk`);
    assert.ok(now.bytes_in - before.bytes_in > 500000 || now.bytes_in - before.bytes_in > 20 * (now.bytes_stored - before.bytes_stored));
  });

  it('in another lossless compression the page is the same, and is read once', async () => {
    const before = await status();
    const again = await add('zip.tif');
    assert.ok(again.bytes_new > again.bytes / 2, 'its bytes are others');
    assert.deepEqual(await rasters(again), await rasters(await add('common.tif')));
    const now = await status();
    assert.equal(now.rasters, before.rasters);
    const read = await server.read();
    assert.equal(read.pages_read, read.rasters, 'one reading a page image');
    assert.ok(read.pages > 2 * read.rasters);
  });

  // A JPEG inside a TIFF is no JPEG file: the tables (DQT, DHT) stand once in the tag JPEGTables, and each strip is a stream of its own: SOI,
  // SOF0, SOS, entropy-coded data, EOI. tiff2pdf (libtiff 4.5) writes one stream: SOI, the tables, the first strip with a restart interval
  // (DRI) put into its header but with its own SOI still on it, then each further strip with its headers replaced by a restart marker. So
  // of a strip the entropy-coded data are kept, and all around them is not; a stream with two SOI is no JPEG, libjpeg and with it poppler
  // refuse it, and the page comes out empty. Cutting every JPEG strip of every TIFF at its headers (a segment takes whole pages of 4 KB, and
  // strips are mostly shorter) for the sake of a PDF that nobody can read saves nothing: the format does not keep the bytes.
  it('a JPEG inside a TIFF is not kept by tiff2pdf', async () => {
    const tiff = await add('jpeg.tif');
    const pdf = await add('jpeg.pdf');
    assert.ok(pdf.bytes_new > pdf.bytes / 2, `${pdf.bytes_new} of ${pdf.bytes} bytes are new: the comment above is no longer true`);
    const bytes = await fs.readFile(file('jpeg.tif'));
    const written = await fs.readFile(file('jpeg.pdf'));
    const at = bytes.indexOf(Buffer.from('ffc0000b', 'hex')) + 23; // behind SOF0 of a grey image and SOS
    const data = bytes.subarray(at, bytes.indexOf(Buffer.from('ffd9', 'hex'), at));
    assert.ok(data.length > 200 && written.includes(data), 'the entropy-coded data are the same');
    const start = written.indexOf(Buffer.from('ffd8ffdb', 'hex'));
    assert.ok(written.subarray(start + 2, written.indexOf(data)).includes(Buffer.from('ffd8ffc0', 'hex')), 'a second SOI');
    assert.notDeepEqual(await rasters(pdf), await rasters(tiff), 'the page is no longer there');
    assert.equal((await server.ok('get', pdf.material, '-o', file('back'))).code, 0);
    assert.ok((await fs.readFile(file('back'))).equals(written));
  });

  it('what ImageMagick makes of it is the same page, or the program may not write that', async (t) => {
    const convert = (await run('convert-im6', ['--version'])).code === 0 ? 'convert-im6' : 'convert';
    if ((await run(convert, ['--version'])).code !== 0) return t.skip('ImageMagick is not installed');
    const before = await status();
    const made = await run(convert, [file('common.tif'), '-compress', 'LZW', file('magick.tif')]);
    assert.equal(made.code, 0, made.stderr);
    const tiff = await add('magick.tif');
    const pdf = await run(convert, [file('common.tif'), '-compress', 'Group4', file('magick.pdf')]);
    if (pdf.code === 0) assert.deepEqual(await rasters(await add('magick.pdf')), await rasters(tiff));
    else t.diagnostic('ImageMagick is installed so that it writes no PDF (policy.xml)');
    assert.equal((await status()).rasters, before.rasters);
  });

  it('another scan of the sheet is shown to look alike, another page of the form is not', async () => {
    await mkscan('--kind', 'contract', ...sheet, '--noise', 0.3, '--skew', 1, '--dpi', 200, file('again.tif'));
    await mkscan('--kind', 'contract', '--case', '202611240391', '--party', '示例丙:370786195503030023', '--party', '示例丁',
      '--address', '示例市示例路88号3号楼2单元1701室', '--unit', '370786004002GB00037F00190283', '--seed', 5, '--noise', 0.1, file('other.tif'));
    const first = await add('common.tif');
    const again = await add('again.tif');
    const other = await add('other.tif');
    const alike = (await server.ok('show', again.material, '--json')).json[0].alike;
    const near = alike.filter((one) => one.material === first.material);
    assert.equal(near.length, 1, JSON.stringify(alike));
    assert.equal(near[0].page, 1);
    assert.equal(near[0].material_page, 1);
    assert.ok(near[0].distance > 0 && near[0].distance < 0.3);
    assert.ok(!alike.some((one) => one.material === other.material), 'the other contract is another sheet');
    assert.notDeepEqual(await rasters(again), await rasters(first), 'never merged');
    const found = (await server.ok('find', '--like', again.material, '--page', 1, '--json')).json;
    assert.ok(found.some((hit) => hit.material === first.material && hit.page === 1 && hit.why === 'alike'));
    assert.ok(found.every((hit, i) => i === 0 || hit.score <= found[i - 1].score), 'nearest first');
    const there = (await server.ok('find', '--like', first.material, '--json')).json;
    assert.ok(there.some((hit) => hit.material === again.material), 'and the other way round');
    const text = (await server.ok('show', again.material)).stdout;
    assert.ok(text.includes(first.material), text);
  });

  it('what one may not see looks like nothing', async () => {
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    const token = await server.token('department', 'tax');
    const again = (await add('again.tif', '--to', 'tax')).material;
    const asked = await server.get(`/api/v1/materials/${again}`, { token });
    assert.equal(asked.status, 200);
    assert.deepEqual(asked.json.alike, []);
    const search = await server.get(`/api/v1/search?like=${again}`, { token });
    assert.equal(search.status, 200, search.text);
    assert.equal(search.json.total, 0);
    const common = (await add('common.tif')).material;
    assert.equal((await server.get(`/api/v1/search?like=${common}`, { token })).status, 404);
    await add('common.tif', '--to', 'tax');
    assert.deepEqual((await server.get(`/api/v1/search?like=${again}`, { token })).json.items.map((hit) => hit.material), [common]);
  });

  it('asks with sense are answered, others refused', async () => {
    const token = await server.token('archivist');
    const id = (await add('common.tif')).material;
    assert.equal((await server.get(`/api/v1/search?like=${id}&page=9`, { token })).status, 404);
    assert.equal((await server.get(`/api/v1/search?like=${id}&q=x`, { token })).status, 400);
    assert.equal((await server.get('/api/v1/search?like=nothing', { token })).status, 404);
    assert.equal((await server.cli('find', '--page', 1, 'x')).code, 2);
  });
});
