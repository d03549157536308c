// SPDX-License-Identifier: GPL-3.0-or-later
// Images that are malformed on purpose, written by hand: truncated, with wrong counts, of huge and of no size, with
// circles in them. Each is [name, bytes].
import { deflateSync, crc32 as zlibCrc } from 'node:zlib';

/* -- TIFF -- */

const WIDTH = 256, LENGTH = 257, BITS = 258, COMPRESSION = 259, PHOTOMETRIC = 262, OFFSETS = 273, SAMPLES = 277, ROWS = 278, COUNTS = 279;
const SHORT = 3, LONG = 4;

/** Squares, so that the page is neither blank nor the same as one with another seed. */
export function pattern(width, height, seed) {
  const pixels = Buffer.alloc(width * height, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.imul((x >> 3) + 1, 0x9e3779b1) ^ Math.imul((y >> 3) + 1, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35);
      if ((Math.imul(cell ^ cell >>> 15, 0x2c1b3c6d) >>> 28) < 4) pixels[y * width + x] = 0;
    }
  }
  return pixels;
}

/**
 * A grey TIFF of one strip a page. change(page) gets [tag, type, count, value] rows to change, next(page, at) where the
 * next page begins; at are the places of all directories.
 */
export function tiff({ pages = 1, width = 160, height = 96, seed = 1, change = (rows) => rows, next = (i, at) => at[i + 1] ?? 0, tail = '' } = {}) {
  const pixels = [];
  const directories = [];
  const at = [];
  let place = 8;
  for (let i = 0; i < pages; i++) {
    const strip = pattern(width, height, seed + i);
    pixels.push(strip);
    directories.push(change([[WIDTH, LONG, 1, width], [LENGTH, LONG, 1, height], [BITS, SHORT, 1, 8], [COMPRESSION, SHORT, 1, 1],
      [PHOTOMETRIC, SHORT, 1, 1], [OFFSETS, LONG, 1, place], [SAMPLES, SHORT, 1, 1], [ROWS, LONG, 1, height], [COUNTS, LONG, 1, strip.length]], i));
    place += strip.length;
  }
  for (const rows of directories) {
    at.push(place);
    place += 2 + 12 * rows.length + 4;
  }
  const out = [Buffer.from('II*\0'), u32(at[0]), ...pixels];
  directories.forEach((rows, i) => {
    out.push(u16(rows.length));
    for (const [tag, type, count, value] of rows) out.push(u16(tag), u16(type), u32(count), u32(value));
    out.push(u32(next(i, at)));
  });
  return Buffer.concat([...out, Buffer.from(tail)]);
}

const u16 = (n) => Buffer.from([n & 255, n >> 8 & 255]);
const u32 = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
};
const put = (tag, ...what) => (rows) => rows.map((row) => (row[0] === tag ? [tag, ...what] : row));
const all = (...changes) => (rows) => changes.reduce((now, change) => change(now), rows);

