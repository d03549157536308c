// SPDX-License-Identifier: GPL-3.0-or-later
// Every format that the hall's scanners and programs write becomes pages and comes back bit for bit.
import assert from 'node:assert/strict';
import { promises as fs, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, corpus, mkscan, run } from './zong.mjs';

const page = ['--kind', 'tax', '--seed', 3, '--dpi', 150];
const samples = [
  ...['none', 'g3', 'g4', 'lzw', 'deflate', 'packbits'].map((c) => [`bilevel-${c}.tif`, '--colour', 'bilevel', '--compress', c]),
  ...['none', 'lzw', 'deflate', 'packbits', 'jpeg'].flatMap((c) => ['grey', 'rgb'].map((colour) => [`${colour}-${c}.tif`, '--colour', colour, '--compress', c])),
  ['tiled.tif', '--colour', 'rgb', '--compress', 'deflate', '--tiled'],
  ['big.tif', '--colour', 'grey', '--compress', 'lzw', '--bigtiff'],
  ['strips.tif', '--colour', 'bilevel', '--compress', 'g4', '--strips', 64],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((o) => [`orientation-${o}.tif`, '--colour', 'bilevel', '--compress', 'g4', '--orientation', o]),
  ['pages.tif', '--kind', 'text', '--kind', 'blank', '--colour', 'bilevel', '--compress', 'g4'],
  ['grey.jpg', '--colour', 'grey'], ['rgb.jpg', '--colour', 'rgb', '--quality', 60],
  ['bilevel.png', '--colour', 'bilevel'], ['rgb.png', '--colour', 'rgb'],
  ['scan-bilevel.pdf', '--colour', 'bilevel'], ['scan-grey.pdf', '--colour', 'grey'],
  ['born.pdf', '--born-digital'],
];

