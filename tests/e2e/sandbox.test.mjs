// SPDX-License-Identifier: GPL-3.0-or-later
// What a file can do to the program that looks into it: nothing that reaches the server. Every malformed file is refused or
// its pages are put aside with a reason, every attempt of a worker that a document has taken over fails, and the next
// page is read.
import assert from 'node:assert/strict';
import { promises as fs, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, build, corpus, mkscan } from './zong.mjs';
import { malformed, tiff } from './malformed.mjs';

const words = /\p{Script=Han}{4}/u;

/** How often a worker has died of a page, as the server's log tells. */
async function deaths(server) {
  return ((await server.log()).match(/ zong-ocr \d+: (killed|ended|out of memory|over its deadline|broke the protocol)/g) ?? []).length;
}

/** Hands in all of [name, bytes] and waits until they are read; answers how each ended. */
async function handIn(server, token, files) {
  const ends = new Map();
  const queue = [...files];
  const next = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const [name, bytes] = file;
      const reply = await server.upload(token, { case: 'S1', type: name, name }, bytes);
      if (reply.status === 201) {
        ends.set(name, reply.json);
        continue;
      }
      assert.ok(reply.status >= 400 && reply.status < 500, `${name}: ${reply.status} ${reply.text}`);
      assert.match(reply.headers['content-type'], /application\/problem\+json/);
      assert.match(reply.json.title, words, `${name}: ${reply.text}`);
      assert.match(reply.json.detail, words, `${name}: ${reply.text}`);
      ends.set(name, reply.json);
    }
  };
  await Promise.all([next(), next()]);
  await server.read();
  for (const [name, end] of ends) {
    if (!end.material) continue;
    const material = (await server.get(`/api/v1/materials/${end.material}`, { token })).json;
    // as it is shown, and as a PDF: what the worker says of it, the server copies
    for (const what of ['pages/1/png', 'pdf']) {
      const made = await server.get(`/api/v1/materials/${end.material}/${what}`, { token });
      if (made.status === 200) assert.ok(made.bytes.length > 50, `${name} ${what}`);
      else assert.match(made.json.detail, words, `${name} ${what}: ${made.status} ${made.text}`);
      if (material.page.every((page) => ['read', 'blank'].includes(page.state))) assert.equal(made.status, 200, `${name} ${what}: ${made.text}`);
    }
    for (const page of material.page) {
      assert.ok(['read', 'blank', 'parked', 'damaged'].includes(page.state), `${name}: ${page.state}`);
      if (page.state === 'parked' || page.state === 'damaged') assert.match(page.reason, words, `${name}: ${page.reason}`);
    }
  }
  assert.ok(server.alive());
  return ends;
}

async function readsAGoodPage(server, token, seed) {
  const file = await mkscan('--kind', 'tax', '--seed', seed, '--dpi', 150, '--colour', 'bilevel', path.join(server.dir, `good-${seed}.tif`));
  const reply = await server.upload(token, { case: 'S1', type: 'good' }, await fs.readFile(file));
  assert.equal(reply.status, 201, reply.text);
  await server.read();
  const text = await server.get(`/api/v1/materials/${reply.json.material}/pages/1/text`, { token });
  assert.match(text.text, /税/);
}