function tiffs() {
  const whole = tiff({ pages: 2 });
  const one = tiff();
  return [
    ['cut in its header.tif', one.subarray(0, 6)],
    ['cut behind its header.tif', one.subarray(0, 8)],
    ['cut in its pixels.tif', one.subarray(0, 900)],
    ['cut in its directory.tif', one.subarray(0, one.length - 40)],
    ['cut in its second directory.tif', whole.subarray(0, whole.length - 40)],
    ['no width.tif', tiff({ change: put(WIDTH, LONG, 1, 0) })],
    ['no length.tif', tiff({ change: put(LENGTH, LONG, 1, 0) })],
    ['no width, no length.tif', tiff({ change: all(put(WIDTH, LONG, 1, 0), put(LENGTH, LONG, 1, 0)) })],
    ['a million each way.tif', tiff({ change: all(put(WIDTH, LONG, 1, 1e6), put(LENGTH, LONG, 1, 1e6), put(ROWS, LONG, 1, 1e6)) })],
    ['four thousand million each way.tif', tiff({ change: all(put(WIDTH, LONG, 1, 0xffffffff), put(LENGTH, LONG, 1, 0xffffffff)) })],
    ['one row, wide.tif', tiff({ change: all(put(WIDTH, LONG, 1, 0x7fffffff), put(LENGTH, LONG, 1, 1)) })],
    ['as large as may be, with hardly a byte.tif', tiff({ change: all(put(WIDTH, LONG, 1, 12000), put(LENGTH, LONG, 1, 12000)) })],
    ['no bits.tif', tiff({ change: put(BITS, SHORT, 1, 0) })],
    ['sixty thousand bits.tif', tiff({ change: put(BITS, SHORT, 1, 60000) })],
    ['no samples.tif', tiff({ change: put(SAMPLES, SHORT, 1, 0) })],
    ['sixty thousand samples.tif', tiff({ change: put(SAMPLES, SHORT, 1, 65535) })],
    ['no rows a strip.tif', tiff({ change: put(ROWS, LONG, 1, 0) })],
    ['a row a strip, of one strip.tif', tiff({ change: put(ROWS, LONG, 1, 1) })],
    ['strip outside.tif', tiff({ change: put(OFFSETS, LONG, 1, 0xfffffff0) })],
    ['strip of four thousand million bytes.tif', tiff({ change: put(COUNTS, LONG, 1, 0xffffffff) })],
    ['strip of nothing.tif', tiff({ change: put(COUNTS, LONG, 1, 0) })],
    ['a million strips.tif', tiff({ change: all(put(OFFSETS, LONG, 1e6, 8), put(COUNTS, LONG, 1e6, 8), put(ROWS, LONG, 1, 1)) })],
    ['counts are words.tif', tiff({ change: put(COUNTS, 2, 4, 0x41414141) })],
    ['unknown coding.tif', tiff({ change: put(COMPRESSION, SHORT, 1, 40000) })],
    ['not what it is coded as.tif', tiff({ change: put(COMPRESSION, SHORT, 1, 7) })],
    ['coded as fax.tif', tiff({ change: all(put(COMPRESSION, SHORT, 1, 4), put(BITS, SHORT, 1, 1)) })],
    ['coded as LZW.tif', tiff({ change: put(COMPRESSION, SHORT, 1, 5) })],
    ['no entries.tif', tiff({ change: () => [] })],
    ['unknown photometric.tif', tiff({ change: put(PHOTOMETRIC, SHORT, 1, 9999) })],
    ['a palette that is not there.tif', tiff({ change: put(PHOTOMETRIC, SHORT, 1, 3) })],
    ['directory outside.tif', Buffer.concat([Buffer.from('II*\0'), u32(0x7fffffff), one.subarray(8)])],
    ['directory in its header.tif', Buffer.concat([Buffer.from('II*\0'), u32(2), one.subarray(8)])],
    ['circle of one page.tif', tiff({ seed: 11, next: (i, at) => at[0] })],
    ['circle of three pages.tif', tiff({ seed: 21, pages: 3, next: (i, at) => at[(i + 1) % 3] })],
    ['circle behind the first.tif', tiff({ seed: 31, pages: 3, next: (i, at) => at[i === 2 ? 1 : i + 1] })],
    ['next page outside.tif', tiff({ seed: 41, next: () => 0xfffffffe })],
    ['big and cut.tif', Buffer.from('II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0', 'latin1')],
    ['big with no end of entries.tif', Buffer.concat([Buffer.from('II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0', 'latin1'), Buffer.alloc(8, 255), Buffer.alloc(400)])],
    ['seven thousand pages.tif', tiff({ pages: 7000, width: 1, height: 1 })],
  ];
}

/* -- JPEG -- */

const marker = (code, body) => Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), Buffer.from(body)]);
const frame = (code, width, height, components = 1) => marker(code, [8, height >> 8, height & 255, width >> 8, width & 255, components,
  ...Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat()]);
const START = Buffer.from([0xff, 0xd8]);
const TABLES = Buffer.concat([marker(0xdb, [0, ...Buffer.alloc(64, 1)]), marker(0xc4, [0, 1, ...Buffer.alloc(15), 0]), marker(0xc4, [0x10, 1, ...Buffer.alloc(15), 0])]);
const SCAN = marker(0xda, [1, 1, 0, 0, 63, 0]);

