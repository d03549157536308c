// SPDX-License-Identifier: GPL-3.0-or-later
// A material as a searchable PDF/A-1b: the bytes of its images as they came, its text found and copied, and
// judged by qpdf, poppler, pdf.js and PDFBox.
import assert from 'node:assert/strict';
import { existsSync, promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import pdfjs from 'pdfjs-dist/legacy/build/pdf.js';
import { Server, digest, mkscan, run } from './zong.mjs';

const page = ['--kind', 'letter', '--seed', 5, '--dpi', 200];
const bilevel = ['--colour', 'bilevel', '--compress'];
const samples = [
  ['pages.tif', '--kind', 'text', '--kind', 'tax', ...bilevel, 'g4'],
  ['strips.tif', ...bilevel, 'g4', '--strips', 256],
  ['g3.tif', ...bilevel, 'g3'],
  ['lzw.tif', '--colour', 'rgb', '--compress', 'lzw'],
  ['deflate.tif', '--colour', 'grey', '--compress', 'deflate'],
  ['jpeg.tif', '--colour', 'rgb', '--compress', 'jpeg'],
  ['tiled.tif', '--colour', 'grey', '--compress', 'deflate', '--tiled'],
  ...[3, 6, 7, 8].map((o) => [`orientation-${o}.tif`, ...bilevel, 'g4', '--orientation', o]),
  ['rgb.jpg', '--colour', 'rgb'], ['grey.png', '--colour', 'grey'], ['bilevel.png', '--colour', 'bilevel'],
  ['scan.pdf', '--colour', 'bilevel'], ['born.pdf', '--born-digital'],
];
const jars = ['preflight', 'pdfbox2', 'fontbox2', 'xmpbox', 'commons-logging', 'javax.activation', 'jaxb-api'].map((name) => `/usr/share/java/${name}.jar`);
const jarred = jars.every((jar) => existsSync(jar));

/** The strips of the pages of a little-endian TIFF, in order. */
function strips(bytes) {
  const found = [];
  const values = (entry) => {
    const size = bytes.readUInt16LE(entry + 2) === 3 ? 2 : 4;
    const count = bytes.readUInt32LE(entry + 4);
    const at = count * size <= 4 ? entry + 8 : bytes.readUInt32LE(entry + 8);
    return Array.from({ length: count }, (_, i) => bytes.readUIntLE(at + i * size, size));
  };
  for (let at = bytes.readUInt32LE(4); at; at = bytes.readUInt32LE(at + 2 + 12 * bytes.readUInt16LE(at))) {
    const entries = new Map();
    for (let i = 0; i < bytes.readUInt16LE(at); i++) entries.set(bytes.readUInt16LE(at + 2 + 12 * i), at + 2 + 12 * i);
    const lengths = values(entries.get(279));
    values(entries.get(273)).forEach((offset, i) => found.push(bytes.subarray(offset, offset + lengths[i])));
  }
  return found;
}

const idat = (png) => {
  const found = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return Buffer.concat(found);
};

describe('searchable PDF', () => {
  let server, token;
  const materials = new Map();
  const file = (name) => path.join(server.dir, name);
  const made = (name) => file(`${name}.made.pdf`);
  const words = async (name, ...options) => (await run('pdftotext', [...options, made(name), '-'])).stdout;
  /** The coded bytes of all images, by qpdf, in the order of their objects. */
  const images = async (name) => {
    const json = JSON.parse((await run('qpdf', ['--json=2', '--json-stream-data=none', made(name)])).stdout);
    const objects = json.qpdf[1];
    const found = [];
    for (const [key, object] of Object.entries(objects)) {
      const number = /^obj:(\d+) 0 R$/.exec(key)?.[1];
      if (object.stream?.dict['/Subtype'] !== '/Image') continue;
      const raw = await run('qpdf', [`--show-object=${number}`, '--raw-stream-data', made(name)], { encoding: 'buffer' });
      found.push({ number: Number(number), dict: object.stream.dict, bytes: raw.stdout });
    }
    return found.sort((a, b) => a.number - b.number);
  };

  before(async () => {
    server = await Server.fresh('pdf');
    token = await server.token('archivist');
    await server.ok('case', 'open', 'P1', '--kind', '首次登记');
    for (const [name, ...options] of samples) {
      await mkscan(...page, ...options, file(name));
      const reply = await server.upload(token, { case: 'P1', type: name, title: `${name} 示例甲 <&>`, name }, await fs.readFile(file(name)));
      assert.equal(reply.status, 201, reply.text);
      materials.set(name, reply.json.material);
    }
  });
  after(() => server?.end());

  it('a page not read yet gives its image without text', async () => {
    const slow = await Server.fresh('pdf-unread', { conf: 'workers = 1\n' });
    try {
      await slow.ok('case', 'open', 'P2', '--kind', '首次登记');
      const role = await slow.token('archivist');
      const many = file('many.tif');
      await mkscan('--kind', 'text', '--pages', 3, '--dpi', 200, ...bilevel, 'g4', many);
      const reply = await slow.upload(role, { case: 'P2', type: 'T', name: 'many.tif' }, await fs.readFile(many));
      const pdf = await slow.get(`/api/v1/materials/${reply.json.material}/pdf`, { token: role });
      assert.equal(pdf.status, 200, pdf.text);
      await fs.writeFile(made('many.tif'), pdf.bytes);
      assert.equal((await run('qpdf', ['--check', made('many.tif')])).code, 0);
      assert.equal((await images('many.tif')).length, 3);
      assert.equal((await words('many.tif', '-f', '3')).trim(), '');
      await slow.read();
      const again = await slow.get(`/api/v1/materials/${reply.json.material}/pdf`, { token: role, headers: { 'If-None-Match': pdf.headers.etag } });
      assert.equal(again.status, 200);
      await fs.writeFile(made('many.tif'), again.bytes);
      assert.notEqual((await words('many.tif', '-f', '3')).trim(), '');
    } finally {
      await slow.end();
    }
  });

  it('each material becomes one that qpdf finds nothing wrong with, the same each time', async () => {
    await server.read();
    for (const [name, id] of materials) {
      const pdf = await server.get(`/api/v1/materials/${id}/pdf`, { token });
      assert.equal(pdf.status, 200, `${name}: ${pdf.text}`);
      assert.equal(pdf.headers['content-type'], 'application/pdf');
      assert.equal(pdf.headers.etag, `"${digest(pdf.bytes).slice(7)}"`);
      assert.match(pdf.headers['cache-control'], /no-cache/);
      await fs.writeFile(made(name), pdf.bytes);
      const check = await run('qpdf', ['--check', made(name)]);
      assert.equal(check.code, 0, `${name}: ${check.stdout}${check.stderr}`);
      const again = await server.get(`/api/v1/materials/${id}/pdf`, { token });
      assert.ok(again.bytes.equals(pdf.bytes), name);
    }
  });

  it('PDFBox finds all of them valid PDF/A-1b', { skip: !jarred && 'no libpdfbox2-java' }, async () => {
    const list = file('list.txt');
    await fs.writeFile(list, [...materials.keys()].map((name) => `${made(name)}\n`).join(''));
    const result = await run('java', ['-cp', jars.join(':'), 'org.apache.pdfbox.preflight.Validator_A1b', 'xml', 'group', list]);
    const report = await fs.readFile(`${list}.preflight.xml`, 'utf8').catch(() => `${result.stdout}${result.stderr}`);
    const judged = [...report.matchAll(/<preflight name="([^"]*)">[^]*?<isValid[^>]*>(\w+)<\/isValid>/g)].map((match) => [match[1], match[2]]);
    assert.deepEqual(judged, [...materials.keys()].map((name) => [path.basename(made(name)), 'true']), report);
  });

  it('the coded bytes are those of the file, not one changed', async () => {
    for (const [name] of samples.filter(([n]) => n.endsWith('.tif') && !/lzw|tiled|jpeg/.test(n))) {
      const stored = strips(await fs.readFile(file(name)));
      const carried = await images(name);
      assert.equal(carried.length, stored.length, name);
      carried.forEach((image, i) => assert.ok(image.bytes.equals(stored[i]), `${name} strip ${i}`));
    }
    assert.ok((await images('strips.tif')).length > 4);
    const [jpeg] = await images('rgb.jpg');
    assert.ok(jpeg.bytes.equals(await fs.readFile(file('rgb.jpg'))));
    for (const name of ['grey.png', 'bilevel.png']) {
      const [png] = await images(name);
      assert.ok(png.bytes.equals(idat(await fs.readFile(file(name)))), name);
    }
  });

  it('drawn, each page looks as its file does, upright', async () => {
    /** Both drawn small, so that only what is where counts, not how an edge was smoothed. */
    const small = async (picture) => {
      const out = await run('convert', [picture, '-colorspace', 'Gray', '-resize', '100x141!', '-depth', '8', 'gray:-'], { encoding: 'buffer' });
      assert.equal(out.code, 0, String(out.stderr));
      return out.stdout;
    };
    for (const [name, id] of materials) {
      const png = file('page.png');
      await fs.writeFile(png, (await server.get(`/api/v1/materials/${id}/pages/1/png`, { token })).bytes);
      assert.equal((await run('pdftoppm', ['-r', '100', '-singlefile', '-png', made(name), file('drawn')])).code, 0, name);
      const [ours, theirs] = [await small(png), await small(file('drawn.png'))];
      let apart = 0, ink = 0;
      for (let i = 0; i < ours.length; i++) {
        apart += Math.abs(ours[i] - theirs[i]);
        ink += 255 - ours[i];
      }
      assert.ok(ink > 0 && apart < 0.25 * ink, `${name}: ${apart} apart of ${ink}`);
    }
  });

  it('its text is what was read, line by line, without blanks between Han', async () => {
    const han = /\p{Script=Han} +\p{Script=Han}/u;
    for (const [name, id] of materials) {
      const read = (await server.get(`/api/v1/materials/${id}/pages/1/text`, { token })).text;
      const found = await words(name, '-raw', '-l', '1');
      assert.doesNotMatch(found, han, name);
      const bare = (text) => text.replace(/\s+/g, '');
      assert.equal(bare(found), bare(read), name);
      const lines = read.split('\n').filter((line) => /\p{Script=Han}{4}/u.test(line));
      assert.ok(lines.length > 2, name);
      for (const line of lines) assert.ok(found.split('\n').includes(line.trim()), `${name}: ${line}\n${found}`);
    }
  });

  it('pdf.js, which shows it in browsers, finds the same words in it', async () => {
    const bare = (text) => text.replace(/\s+/g, '');
    for (const [name, id] of materials) {
      const read = (await server.get(`/api/v1/materials/${id}/pages/1/text`, { token })).text;
      const document = await pdfjs.getDocument({ data: new Uint8Array(await fs.readFile(made(name))), verbosity: 0 }).promise;
      const content = await (await document.getPage(1)).getTextContent();
      await document.destroy();
      const found = content.items.map((item) => item.str + (item.hasEOL ? '\n' : '')).join('');
      assert.equal(bare(found), bare(read), name);
      // It takes lines side by side for one: there, and nowhere else, may a blank stand between Han.
      const ends = new Set();
      read.split('\n').reduce((at, line) => { ends.add(at + bare(line).length); return at + bare(line).length; }, 0);
      for (const blank of found.matchAll(/\p{Script=Han} +(?=\p{Script=Han})/gu)) {
        assert.ok(ends.has(bare(found.slice(0, blank.index)).length + 1), `${name}: ${found.slice(blank.index - 9, blank.index + 9)}`);
      }
      const lines = read.split('\n').filter((line) => /\p{Script=Han}{4}/u.test(line)).map((line) => line.trim());
      const shown = found.split('\n');
      const missed = lines.filter((line) => !shown.some((one) => one.includes(line)));
      assert.deepEqual(missed, [], `${name}:\n${found}`);
    }
  });

  it('words lie on their boxes', async () => {
    const id = materials.get('pages.tif');
    const alto = (await server.get(`/api/v1/materials/${id}/pages/1/alto`, { token })).text;
    const lines = [...alto.matchAll(/<TextLine[^>]*HPOS="(\d+)" VPOS="(\d+)" WIDTH="(\d+)" HEIGHT="(\d+)"/g)].map((m) => m.slice(1).map((n) => (Number(n) * 72) / 200));
    const box = await words('pages.tif', '-bbox-layout', '-l', '1');
    const found = [...box.matchAll(/<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)].map((m) => m.slice(1).map(Number));
    const near = lines.filter(([x, y, w, h]) => found.some(([x0, y0, x1, y1]) =>
      Math.abs(x - x0) < 6 && Math.abs(x + w - x1) < 6 && Math.abs(y + h / 2 - (y0 + y1) / 2) < 4));
    assert.ok(near.length >= 0.8 * lines.length, `${near.length} of ${lines.length}`);
  });

  it('its font is embedded and says what its codes mean', async () => {
    for (const name of materials.keys()) {
      const fonts = (await run('pdffonts', [made(name)])).stdout.trim().split('\n').slice(2);
      assert.equal(fonts.length, 1, name);
      assert.match(fonts[0], /CID TrueType +Identity-H +yes no +yes/, name);
    }
    const info = (await run('pdfinfo', [made('rgb.jpg')])).stdout;
    assert.match(info, /Title: +rgb\.jpg 示例甲 <&>/);
    assert.match(info, /Encrypted: +no/);
  });

  it('is given in parts, told from its head, and only to who may see it', async () => {
    const address = `/api/v1/materials/${materials.get('pages.tif')}/pdf`;
    const whole = await fs.readFile(made('pages.tif'));
    const head = await server.request('HEAD', address, { token });
    assert.equal(head.status, 200);
    assert.equal(Number(head.headers['content-length']), whole.length);
    const part = await server.get(address, { token, headers: { Range: 'bytes=100-299' } });
    assert.equal(part.status, 206);
    assert.ok(part.bytes.equals(whole.subarray(100, 300)));
    assert.equal((await server.get(address, { token, headers: { Range: `bytes=${whole.length}-` } })).status, 416);
    assert.equal((await server.get(address, { token, headers: { 'If-None-Match': head.headers.etag } })).status, 304);
    assert.equal((await server.get(address)).status, 401);
    assert.equal((await server.get('/api/v1/materials/01900000-0000-7000-8000-000000000000/pdf', { token })).status, 404);
    const out = file('cli.pdf');
    await server.ok('get', materials.get('pages.tif'), '--as', 'pdf', '-o', out);
    assert.ok((await fs.readFile(out)).equals(whole));
  });
});