describe('formats', () => {
  let server, token;
  const receipts = new Map();

  before(async () => {
    server = await Server.fresh('formats');
    token = await server.token('archivist');
    await server.ok('case', 'open', 'F1', '--kind', '首次登记');
    for (const [name, ...options] of samples) await mkscan(...page, ...options, path.join(server.dir, name));
  });
  after(() => server?.end());

  it('each is taken in and comes back bit for bit', async () => {
    for (const [name] of samples) {
      const bytes = await fs.readFile(path.join(server.dir, name));
      const reply = await server.upload(token, { case: 'F1', type: name, name }, bytes);
      assert.equal(reply.status, 201, `${name}: ${reply.text}`);
      assert.equal(reply.json.pages, name === 'pages.tif' ? 3 : 1, name);
      assert.deepEqual(reply.json.pages_damaged ?? [], [], name);
      receipts.set(name, reply.json);
      const back = await server.get(`/api/v1/materials/${reply.json.material}/file`, { token });
      assert.ok(back.bytes.equals(bytes), name);
      assert.equal(back.headers.etag, `"${reply.json.digest.slice(7)}"`);
    }
  });

  it('the same picture in another lossless compression is the same raster', async () => {
    const raster = async (name) => {
      const material = (await server.get(`/api/v1/materials/${receipts.get(name).material}`, { token })).json;
      return material.page[0].raster;
    };
    const bilevel = await raster('bilevel-g4.tif');
    for (const name of ['bilevel-none.tif', 'bilevel-g3.tif', 'bilevel-lzw.tif', 'bilevel-deflate.tif', 'bilevel-packbits.tif',
      'strips.tif', 'bilevel.png', 'scan-bilevel.pdf', ...[1, 2, 3, 4, 5, 6, 7, 8].map((o) => `orientation-${o}.tif`)]) {
      assert.equal(await raster(name), bilevel, name);
    }
    const rgb = await raster('rgb-none.tif');
    for (const name of ['rgb-lzw.tif', 'rgb-deflate.tif', 'rgb-packbits.tif', 'tiled.tif', 'rgb.png']) assert.equal(await raster(name), rgb, name);
    assert.equal(await raster('grey-lzw.tif'), await raster('big.tif'));
    assert.notEqual(bilevel, rgb);
  });

  it('each is read; a born-digital page gives its own text, a blank one is not read', async () => {
    await server.read();
    for (const [name, receipt] of receipts) {
      const material = (await server.get(`/api/v1/materials/${receipt.material}`, { token })).json;
      for (const p of material.page) assert.ok(['read', 'blank'].includes(p.state), `${name} page ${p.n}: ${p.state} ${p.reason}`);
      if (name === 'born.pdf') assert.equal(material.page[0].source, 'text-layer');
      if (name === 'pages.tif') assert.equal(material.page[2].state, 'blank');
      if (material.page[0].state === 'read') {
        const text = await server.get(`/api/v1/materials/${receipt.material}/pages/1/text`, { token });
        assert.match(text.text, /税/, name);
      }
    }
    const [status] = (await server.ok('status', '--json')).json;
    assert.ok(status.rasters < status.pages);
  });

  it('ALTO follows its schema', { skip: corpus ? false : 'no corpus' }, async () => {
    const file = path.join(server.dir, 'page.xml');
    for (const name of ['bilevel-g4.tif', 'born.pdf', 'pages.tif']) {
      const reply = await server.get(`/api/v1/materials/${receipts.get(name).material}/pages/1/alto`, { token });
      await fs.writeFile(file, reply.bytes);
      // the schema imports xlink by an address elsewhere: name the copy beside it
      const schema = path.join(server.dir, 'alto.xsd');
      const text = await fs.readFile(path.join(corpus, 'schema/alto-4-4.xsd'), 'utf8');
      await fs.writeFile(schema, text.replace(/schemaLocation="http[^"]*xlink\.xsd"/, `schemaLocation="file://${path.resolve(corpus)}/schema/xlink.xsd"`));
      const result = await run('xmllint', ['--nonet', '--noout', '--schema', schema, file]);
      assert.equal(result.code, 0, result.stderr);
    }
  });

  it('every file of the corpus becomes pages or gets a clear refusal', { skip: corpus ? false : 'no corpus' }, async () => {
    const files = [];
    const walk = (dir) => {
      for (const name of readdirSync(dir).sort()) {
        const file = path.join(dir, name);
        if (statSync(file).isDirectory()) walk(file);
        else if (/\.(tiff?|pdf|png|jpg)$/.test(name)) files.push(file);
      }
    };
    walk(path.join(corpus, 'tiff'));
    walk(path.join(corpus, 'pdf'));
    walk(path.join(corpus, 'scans'));
    // All of them with ZONG_CORPUS=all; else what is malformed on purpose and every eighth of the rest: the workers' own
    // test goes through all.
    const nasty = /crash-|oom-|segfault|loop|bad|damaged|invalid|enormous|encrypted|enc-/;
    const chosen = files.filter((file, i) => process.env.ZONG_CORPUS === 'all' || nasty.test(file) || i % 8 === 0);
    files.splice(0, files.length, ...chosen);
    const refusals = new Map();
    const given = files.length;
    let taken = 0;
    const next = async () => {
      for (let file = files.pop(); file; file = files.pop()) {
        const bytes = await fs.readFile(file);
        const reply = await server.upload(token, { case: 'F1', type: file, name: path.basename(file) }, bytes);
        if (reply.status === 201) {
          assert.ok(reply.json.pages >= 1, file);
          const back = await server.get(`/api/v1/files/${reply.json.digest}`, { token });
          assert.ok(back.bytes.equals(bytes), file);
          taken++;
        } else {
          assert.ok(reply.status >= 400 && reply.status < 500, `${file}: ${reply.status} ${reply.text}`);
          assert.match(reply.json.type, /^urn:zong:problem:[a-z0-9-]+$/);
          assert.ok(reply.json.title && reply.json.detail, file);
          refusals.set(reply.json.code, (refusals.get(reply.json.code) ?? 0) + 1);
        }
      }
    };
    await Promise.all([next(), next()]);
    assert.ok(server.alive());
    assert.ok(given >= 60 && taken >= given * 0.7, `${taken} of ${given} taken, refused: ${JSON.stringify([...refusals])}`);
    // and the next job works
    const good = await mkscan(...page, '--seed', 77, path.join(server.dir, 'after.png'));
    const reply = await server.upload(token, { case: 'F1' }, await fs.readFile(good));
    assert.equal(reply.status, 201);
  });
});
