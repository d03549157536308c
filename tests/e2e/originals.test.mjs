// SPDX-License-Identifier: GPL-3.0-or-later
// Paper: from its scan to the shelf, to a person and back; what a stock-take finds; and many who do this at once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run } from './zong.mjs';

const day = (ahead) => {
  const date = new Date(Date.now() + ahead * 86400000);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
};

describe('originals', () => {
  let server, archivist, lookup, tax, housing, material, deed, other;

  before(async () => {
    server = await Server.fresh('originals');
    for (const [id, name] of [['tax', '税务'], ['housing', '住建']]) await server.ok('dept', 'add', id, '--name', name);
    archivist = await server.token('archivist');
    lookup = await server.token('lookup');
    tax = await server.token('department', 'tax');
    housing = await server.token('department', 'housing');
    for (const no of ['P-1', 'P-2']) await server.ok('case', 'open', no, '--kind', '转移登记', '--party', '示例甲');
    const file = await mkscan('--kind', 'certificate', '--colour', 'bilevel', path.join(server.dir, 'c.tif'));
    material = (await server.ok('add', file, '--case', 'P-1', '--to', 'tax', '--title', '不动产权证书', '--quiet', '--json')).json[0].material;
  });
  after(() => server?.end());

  const one = async (...args) => (await server.ok(...args, '--json')).json[0];
  const post = (address, body, token = archivist) => server.post(`/api/v1${address}`, body, { token });
  const loan = { borrower: '示例乙', purpose: '补正登记', approver: '示例丙', due: day(14), copy_not_enough: '需核对印章' };

  it('places are a tree whose codes are unique', async () => {
    const room = await one('place', 'add', '--level', 'room', '--name', '一号库房', '--code', 'k1');
    assert.equal(room.code, 'K1');
    await one('place', 'add', '--level', 'cabinet', '--name', '甲柜', '--code', 'K1-A', '--parent', 'K1');
    await one('place', 'add', '--level', 'shelf', '--name', '二层', '--code', 'K1-A-2', '--parent', 'K1-A');
    const box = await one('place', 'add', '--level', 'box', '--name', '三号盒', '--code', 'K1-A-2-3', '--parent', 'K1-A-2');
    assert.deepEqual(box.path.map((step) => step.name), ['一号库房', '甲柜', '二层']);
    const made = await one('place', 'add', '--level', 'box', '--name', '四号盒', '--parent', 'K1-A-2', '--capacity', '2');
    assert.match(made.code, /^W[0-9]{8}[0-9X]$/);
    assert.equal((await post('/places', { level: 'box', name: '又一', code: 'k1-a-2-3', parent: 'K1-A-2' })).json.code, 'already-exists');
    assert.equal((await post('/places', { level: 'shelf', name: '反', parent: box.code })).json.code, 'wrong-place-level');
    assert.equal((await post('/places', { level: 'room', name: '反', parent: 'K1' })).json.code, 'wrong-place-level');
    assert.equal((await post('/places', { level: 'box', name: '无', parent: 'K9' })).json.code, 'place-not-found');
    assert.equal((await post('/places', { level: 'box', name: '错', code: 'W000000019', parent: 'K1' })).json.code, 'bad-place-code');
    assert.equal((await post('/places', { level: 'box', name: '  ', parent: 'K1' })).status, 422);
    assert.equal((await post('/places', { level: 'box', name: '外', parent: 'K1' }, lookup)).status, 403);
    assert.deepEqual((await server.ok('place', 'list', 'K1-A-2', '--json')).json.map((p) => p.name), ['三号盒', '四号盒']);
    assert.equal((await server.cli('place', 'remove', 'K1-A')).code, 1);
  });

  it('a paper gets a code, in which a slip is told, and is shelved by scanning', async () => {
    deed = (await one('original', 'new', '--case', 'P-1', '--material', material)).code;
    other = (await one('original', 'new', '--case', 'P-2', '--title', '全宗材料', '--pages', '12')).code;
    assert.match(deed, /^Y[0-9]{8}[0-9X]$/);
    const slip = deed.slice(0, 8) + (deed[8] === '9' ? '0' : '9') + deed.slice(9);
    assert.equal((await server.get(`/api/v1/originals/${slip}`, { token: archivist })).json.code, 'bad-original-code');
    // a scanner gun types a line a code
    const scan = (lines) => new Promise((resolve) => {
      const child = execFile(programs.zong, ['--archive', server.archive, 'original', 'shelve', 'K1-A-2-3', '-', '--json'],
        (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }));
      child.stdin.on('error', () => {}); // it may have had enough before it read all
      child.stdin.end(lines);
    });
    assert.equal((await scan(`${'Y'.repeat(400)}\n`)).code, 2);
    assert.equal((await scan('')).code, 1);
    const scanned = await scan(`${deed.toLowerCase()}\r\n\r\n ${other}`);
    assert.equal(scanned.code, 0, scanned.stderr);
    assert.equal(JSON.parse(scanned.stdout).moved, 2);
    const where = await one('original', 'where', deed);
    assert.equal(where.state, 'shelved');
    assert.equal(where.title, '不动产权证书');
    assert.deepEqual(where.path.map((step) => step.code), ['K1', 'K1-A', 'K1-A-2', 'K1-A-2-3']);
    assert.deepEqual(where.copy.map((copy) => copy.material), [material]);
    assert.equal((await server.get(where.copy[0].pdf, { token: archivist })).status, 200);
    assert.match((await server.ok('original', 'where', deed)).stdout, /copy:|复制件：/);
    assert.equal((await post('/originals', { case: 'P-2', materials: [material] })).status, 404);
    assert.equal((await post('/originals', { case: 'P-2' })).status, 422);
    assert.equal((await server.cli('place', 'remove', 'K1-A-2-3')).code, 1);
    assert.equal((await post('/places/K1/originals', { codes: [deed] })).json.code, 'wrong-place-level');
    // all or nothing: the second is no code
    const half = await post('/places/K1-A-2/originals', { codes: [deed, 'Y1'] });
    assert.equal(half.json.code, 'bad-original-code');
    assert.equal(half.json.subject, 'Y1');
    assert.equal((await one('original', 'where', deed)).place, 'K1-A-2-3');
    const listed = (await server.ok('original', 'list', '--material', material, '--json')).json;
    assert.deepEqual(listed.map((o) => o.code), [deed]);
    assert.match((await server.ok('show', material)).stdout, new RegExp(`${deed} .*K1-A-2-3`));
    assert.match((await server.ok('show', 'P-2')).stdout, new RegExp(`${other} .*K1-A-2-3`));
    assert.match((await server.ok('place', 'show', 'K1-A-2-3')).stdout, new RegExp(`${deed}[^]*${other}`));
  });

  it('labels carry the code as bars and letters, and the name in Chinese', async () => {
    const file = path.join(server.dir, 'labels.pdf');
    const printed = async () => (await run('pdftotext', [file, '-'])).stdout.replaceAll(/\s/g, '');
    await server.ok('place', 'label', '--below', 'K1-A-2', '-o', file);
    let text = await printed();
    for (const words of ['K1-A-2-3', '三号盒', '四号盒', '一号库房']) assert.ok(text.includes(words), `${words}: ${text}`);
    await server.ok('original', 'label', '--case', 'P-1', '--skip', '3', '-o', file);
    text = await printed();
    for (const words of [deed, '不动产权证书', 'P-1']) assert.ok(text.includes(words), `${words}: ${text}`);
    await server.ok('original', 'label', other, '-o', file);
    assert.ok((await printed()).includes(other));
    assert.equal((await server.cli('place', 'label', 'K9', '-o', file)).code, 1);
    assert.equal((await server.cli('place', 'label', '-o', file)).code, 2);
    assert.equal((await server.cli('original', 'label', other, '--skip', '99', '-o', file)).code, 2);
  });

  it('a department sees the papers of what was delivered to it, and nobody else among who has them', async () => {
    assert.equal((await server.get(`/api/v1/originals/${deed}`, { token: tax })).json.state, 'shelved');
    const hidden = await server.get(`/api/v1/originals/${deed}`, { token: housing });
    const absent = await server.get('/api/v1/originals/Y123456785', { token: housing });
    assert.deepEqual([hidden.status, hidden.json.code], [404, 'original-not-found']);
    assert.ok(absent.status === 404 || absent.status === 422);
    assert.deepEqual((await server.get('/api/v1/originals', { token: housing })).json.items, []);
    assert.deepEqual((await server.get('/api/v1/originals', { token: tax })).json.items.map((o) => o.code), [deed]);
    assert.equal((await server.get('/api/v1/originals?place=K1-A-2-3', { token: tax })).status, 403);
    assert.equal((await server.get('/api/v1/originals?case=P-2', { token: tax })).status, 404);
    assert.equal((await post(`/originals/${deed}/loans`, loan, tax)).status, 403);
    assert.equal((await post(`/originals/${deed}/loans`, loan, lookup)).status, 403);
  });

  it('the copy comes first; with a reason the paper is lent, and comes back counted', async () => {
    const { copy_not_enough, ...plain } = loan;
    const first = await post(`/originals/${deed}/loans`, plain);
    assert.equal(first.json.code, 'copy-first');
    assert.deepEqual(first.json.copy.map((copy) => copy.material), [material]);
    assert.equal((await one('original', 'where', deed)).state, 'shelved');
    assert.equal((await post(`/originals/${deed}/loans`, { ...loan, due: day(-1) })).json.code, 'bad-due-day');
    assert.equal((await post(`/originals/${deed}/loans`, { ...loan, due: day(800) })).json.code, 'bad-due-day');
    assert.equal((await post(`/originals/${deed}/loans`, { ...loan, borrower: ' ' })).status, 422);
    const lent = await post(`/originals/${deed}/loans`, loan);
    assert.equal(lent.status, 201, lent.text);
    assert.deepEqual([lent.json.state, lent.json.borrower, lent.json.place, lent.json.home], ['lent', '示例乙', null, 'K1-A-2-3']);
    assert.equal(lent.json.loan.copy_not_enough, copy_not_enough);
    assert.equal((await post(`/originals/${deed}/loans`, loan)).json.code, 'on-loan');
    assert.equal((await post('/places/K1-A-2/originals', { codes: [deed] })).json.code, 'on-loan');
    const seen = (await server.get(`/api/v1/originals/${deed}`, { token: tax })).json;
    assert.deepEqual([seen.state, seen.borrower, seen.loan, seen.waiting], ['lent', null, null, []]);
    // a paper without a scan has no copy to offer
    assert.equal((await post(`/originals/${other}/loans`, { ...plain, department: '档案科' })).status, 201);
    assert.equal((await server.ok('original', 'overdue', '--out', '--json')).json.length, 2);
    assert.equal((await server.ok('original', 'overdue', '--json')).json.length, 0);
    assert.equal((await server.cli('original', 'extend', deed, '--due', day(14), '--reason', '未完')).code, 1);
    const longer = await one('original', 'extend', deed, '--due', day(30), '--reason', '补正未完');
    assert.deepEqual([longer.due, longer.loan.extensions.length], [day(30), 1]);
    assert.equal((await post(`/originals/${deed}/return`, {})).status, 422);
    const back = await one('original', 'return', deed, '--pages', '1');
    assert.deepEqual([back.state, back.place, back.loan], ['shelved', 'K1-A-2-3', null]);
    assert.equal((await server.cli('original', 'return', deed, '--pages', '1')).code, 1);
    assert.deepEqual((await server.ok('original', 'overdue', '--trouble', '--json')).json, []);
  });

  it('what comes back otherwise than it went stands among the troubles until somebody settles it', async () => {
    assert.equal((await post(`/originals/${other}/return`, { pages: 12, damaged: true })).json.code, 'reason-needed');
    const back = await one('original', 'return', other, '--pages', '11', '--damaged', '--note', '第三页撕裂', '--place', 'K1-A-2');
    assert.equal(back.place, 'K1-A-2');
    const trouble = (await server.ok('original', 'overdue', '--trouble', '--json')).json;
    assert.deepEqual(trouble.map((t) => [t.original, t.pages, t.pages_back, t.condition, t.note]), [[other, 12, 11, 'damaged', '第三页撕裂']]);
    assert.equal((await one('original', 'settle', other, '--reason', '已修补，缺页登记', '--pages', '11')).pages, 11);
    assert.deepEqual((await server.ok('original', 'overdue', '--trouble', '--json')).json, []);
    assert.equal((await server.cli('original', 'settle', other, '--reason', '再次')).code, 1);
    const history = (await server.ok('original', 'history', other, '--json')).json;
    assert.deepEqual(history.map((l) => [l.condition, l.settled_reason]), [['damaged', '已修补，缺页登记']]);
  });

  it('who waited first gets it first, and nobody else meanwhile', async () => {
    assert.equal((await post(`/originals/${deed}/loans`, { ...loan, department: 'tax' })).status, 201);
    const mine = (await server.get(`/api/v1/originals/${deed}`, { token: tax })).json;
    assert.equal(mine.borrower, '示例乙'); // it is the department itself that has it
    const waits = await post(`/originals/${deed}/reservations`, { borrower: '示例丁', department: '窗口' }, lookup);
    assert.deepEqual(waits.json.waiting.map((w) => [w.borrower, w.kept_until]), [['示例丁', null]]);
    assert.equal((await post(`/originals/${deed}/reservations`, { borrower: '示例丁', department: '窗口' }, lookup)).status, 409);
    await post(`/originals/${deed}/reservations`, { borrower: '示例戊' }, lookup);
    assert.equal((await post(`/originals/${deed}/reservations`, { borrower: '示例己' }, tax)).status, 403);
    assert.equal((await post(`/originals/${deed}/extend`, { due: day(60), reason: '再续' })).json.code, 'reserved');
    const back = await one('original', 'return', deed, '--pages', '1');
    assert.deepEqual(back.waiting.map((w) => [w.borrower, w.kept_until]), [['示例丁', day(7)], ['示例戊', null]]);
    const refused = await post(`/originals/${deed}/loans`, loan);
    assert.deepEqual([refused.json.code, refused.json.subject], ['reserved', '示例丁']);
    assert.equal((await post(`/originals/${deed}/loans`, { ...loan, borrower: '示例戊' })).json.code, 'reserved');
    const lent = await post(`/originals/${deed}/loans`, { ...loan, borrower: '示例丁' });
    assert.equal(lent.status, 201, lent.text);
    assert.deepEqual(lent.json.waiting.map((w) => w.borrower), ['示例戊']);
    await server.ok('original', 'return', deed, '--pages', '1');
    const left = await one('original', 'reserve', deed, '--cancel', lent.json.waiting[0].id);
    assert.deepEqual(left.waiting, []);
  });

  it('missing and found; lost by who had it', async () => {
    assert.equal((await post(`/originals/${other}/missing`, {})).json.code, 'reason-needed');
    assert.equal((await one('original', 'missing', other, '--note', '查找未果')).state, 'missing');
    assert.equal((await post(`/originals/${other}/loans`, loan)).json.code, 'original-missing');
    assert.deepEqual((await server.ok('original', 'list', '--state', 'missing', '--json')).json.map((o) => o.code), [other]);
    assert.equal((await one('original', 'found', other, '--note', '在邻盒')).state, 'unshelved');
    assert.equal((await post(`/originals/${other}/found`, {})).json.code, 'not-missing');
    assert.equal((await post(`/originals/${other}/loans`, loan)).status, 201);
    await server.ok('original', 'missing', other, '--note', '借阅人遗失');
    assert.deepEqual((await server.ok('original', 'overdue', '--trouble', '--json')).json.map((t) => t.condition), ['lost']);
    assert.equal((await one('original', 'found', other, '--place', 'K1-A-2')).place, 'K1-A-2');
    await server.ok('original', 'settle', other, '--reason', '已找回');
  });

  it('a stock-take tells missing, misplaced and extra, and marks in a second step', async () => {
    const papers = [];
    for (let i = 0; i < 4; i++) papers.push((await one('original', 'new', '--case', 'P-2', '--title', `盘点${i}`, '--pages', 1, '--place', 'K1-A-2-3')).code);
    const out = (await one('original', 'new', '--case', 'P-2', '--title', '在外', '--pages', 1)).code;
    // two of the box, one of the shelf above, one that lies nowhere, one that is no code
    const take = await one('place', 'stocktake', 'K1-A-2-3', papers[0], papers[1], papers[0], other, out, 'XYZ');
    assert.deepEqual([take.expected, take.found, take.missing, take.misplaced, take.extra], [5, 2, 3, 1, 2]);
    const kinds = Object.fromEntries(take.items.map((i) => [i.code, [i.kind, i.place, i.state]]));
    assert.deepEqual(kinds[other], ['misplaced', 'K1-A-2', 'shelved']);
    assert.deepEqual(kinds[out], ['extra', null, 'unshelved']);
    assert.deepEqual(kinds.XYZ, ['extra', null, 'no-code']);
    assert.equal((await one('original', 'where', papers[2])).state, 'shelved'); // nothing is changed yet
    await server.ok('original', 'shelve', 'K1-A-2', papers[2]); // it turns up before the second step
    assert.equal((await post(`/stocktakes/${take.id}/missing`, { codes: [papers[0]] })).json.code, 'original-not-found');
    const marked = (await post(`/stocktakes/${take.id}/missing`, {})).json;
    assert.deepEqual(marked.items.filter((i) => i.marked).map((i) => i.code).sort(), [deed, papers[3]].sort());
    assert.equal((await one('original', 'where', papers[2])).place, 'K1-A-2');
    assert.equal((await one('original', 'where', papers[3])).state, 'missing');
    // putting it on a shelf by its code is finding it
    await server.ok('original', 'shelve', 'K1-A-2-3', papers[3], deed);
    const whole = await one('place', 'stocktake', 'K1', papers[0], papers[1], papers[2], papers[3], deed, other);
    assert.deepEqual([whole.expected, whole.found, whole.items.length], [6, 6, 0]);
    assert.equal((await server.get('/api/v1/stocktakes', { token: archivist })).json.items.length, 2);
  });

  it('a hand-over takes two people, each paper looked at, and comes back the same way', async () => {
    const second = (await server.ok('token', 'new', '--role', 'archivist', '--name', '示例庚', '--json')).json[0].token;
    const first = (await server.ok('token', 'new', '--role', 'archivist', '--name', '示例辛', '--json')).json[0].token;
    const twin = (await server.ok('token', 'new', '--role', 'archivist', '--name', '示例辛', '--json')).json[0].token;
    const papers = [];
    for (let i = 0; i < 3; i++) papers.push((await one('original', 'new', '--case', 'P-2', '--title', `移交${i}`, '--pages', 2, '--place', 'K1-A-2')).code);
    assert.equal((await post('/handovers', { direction: 'in', other: '县档案馆', codes: papers }, first)).json.code, 'already-in-house');
    const made = await post('/handovers', { direction: 'out', other: '县档案馆', codes: [...papers, papers[0]], note: '期满移交' }, first);
    assert.equal(made.status, 201, made.text);
    const { no } = made.json;
    assert.match(no, /^[0-9]{8}00001$/);
    assert.deepEqual([made.json.count, made.json.given.name, made.json.taken], [3, '示例辛', null]);
    // locked meanwhile
    assert.equal((await post(`/originals/${papers[0]}/loans`, loan)).json.code, 'on-handover-list');
    assert.equal((await post('/places/K1-A-2-3/originals', { codes: [papers[0]] })).json.code, 'on-handover-list');
    assert.equal((await post('/handovers', { direction: 'out', other: '他处', codes: [papers[0]] })).json.code, 'on-handover-list');
    const early = await post(`/handovers/${no}/take`, {}, second);
    assert.deepEqual([early.json.code, early.json.subject], ['not-all-checked', '3']);
    await post(`/handovers/${no}/check`, { codes: [papers[0], papers[1].toLowerCase()] }, second);
    assert.equal((await post(`/handovers/${no}/return`, { codes: [papers[2]] }, second)).json.code, 'reason-needed');
    assert.equal((await post(`/handovers/${no}/return`, { codes: [deed], reason: '示例' }, second)).json.code, 'original-not-found');
    const returned = (await post(`/handovers/${no}/return`, { codes: [papers[2]], reason: '缺页' }, second)).json;
    assert.deepEqual([returned.checked, returned.returned], [2, 1]);
    assert.deepEqual([(await one('original', 'where', papers[2])).listed, (await one('original', 'where', papers[2])).state], [null, 'shelved']);
    for (const same of [first, twin]) assert.equal((await post(`/handovers/${no}/take`, {}, same)).json.code, 'second-person-needed');
    const taken = (await post(`/handovers/${no}/take`, {}, second)).json;
    assert.deepEqual([taken.state, taken.taken.name], ['taken', '示例庚']);
    const gone = await one('original', 'where', papers[0]);
    assert.deepEqual([gone.state, gone.handover, gone.handed_to, gone.place], ['handed-over', no, '县档案馆', null]);
    assert.equal((await post(`/originals/${papers[0]}/loans`, loan)).json.code, 'handed-over');
    assert.equal((await post(`/handovers/${no}/cancel`, { reason: '示例' })).json.code, 'handover-state');
    assert.match((await server.ok('handover', 'show', no)).stdout, /示例辛[^]*示例庚[^]*缺页/);
    // and the case says where its papers are, to whoever may know
    const shown = (await server.get('/api/v1/cases/P-2', { token: lookup })).json.originals;
    assert.ok(shown.some((o) => o.code === papers[0] && o.state === 'handed-over') && shown.some((o) => o.code === papers[2] && o.place === 'K1-A-2'), JSON.stringify(shown));
    assert.match((await server.ok('show', 'P-2')).stdout, new RegExp(`${papers[2]}.*K1-A-2`));
    assert.equal((await server.get('/api/v1/cases/P-2', { token: tax })).status, 404);
    // and back again, with one that is new, over the command line
    const fresh = (await one('original', 'new', '--case', 'P-2', '--title', '新收', '--pages', 2)).code;
    // on paper for two to sign, and as a table
    const sheet = path.join(server.dir, 'list.pdf');
    await server.ok('handover', 'print', no, '-o', sheet);
    const printed = (await run('pdftotext', ['-layout', sheet, '-'])).stdout;
    for (const word of ['档案原件移交单', no, '县档案馆', '示例辛', '示例庚', '缺页', '期满移交', papers[0]]) assert.ok(printed.includes(word), `${word}\n${printed}`);
    const table = (await server.ok('handover', 'print', no, '--csv')).stdout.trim().split('\r\n');
    assert.equal(table.length, 4);
    assert.match(table[3], /退回,缺页/);
    // in the order in which they were scanned
    const back = await one('handover', 'new', '--from', '县档案馆', papers[1], papers[0], fresh);
    assert.deepEqual(back.items.map((item) => item.original ?? item.code), [papers[1], papers[0], fresh]);
    assert.match(back.no, /00002$/);
    await one('handover', 'return', back.no, fresh, '--reason', '不属本馆');
    await one('handover', 'check', back.no, papers[0], papers[1]);
    assert.equal((await server.cli('handover', 'take', back.no)).code, 1); // the same person
    assert.equal((await post(`/handovers/${back.no}/take`, {}, second)).status, 200);
    assert.equal((await one('original', 'where', papers[0])).state, 'unshelved');
    assert.deepEqual([(await one('original', 'where', fresh)).state, (await one('original', 'where', fresh)).handed_to], ['handed-over', '县档案馆']);
    const cancelled = await one('handover', 'new', '--to', '他处', papers[2]);
    await server.ok('handover', 'cancel', cancelled.no, '--reason', '开错');
    assert.equal((await one('original', 'where', papers[2])).listed, null);
    assert.deepEqual((await server.ok('handover', 'list', '--json')).json.map((l) => l.state), ['cancelled', 'taken', 'taken']);
    for (const token of [tax, lookup]) assert.equal((await server.get(`/api/v1/handovers/${no}`, { token })).status, 403);
    assert.equal((await server.get('/api/v1/handovers/1', { token: archivist })).status, 404);
  });

  it('many who lend, return, shelve and lose at once leave each paper in one place or with one person', async () => {
    await server.ok('case', 'open', 'P-3', '--kind', '转移登记', '--party', '示例甲');
    const papers = [];
    for (let i = 0; i < 5; i++) papers.push((await one('original', 'new', '--case', 'P-3', '--title', `并发${i}`, '--pages', 1)).code);
    const people = [archivist];
    for (let i = 0; i < 5; i++) people.push((await server.ok('token', 'new', '--role', 'archivist', '--name', `示例${i}`, '--json')).json[0].token);
    let seed = 20261129;
    const pick = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
    const boxes = ['K1-A-2-3', 'K1-A-2'];
    const done = { lend: 0, return: 0, shelve: 0, missing: 0, found: 0 };
    const held = new Map(papers.map((code) => [code, 0])); // loans that were granted and not ended, as their people know
    const refusals = new Set(['on-loan', 'not-on-loan', 'original-missing', 'not-missing']);
    const act = async (token, who) => {
      const code = papers[pick(papers.length)];
      const what = ['lend', 'lend', 'return', 'return', 'shelve', 'missing', 'found', 'found'][pick(8)];
      const reply = what === 'lend' ? await post(`/originals/${code}/loans`, { ...loan, borrower: who }, token)
        : what === 'return' ? await post(`/originals/${code}/return`, { pages: 1 }, token)
          : what === 'shelve' ? await post(`/places/${boxes[pick(2)]}/originals`, { codes: [code] }, token)
            : what === 'missing' ? await post(`/originals/${code}/missing`, { note: '示例' }, token)
              : await post(`/originals/${code}/found`, {}, token);
      if (reply.status >= 300) return assert.ok(refusals.has(reply.json.code), reply.text);
      done[what] += 1;
      if (what === 'lend') {
        // the answer was made in the same transaction: it is mine, and lies nowhere
        assert.deepEqual([reply.json.state, reply.json.borrower, reply.json.place], ['lent', who, null]);
        held.set(code, held.get(code) + 1);
      } else if (what === 'return') {
        held.set(code, held.get(code) - 1);
      }
      return undefined;
    };
    await Promise.all(people.map(async (token, i) => { for (let n = 0; n < 60; n++) await act(token, `示例${i}`); }));
    for (const [what, count] of Object.entries(done)) assert.ok(count > 3, `${what}: ${count}`);
    const all = async (query) => (await server.get(`/api/v1/originals?limit=200&${query}`, { token: archivist })).json.items.map((o) => o.code);
    const states = {};
    for (const state of ['unshelved', 'shelved', 'lent', 'missing', 'handed-over']) states[state] = await all(`state=${state}`);
    const places = {};
    for (const box of boxes) places[box] = await all(`place=${box}`);
    const out = (await server.get('/api/v1/loans?state=out&limit=200', { token: archivist })).json.items.map((l) => l.original);
    for (const code of papers) {
      const row = await one('original', 'where', code);
      assert.deepEqual(Object.keys(states).filter((state) => states[state].includes(code)), [row.state]);
      assert.deepEqual(boxes.filter((box) => places[box].includes(code)), row.place ? [row.place] : []);
      assert.equal(row.place !== null, row.state === 'shelved');
      assert.equal(row.borrower !== null, row.state === 'lent');
      assert.equal(out.filter((o) => o === code).length, row.state === 'lent' ? 1 : 0);
      // every loan that was granted is known, and but for the one that is out each has ended
      const history = (await server.ok('original', 'history', code, '--json')).json;
      const lost = history.filter((l) => l.condition === 'lost').length;
      assert.equal(held.get(code) - lost, row.state === 'lent' ? 1 : 0);
      assert.equal(history.filter((l) => l.returned === null).length, row.state === 'lent' ? 1 : 0);
    }
    await server.kill('SIGTERM');
    const check = await server.cli('check', '--json');
    assert.equal(check.code, 0, check.stdout + check.stderr);
    await server.start();
  });
});