function jpegs() {
  const progressive = [START, TABLES, frame(0xc2, 400, 400)];
  for (let i = 0; i < 3000; i++) progressive.push(marker(0xda, [1, 1, 0, 0, 0, 0]), Buffer.alloc(4));
  return [
    ['only a start.jpg', Buffer.from([0xff, 0xd8, 0xff])],
    ['no width.jpg', Buffer.concat([START, TABLES, frame(0xc0, 0, 100), SCAN, Buffer.alloc(50)])],
    ['no length.jpg', Buffer.concat([START, TABLES, frame(0xc0, 100, 0), SCAN, Buffer.alloc(50)])],
    ['wider and longer than it can be.jpg', Buffer.concat([START, TABLES, frame(0xc0, 65535, 65535), SCAN, Buffer.alloc(50)])],
    ['as wide and long as it can be.jpg', Buffer.concat([START, TABLES, frame(0xc0, 65500, 65500), SCAN, Buffer.alloc(50)])],
    ['large, with hardly a byte.jpg', Buffer.concat([START, TABLES, frame(0xc0, 12000, 12000), SCAN, Buffer.alloc(50)])],
    ['no components.jpg', Buffer.concat([START, TABLES, frame(0xc0, 100, 100, 0), SCAN, Buffer.alloc(50)])],
    ['eighty components.jpg', Buffer.concat([START, TABLES, frame(0xc0, 100, 100, 80), SCAN, Buffer.alloc(50)])],
    ['no tables.jpg', Buffer.concat([START, frame(0xc0, 100, 100), SCAN, Buffer.alloc(50)])],
    ['three thousand scans.jpg', Buffer.concat(progressive)],
    ['a marker longer than the file.jpg', Buffer.concat([START, Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1')])],
  ];
}

/* -- PNG -- */

const be32 = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n >>> 0);
  return bytes;
};

function crc(bytes) {
  if (zlibCrc) return zlibCrc(bytes);
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(type, body, length = body.length) {
  const inner = Buffer.concat([Buffer.from(type), Buffer.from(body)]);
  return Buffer.concat([be32(length), inner, be32(crc(inner))]);
}

function png({ width = 64, height = 64, bits = 8, colour = 0, interlace = 0, data = deflateSync(Buffer.alloc(64 * 65)), more = [] } = {}) {
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', Buffer.concat([be32(width), be32(height), Buffer.from([bits, colour, 0, 0, interlace])])),
    ...more, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function pngs() {
  const one = png();
  const wrong = Buffer.from(one);
  wrong[17] ^= 1;
  return [
    ['only its name.png', one.subarray(0, 8)],
    ['cut in its head.png', one.subarray(0, 20)],
    ['cut in its data.png', one.subarray(0, 50)],
    ['no width.png', png({ width: 0 })],
    ['no height.png', png({ height: 0 })],
    ['two thousand million each way.png', png({ width: 0x7fffffff, height: 0x7fffffff })],
    ['negative.png', png({ width: 0xffffffff })],
    ['large, with hardly a byte.png', png({ width: 12000, height: 12000 })],
    ['three bits.png', png({ bits: 3 })],
    ['four bits of red, green and blue.png', png({ bits: 4, colour: 2 })],
    ['unknown colour.png', png({ colour: 5 })],
    ['unknown interlacing.png', png({ interlace: 7 })],
    ['palette that is not there.png', png({ colour: 3 })],
    ['wrong sum.png', wrong],
    ['data that is none.png', png({ data: Buffer.alloc(300, 0x55) })],
    ['no data.png', png({ data: Buffer.alloc(0) })],
    ['a chunk longer than the file.png', Buffer.concat([one.subarray(0, 33), chunk('IDAT', Buffer.alloc(20), 0x7fffffff)])],
    ['a profile that unfolds without end.png', png({ more: [chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(20 << 20))]))] })],
  ];
}

/* -- PDF -- */

const pdf = (...objects) => Buffer.from(`%PDF-1.4\n${objects.map((text, i) => `${i + 1} 0 obj ${text} endobj\n`).join('')}trailer <</Root 1 0 R>>\n%%EOF\n`, 'latin1');
const root = '<</Type /Catalog /Pages 2 0 R>>';
const stream = (text, dictionary = '') => `<<${dictionary} /Length ${text.length}>> stream\n${text}\nendstream`;

function pdfs() {
  const kids = '<</Type /Pages /Kids [3 0 R] /Count 1>>';
  const page = (more, box = '0 0 100 100') => `<</Type /Page /Parent 2 0 R /MediaBox [${box}] /Contents 4 0 R ${more}>>`;
  return [
    ['only a header.pdf', Buffer.from('%PDF-1.4\n')],
    ['no pages.pdf', pdf(root, '<</Type /Pages /Kids [] /Count 0>>')],
    ['pages that are their own child.pdf', pdf(root, '<</Type /Pages /Kids [2 0 R] /Count 1>>')],
    ['a million pages that are not there.pdf', pdf(root, '<</Type /Pages /Kids [3 0 R] /Count 1000000>>', page(''), stream('0 0 9 9 re f'))],
    ['a root that is not there.pdf', pdf('<</Type /Catalog /Pages 99 0 R>>')],
    ['a page of no size.pdf', pdf(root, kids, page('', '0 0 0 0'), stream('0 0 9 9 re f'))],
    ['a page without end.pdf', pdf(root, kids, page('', '0 0 1e30 1e30'), stream('0 0 9 9 re f'))],
    ['a form that draws itself.pdf', pdf(root, kids, page('/Resources <</XObject <</F 5 0 R>>>>'), stream('/F Do'),
      stream('/F Do 0 0 50 50 re f', '/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources <</XObject <</F 5 0 R>>>>'))],
    ['an image of no size.pdf', pdf(root, kids, page('/Resources <</XObject <</I 5 0 R>>>>'), stream('100 0 0 100 0 0 cm /I Do'),
      stream('xxxx', '/Type /XObject /Subtype /Image /Width 0 /Height 0 /BitsPerComponent 8 /ColorSpace /DeviceRGB'))],
    ['a fax that is none.pdf', pdf(root, kids, page('/Resources <</XObject <</I 5 0 R>>>>'), stream('100 0 0 100 0 0 cm /I Do'),
      stream('U'.repeat(500), '/Type /XObject /Subtype /Image /Width 800 /Height 800 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns 60000 /Rows 60000>>'))],
    ['a length that is itself.pdf', pdf(root, kids, page(''), '<</Length 4 0 R>> stream\n0 0 9 9 re f\nendstream')],
    ['ten thousand brackets.pdf', pdf(root, kids, page(''), '['.repeat(10000))],
  ];
}

export const malformed = () => [...tiffs(), ...jpegs(), ...pngs(), ...pdfs()];