describe('malformed files', () => {
  let server, token;

  before(async () => {
    server = await Server.fresh('malformed');
    token = await server.token('archivist');
    await server.ok('case', 'open', 'S1', '--kind', '首次登记');
  });
  after(() => server?.end());

  it('what is made by hand is refused or put aside, in words', async () => {
    const files = malformed();
    const ends = await handIn(server, token, files);
    assert.equal(ends.size, files.length);
    const code = (name) => ends.get(name).code;
    for (const name of ['cut in its header.tif', 'no width.tif', 'no entries.tif', 'strip outside.tif', 'directory outside.tif', 'no width.jpg', 'no tables.jpg',
      'no width.png', 'three bits.png', 'data that is none.png', 'only a header.pdf']) {
      assert.equal(code(name), 'damaged-file', `${name}: ${JSON.stringify(ends.get(name))}`);
    }
    for (const name of ['a million each way.tif', 'as wide and long as it can be.jpg']) assert.equal(code(name), 'page-too-big', name);
    assert.equal(code('seven thousand pages.tif'), 'too-many-pages');
    assert.equal(ends.get('circle of one page.tif').pages, 1);
    assert.equal(ends.get('circle of three pages.tif').pages, 3);
    assert.equal(ends.get('circle behind the first.tif').pages, 3);
    assert.equal(ends.get('next page outside.tif').pages, 1);
    await readsAGoodPage(server, token, 301);
    // none of them has cost a worker its life: the decoders hold, not only the sandbox
    assert.equal(await deaths(server), 0);
  });

  it('so is every malformed image of the corpus', { skip: corpus ? false : 'no corpus' }, async () => {
    // longer PDFs are left to formats.test.mjs, which does not wait until they are read
    const pick = (folder, which) => readdirSync(path.join(corpus, folder)).filter((name) => which.test(name))
      .map((name) => path.join(corpus, folder, name)).filter((name) => name.endsWith('.tif') || name.endsWith('.tiff') || statSync(name).size < 1000);
    const names = [...pick('tiff/pillow', /crash-|oom-|segfault|loop|overflow/), ...pick('tiff/libtiff', /loop/),
      ...pick('pdf/ocrmypdf', /invalid|no_contents/), ...pick('pdf/qpdf', /bad|damaged|issue|broken|errors|^3\.pdf|eof-/)];
    assert.ok(names.length >= 28, `${names.length}`);
    const files = [];
    for (const name of names) files.push([path.basename(name), await fs.readFile(name)]);
    await handIn(server, token, files);
    await readsAGoodPage(server, token, 302);
    assert.equal(await deaths(server), 0);
  });
});

describe('a worker that has been taken over', () => {
  const program = path.join(build, 'tests/unit/ocr/zong-ocr-attempt');
  let server, token;

  before(async () => {
    assert.ok(existsSync(program), `${program} is built by make check`);
    server = await Server.fresh('attempt', { args: ['--ocr', program] });
    token = await server.token('archivist');
    await server.ok('case', 'open', 'S1', '--kind', '首次登记');
  });
  after(() => server?.end());

  // a loop and its deadline of minutes are in tests/unit/ocr/test_attempt
  const attempts = [['file', 'damaged-file'], ['write', 'damaged-file'], ['document', 'damaged-file'], ['memory', 'damaged-file'], ['socket', 'worker-died'],
    ['fork', 'worker-died'], ['exec', 'worker-died'], ['kill', 'worker-died'], ['stack', 'worker-died'], ['crash', 'worker-died']];
  const page = (when, what, seed) => tiff({ seed, tail: `\nzong-attempt ${when} ${what}\n` });

  it('cannot do anything while a file is taken in: the file is refused', async () => {
    for (const [what, code] of attempts) {
      const reply = await server.upload(token, { case: 'S1', type: what }, page('probe', what, 1));
      assert.ok(reply.status >= 400 && reply.status < 600, `${what}: ${reply.status}`);
      assert.equal(reply.json.code, code, `${what}: ${reply.text}`);
      assert.match(reply.json.title, words);
      assert.match(reply.json.detail, words);
    }
    assert.ok(server.alive());
    await readsAGoodPage(server, token, 303);
  });

  it('cannot do anything while a page is read: the page is put aside', async () => {
    const receipts = new Map();
    for (const [i, [what]] of attempts.entries()) {
      const reply = await server.upload(token, { case: 'S1', type: what }, page('read', what, 100 + i));
      assert.equal(reply.status, 201, `${what}: ${reply.text}`);
      receipts.set(what, reply.json);
    }
    await readsAGoodPage(server, token, 304);
    const parked = (await server.get('/api/v1/jobs?state=parked', { token })).json.items;
    assert.equal(parked.length, attempts.length);
    for (const [what, code] of attempts) {
      const [read] = (await server.get(`/api/v1/materials/${receipts.get(what).material}`, { token })).json.page;
      assert.equal(read.state, 'parked', what);
      assert.equal(read.code, code, what);
      assert.match(read.reason, words, `${what}: ${read.reason}`);
      assert.equal(parked.find((job) => job.materials.includes(receipts.get(what).material)).code, code);
    }
    // once when it was taken in; twice when it was read, since a page is tried once more
    assert.equal(await deaths(server), 3 * attempts.filter(([, code]) => code === 'worker-died').length);
    assert.ok(server.alive());
  });
});
