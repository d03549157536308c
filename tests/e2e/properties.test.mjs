// SPDX-License-Identifier: GPL-3.0-or-later
// The four properties (DA/T 70): at filing, at hand-over and by hand; what was not done never passes, and a report is proven by the log.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, digest, mkscan, programs, run, temporary } from './zong.mjs';

const unit = '370786001001GB00001F00010001';
const needed = ['登记申请书', '身份证明', '不动产权证书', '买卖合同', '完税凭证'];
const item = (report, name) => report.items.find((one) => one.item === name);

describe('the four properties', () => {
  let server, scanner;
  const tokens = {};
  const answers = async (script) => {
    await fs.writeFile(scanner, `#!/bin/sh\n${script}\n`);
    await fs.chmod(scanner, 0o755);
  };
  const property = async (no, ...args) => {
    const result = await server.cli('property', 'case', no, '--json', ...args);
    return { code: result.code, report: result.json[0], stderr: result.stderr };
  };
  /** A case with all that the catalogue asks for, each on a page of its own. */
  const open = async (no, types = needed) => {
    await server.ok('case', 'open', no, '--kind', '转移登记', '--unit', unit, '--party', '示例甲', '--address', '昌邑市示例路1号');
    for (const [at, type] of types.entries()) {
      const file = await mkscan('--kind', 'text', '--colour', 'bilevel', '--dpi', 150, '--compress', 'g4', '--seed', at + 1, path.join(server.dir, `${type}.tif`));
      await server.ok('add', file, '--case', no, '--type', type);
    }
    await server.read();
  };

  before(async () => {
    const dir = await temporary('scanner');
    scanner = path.join(dir, 'scanner');
    await answers('exit 0');
    server = await Server.fresh('properties', { conf: `archival-fonds = J001\nvirus-scanner = ${scanner} --quiet -\nvirus-seconds = 2\n` });
    for (const role of ['archivist', 'auditor', 'custodian', 'lookup']) tokens[role] = await server.token(role);
    await open('P-1');
  });
  after(async () => {
    await server?.end();
    if (scanner) await fs.rm(path.dirname(scanner), { recursive: true, force: true });
  });

  it('passes what was looked at, and says of the rest why it was not run', async () => {
    const { code, report } = await property('P-1', '--run', '--decode');
    assert.equal(code, 0, JSON.stringify(report.items.filter((one) => one.result === 'failed')));
    assert.equal(report.failed, 0);
    assert.equal(report.passed + report.not_run, report.items.length);
    assert.equal(report.pages, 5);
    for (const one of report.items) {
      if (one.result === 'not-run') assert.ok(one.text, `${one.item} does not say why`);
      else assert.ok(one.looked > 0, `${one.item} passed without anything looked at`);
    }
    assert.equal(item(report, 'readable').why, 'decoded-now');
    assert.equal(item(report, 'readable').looked, 5);
    assert.equal(item(report, 'number').why, 'no-volume');
    assert.equal(item(report, 'medium-looks').code, '4-5*');
    assert.equal(item(report, 'virus').result, 'passed');
  });

  it('keeps the last report of each stage, in both languages', async () => {
    assert.equal((await property('P-1', '--run', '--stage', 'YJ')).code, 0);
    const reply = await server.get('/api/v1/cases/P-1/properties', { token: tokens.auditor, headers: { 'Accept-Language': 'zh' } });
    assert.deepEqual(reply.json.items.map((report) => report.stage), ['YJ', 'CQ']);
    assert.equal(item(reply.json.items[0], 'readable').name, '内容数据可读性');
    assert.equal(item(reply.json.items[0], 'readable').why, 'decoded-then');
    const english = await server.get('/api/v1/cases/P-1/properties', { token: tokens.auditor, headers: { 'Accept-Language': 'en' } });
    assert.equal(item(english.json.items[0], 'readable').name, 'contents can be read');
    assert.equal((await server.post('/api/v1/cases/P-1/properties', { stage: 'XX' }, { token: tokens.archivist })).status, 422);
    assert.equal((await server.post('/api/v1/cases/P-1/properties', {}, { token: tokens.auditor })).status, 403);
    assert.equal((await server.get('/api/v1/cases/P-1/properties', { token: tokens.lookup })).status, 403);
    assert.equal((await server.get('/api/v1/cases/P-1/properties/pdf?stage=GD', { token: tokens.archivist })).json.code, 'report-not-found');
  });

  it('proves a report, and the paper of it, by the log', async () => {
    const at = (name) => path.join(server.dir, name);
    const { report } = await property('P-1', '--run');
    await server.ok('property', 'case', 'P-1', '--text', '-o', at('report'));
    assert.equal(digest(await fs.readFile(at('report'))), report.digest);
    const reply = await server.get('/api/v1/cases/P-1/properties/pdf', { token: tokens.auditor });
    assert.equal(reply.headers['content-type'], 'application/pdf');
    assert.equal(reply.bytes.subarray(0, 5).toString(), '%PDF-');
    await server.ok('property', 'case', 'P-1', '--pdf', '-o', at('paper.pdf'));
    assert.ok(reply.bytes.equals(await fs.readFile(at('paper.pdf'))), 'the same report is the same paper');
    const line = (await server.ok('log', '--verb', 'property.print', '--json')).json[0];
    assert.ok(line.detail.includes(digest(reply.bytes)));
    const key = (await server.ok('log', 'key')).stdout.trim();
    for (const [seq, file] of [[report.record, 'report'], [line.seq, 'paper.pdf']]) {
      await server.ok('proof', seq, '-o', at('proof'));
      const proven = await run(programs.zong, ['verify', '--key', key, at('proof'), at(file)]);
      assert.equal(proven.code, 0, proven.stdout + proven.stderr);
    }
    const body = await fs.readFile(at('report'));
    body[body.length - 3] ^= 1;
    await fs.writeFile(at('report'), body);
    await server.ok('proof', report.record, '-o', at('proof'));
    assert.equal((await run(programs.zong, ['verify', '--key', key, at('proof'), at('report')])).code, 1);
  });

  it('asks the virus scanner, and does not take its silence for an answer', async () => {
    const virus = async () => item((await property('P-1', '--run')).report, 'virus');
    await answers('test "$(head -c 2)" = II && exit 1; exit 0'); // it is given the file
    assert.deepEqual([(await virus()).result, (await virus()).findings[0].why], ['failed', 'virus-found']);
    await answers('exit 7');
    assert.deepEqual([(await virus()).result, (await virus()).findings[0].detail], ['not-run', 'exit 7']);
    await answers('exec sleep 60');
    const slow = await virus();
    assert.deepEqual([slow.result, slow.findings[0].why], ['not-run', 'scanner-timeout']);
    await fs.chmod(scanner, 0o644);
    assert.deepEqual([(await virus()).result, (await virus()).why], ['not-run', 'scanner-missing']);
    await answers(': > /proc/self/fd/0; exit 0'); // what it does to its file is done to no other
    assert.equal((await virus()).result, 'passed');
    await answers('exit 0');
    const { report } = await property('P-1', '--run', '--decode');
    for (const name of ['digest', 'virus', 'readable']) assert.equal(item(report, name).result, 'passed', name);
  });

  it('is run when a volume is closed, and judges its number, pages and list', async () => {
    const volume = (await server.ok('volume', 'new', 'P-1', '--json')).json[0];
    const counted = { items: volume.items.map(({ material }) => ({ material, pages: 1 })) };
    const archivist = { token: tokens.archivist };
    const put = await server.request('PUT', `/api/v1/volumes/${encodeURIComponent(volume.no)}`, { body: counted, ...archivist });
    assert.equal(put.status, 200, put.text);
    await server.ok('volume', 'close', volume.no);
    const { report } = await property('P-1', '--stage', 'GD');
    assert.equal(report.occasion, `volume/${volume.no}`);
    for (const name of ['number', 'count', 'sequence', 'content', 'process']) assert.equal(item(report, name).result, 'passed', name);
    // what comes later is in no volume
    const late = await mkscan('--kind', 'text', '--colour', 'bilevel', '--dpi', 150, '--seed', 77, path.join(server.dir, 'late.tif'));
    await server.ok('add', late, '--case', 'P-1', '--type', '其他', '--wait');
    const after_ = (await property('P-1', '--run')).report;
    assert.equal(item(after_, 'count').findings[0].why, 'not-in-volume');
    assert.equal(item(after_, 'count').findings[0].name, 'late.tif');
  });

  it('stands in the way of a hand-over that fails, unless whoever takes it says why', async () => {
    await open('P-2', needed.slice(1));
    await server.ok('place', 'add', '--level', 'room', '--name', '示例库房', '--code', 'K1');
    await server.ok('place', 'add', '--level', 'box', '--name', '示例盒', '--parent', 'K1', '--code', 'K1-B');
    const original = (await server.ok('original', 'new', '--case', 'P-2', '--title', '示例原件', '--pages', 4, '--place', 'K1-B', '--json')).json[0];
    const list = (await server.ok('handover', 'new', '--to', '示例档案馆', original.code, '--json')).json[0];
    await server.ok('handover', 'check', list.no, original.code);
    const archivist = { token: tokens.archivist };
    const refused = await server.post(`/api/v1/handovers/${list.no}/take`, {}, archivist);
    assert.equal(refused.status, 409);
    assert.equal(refused.json.code, 'properties-failed');
    assert.match(refused.json.detail, /P-2 \(1\)/);
    const { report } = await property('P-2', '--stage', 'YJ');
    assert.equal(report.occasion, `handover/${list.no}`);
    assert.equal(item(report, 'scope').findings[0].name, '登记申请书');
    assert.equal((await server.ok('handover', 'show', list.no, '--json')).json[0].state, 'open');
    const blank = await server.post(`/api/v1/handovers/${list.no}/take`, { reason: ' ' }, archivist);
    assert.equal(blank.json.code, 'properties-failed');
    const taken = await server.post(`/api/v1/handovers/${list.no}/take`, { reason: '申请书另行移交' }, archivist);
    assert.equal(taken.status, 200, taken.text);
    assert.equal(taken.json.taken.note, '申请书另行移交');
    const line = (await server.ok('log', '--verb', 'handover.take', '--json')).json[0];
    assert.match(line.detail, /properties failed: P-2 \(1\)\. 申请书另行移交/);
    const failed = (await server.ok('property', 'failed', '--json')).json;
    assert.ok(failed.some((one) => one.case === 'P-2' && one.stage === 'YJ'));
  });

  it('a material has reports of its own, and a backup has all of them', async () => {
    const [material] = (await server.get('/api/v1/cases/P-1', { token: tokens.archivist })).json.materials;
    const made = await server.cli('property', 'material', material.id, '--run', '--json');
    assert.equal(made.json[0].material, material.id);
    assert.equal(item(made.json[0], 'scope').why, 'of-case');
    await server.ok('property', 'material', material.id, '--pdf', '-o', path.join(server.dir, 'one.pdf'));
    const before_ = (await server.ok('property', 'case', 'P-1', '--json')).json;
    assert.equal((await run(programs.zong, ['backup', '--archive', server.archive, path.join(server.dir, 'backup')])).code, 0);
    await server.kill('SIGTERM');
    const restored = path.join(server.dir, 'restored');
    assert.equal((await run(programs.zong, ['restore', path.join(server.dir, 'backup'), restored])).code, 0);
    const check = await run(programs.zong, ['check', '--archive', restored]);
    assert.equal(check.code, 0, check.stdout + check.stderr);
    await fs.rm(server.archive, { recursive: true });
    await fs.rename(restored, server.archive);
    await server.start();
    assert.deepEqual((await server.ok('property', 'case', 'P-1', '--json')).json, before_);
  });
});
