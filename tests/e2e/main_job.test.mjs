// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: a scan comes in, is kept, read, filed, delivered, found and fetched.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, corpus, digest, mkscan } from './zong.mjs';

const unit = '370786001001GB00001F00010001';

describe('the main job', () => {
  let server, letter, contract, receipts;

  before(async () => {
    server = await Server.fresh('main');
    letter = await mkscan('--kind', 'letter', '--colour', 'rgb', '--seal', '--seed', 5, path.join(server.dir, '函.png'));
    contract = await mkscan('--kind', 'contract', '--kind', 'form', '--kind', 'certificate', '--colour', 'bilevel', '--compress', 'g4',
      '--unit', unit, '--seed', 6, path.join(server.dir, 'contract.tif'));
  });
  after(() => server?.end());

  it('departments and a case are made', async () => {
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('dept', 'add', 'housing', '--name', '住建');
    assert.deepEqual((await server.ok('dept', 'list', '--json')).json.map((d) => d.id).sort(), ['housing', 'tax']);
    const opened = await server.ok('case', 'open', '202611240001', '--kind', '转移登记', '--unit', unit, '--party', '示例甲', '示例乙:11010519491231002X', '--json');
    assert.equal(opened.json[0].no, '202611240001');
    assert.deepEqual(opened.json[0].parties.map((p) => p.name), ['示例甲', '示例乙']);
  });

  it('two scans are taken in, read and receipted', async () => {
    const added = await server.ok('add', contract, letter, '--case', '202611240001', '--to', 'tax,housing', '--wait', '--json');
    receipts = added.json;
    assert.deepEqual(receipts.map((r) => r.file), [contract, letter]);
    assert.deepEqual(receipts.map((r) => r.pages), [3, 1]);
    for (const receipt of receipts) {
      for (const name of ['file', 'material', 'digest', 'pages', 'bytes', 'bytes_new', 'bytes_shared', 'record']) {
        assert.ok(name in receipt, name);
      }
      const bytes = await fs.readFile(receipt.file);
      assert.equal(receipt.digest, digest(bytes));
      assert.equal(receipt.bytes, bytes.length);
      assert.equal(receipt.bytes_new + receipt.bytes_shared, receipt.bytes);
    }
  });

  it('the status counts them', async () => {
    const [status] = (await server.ok('status', '--json')).json;
    assert.equal(status.materials, 2);
    assert.equal(status.files, 2);
    assert.equal(status.pages, 4);
    assert.equal(status.rasters, 4);
    assert.equal(status.pages_read, 4);
    assert.equal(status.bytes_in, receipts[0].bytes + receipts[1].bytes);
    const { waiting, running, parked } = status.jobs;
    assert.deepEqual({ waiting, running, parked }, { waiting: 0, running: 0, parked: 0 });
  });

  it('words on a page find the material and its page', async () => {
    const found = (await server.ok('find', '买卖合同', '--json')).json;
    assert.ok(found.length >= 1);
    assert.equal(found[0].material, receipts[0].material);
    assert.equal(found[0].case, '202611240001');
    const text = found.find((hit) => hit.page === 1);
    assert.ok(text, JSON.stringify(found));
    assert.match(text.snippet, /合同/);
    const letterHits = (await server.ok('find', '自然资源', '--json')).json;
    assert.ok(letterHits.some((hit) => hit.material === receipts[1].material && hit.page === 1), JSON.stringify(letterHits));
    assert.equal((await server.ok('find', '此词绝不出现于任何页面', '--json')).json.length, 0);
  });

  it('case, parcel, building, unit and party find it', async () => {
    const ids = receipts.map((r) => r.material).sort();
    for (const args of [['--case', '202611240001'], ['--parcel', unit.slice(0, 19)], ['--parcel', unit.slice(0, 24)], ['--parcel', unit],
      ['--parcel', '370786 001001 GB00001'], ['--party', '示例甲'], ['--party', '11010519491231002x']]) {
      const found = (await server.ok('find', ...args, '--json')).json;
      assert.deepEqual([...new Set(found.map((hit) => hit.material))].sort(), ids, args.join(' '));
    }
    assert.equal((await server.ok('find', '--parcel', '370786001001GB00002', '--json')).json.length, 0);
  });

  it('a feed holds a delivery for each material', async () => {
    for (const department of ['tax', 'housing']) {
      const feed = (await server.ok('feed', department, '--json')).json;
      assert.deepEqual(feed.map((event) => event.material), receipts.map((r) => r.material));
      for (const event of feed) {
        for (const name of ['cursor', 'id', 'type', 'time', 'case', 'material', 'version', 'manifest']) assert.ok(name in event, name);
        assert.equal(event.case, '202611240001');
        assert.equal(event.version, 1);
      }
      const rest = (await server.ok('feed', department, '--after', feed[0].cursor, '--json')).json;
      assert.deepEqual(rest.map((event) => event.id), [feed[1].id]);
    }
  });

  it('the bytes come back as they were', async () => {
    for (const receipt of receipts) {
      const back = path.join(server.dir, 'back');
      await server.ok('get', receipt.material, '-o', back);
      assert.ok((await fs.readFile(back)).equals(await fs.readFile(receipt.file)));
      await server.ok('get', receipt.digest, '-o', back);
      assert.ok((await fs.readFile(back)).equals(await fs.readFile(receipt.file)));
    }
  });

  it('a page comes as text, ALTO, hOCR and picture', async () => {
    const id = receipts[0].material;
    const text = (await server.ok('get', id, '--as', 'text', '--page', 1)).stdout;
    assert.match(text, /合同/);
    assert.doesNotMatch(text, /\p{Script=Han} \p{Script=Han}/u);
    const all = (await server.ok('get', id, '--as', 'text')).stdout;
    assert.ok(all.length > text.length && all.startsWith(text));
    assert.match((await server.ok('get', id, '--as', 'alto', '--page', 1)).stdout, /<alto[^>]+v4#/);
    assert.match((await server.ok('get', id, '--as', 'hocr', '--page', 1)).stdout, /ocrx_word/);
    const png = path.join(server.dir, 'page.png');
    await server.ok('get', id, '--as', 'png', '--page', 2, '-o', png);
    assert.equal((await fs.readFile(png)).subarray(1, 4).toString(), 'PNG');
  });

  it('what was read on the pages is shown: codes and numbers', async () => {
    const [material] = (await server.ok('show', receipts[0].material, '--json')).json;
    assert.deepEqual(material.page.map((p) => p.state), ['read', 'read', 'read']);
    assert.ok(material.fields.some((f) => f.kind === 'unit' && f.value === unit && f.valid), JSON.stringify(material.fields));
  });

  it('the same file again changes nothing', async () => {
    const [again] = (await server.ok('add', contract, '--case', '202611240001', '--to', 'tax,housing', '--json')).json;
    assert.equal(again.material, receipts[0].material);
    assert.equal(again.record, receipts[0].record);
    assert.equal(again.bytes_new, 0);
    const [status] = (await server.ok('status', '--json')).json;
    assert.equal(status.materials, 2);
    assert.equal(status.bytes_in, receipts[0].bytes + receipts[1].bytes);
    assert.equal((await server.ok('feed', 'tax', '--json')).json.length, 2);
  });

  it('the same file in another case is another material and the same file', async () => {
    await server.ok('case', 'open', '202611240002', '--kind', '抵押登记', '--party', '示例丙');
    const [other] = (await server.ok('add', contract, '--case', '202611240002', '--json')).json;
    assert.notEqual(other.material, receipts[0].material);
    assert.equal(other.digest, receipts[0].digest);
    assert.equal(other.bytes_shared, other.bytes);
    const [status] = (await server.ok('status', '--json')).json;
    assert.equal(status.files, 2);
    assert.equal(status.rasters, 4);
  });

  it('all of it is there after a restart', async () => {
    await server.kill('SIGTERM');
    await server.start();
    const back = path.join(server.dir, 'back');
    await server.ok('get', receipts[0].material, '-o', back);
    assert.ok((await fs.readFile(back)).equals(await fs.readFile(contract)));
    assert.ok((await server.ok('find', '买卖合同', '--json')).json.length >= 1);
  });

  it('real scans of the corpus go the whole way', { skip: corpus ? false : 'no corpus' }, async () => {
    await server.ok('case', 'open', '202611240009', '--kind', '转移登记', '--unit', unit, '--party', '示例甲');
    const files = [path.join(corpus, 'scans/book-8-pages.pdf'), path.join(corpus, 'scans/red-head-letter.png')];
    const to = ['--case', '202611240009', '--to', 'tax,housing', '--json'];
    // a person waits for the letter; the book is read meanwhile and after it
    const added = [...(await server.ok('add', files[0], ...to)).json, ...(await server.ok('add', files[1], '--wait', ...to)).json];
    assert.deepEqual(added.map((r) => r.pages), [8, 1]);
    const found = (await server.ok('find', '自然资源和规划局', '--json')).json;
    assert.ok(found.some((hit) => hit.material === added[1].material && hit.page === 1), JSON.stringify(found));
    const back = path.join(server.dir, 'x.pdf');
    await server.ok('get', added[0].material, '-o', back);
    assert.ok((await fs.readFile(back)).equals(await fs.readFile(files[0])));
  });
});
