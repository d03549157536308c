// SPDX-License-Identifier: GPL-3.0-or-later
// The query desk: who may see what, what was shown for it, the answer as it was given, and the paper that can be checked.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, digest, mkscan, programs, run } from './zong.mjs';

const unit = '370786001001GB00001F00010001', other = '370786001001GB00001F00010002';
const owner = { name: '示例甲', id_kind: '身份证', idno: '11010519491231002X' };
const buyer = { name: '示例乙', idno: '370786198001010013' };
const id = { kind: '身份证' };

describe('queries', () => {
  let server, archivist, lookup, tax, deed, no;

  before(async () => {
    server = await Server.fresh('queries', { conf: 'public-url = http://archive.example\n' });
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    archivist = await server.token('archivist');
    lookup = (await server.ok('token', 'new', '--role', 'lookup', '--name', '示例查档员', '--json')).json[0].token;
    tax = await server.token('department', 'tax');
    const open = (number, kind, units, parties, extra = []) => server.ok('case', 'open', number, '--kind', kind,
      ...units.flatMap((u) => ['--unit', u]), ...parties.flatMap((p) => ['--party', p]), ...extra);
    await open('202001020001', '首次登记', [unit, other], ['示例丙:370786197001010018'], ['--address', '示例路1号1幢']);
    await open('202101020001', '转移登记', [unit], ['示例甲:110105491231002'], ['--cert', '鲁（2021）昌邑市不动产权第0000001号', '--address', '示例路1号1幢101室']);
    await open('202102020001', '抵押权首次登记', [unit], ['示例银行', '示例甲:11010519491231002X'], ['--cert', '鲁(2021)昌邑市不动产证明第0000002号']);
    await open('202203020001', '查封登记', [other], ['示例法院'], []);
    const file = await mkscan('--kind', 'certificate', '--colour', 'bilevel', path.join(server.dir, 'c.tif'));
    deed = (await server.ok('add', file, '--case', '202101020001', '--title', '不动产权证书', '--to', 'tax', '--quiet', '--json')).json[0].material;
  });
  after(() => server?.end());

  const post = (address, body, token = lookup) => server.post(`/api/v1${address}`, body, { token });
  const get = (address, token = lookup) => server.get(`/api/v1${address}`, { token });
  const texts = (query, what) => query.found.flatMap((f) => f.facts.filter((fact) => fact.what === what).map((fact) => fact.text));
  const enter = async (body, token = lookup) => {
    const reply = await post('/queries', { purpose: '示例目的', proofs: [id], ...body }, token);
    assert.equal(reply.status, 201, reply.text);
    return reply.json;
  };

  it('the rules say who may ask, with the article', async () => {
    const { askers } = (await get('/queries/rules')).json;
    assert.deepEqual(askers.map((a) => a.key), ['owner', 'heir', 'interested', 'intending', 'lawyer', 'organ', 'staff']);
    assert.match(askers[2].article, /第二十四条/);
    assert.match((await server.ok('query', 'rules')).stdout, /owner +权利人/);
    assert.equal((await get('/queries/rules', tax)).status, 403);
    assert.equal((await post('/queries', { asker: 'owner', querent: owner, purpose: '无' }, tax)).status, 403);
  });

  it('an owner sees the own property by name, under an old ID number too', async () => {
    const entered = await enter({ asker: 'owner', querent: owner, proofs: [] });
    no = entered.no;
    assert.match(no, /^CX\d{13}$/);
    assert.deepEqual(entered.problems.map((p) => p.code), ['proof']);
    const early = await post(`/queries/${no}/grant`, {});
    assert.equal(early.status, 409);
    assert.equal(early.json.code, 'query-not-allowed');
    assert.match(early.json.problems[0].text, /身份证/);
    const changed = await server.request('PUT', `/api/v1/queries/${no}`, { token: lookup,
      body: { asker: 'owner', querent: owner, purpose: '办理贷款', proofs: [{ kind: '居民身份证', note: '原件' }], revision: entered.revision } });
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(changed.json.problems, []);
    assert.equal((await server.request('PUT', `/api/v1/queries/${no}`, { token: lookup,
      body: { asker: 'owner', querent: owner, purpose: 'x', revision: entered.revision } })).json.code, 'changed-meanwhile');
    // what was shown is scanned into the case of the query: by the desk, which files nothing elsewhere
    const card = await mkscan('--kind', 'idcard', '--colour', 'bilevel', path.join(server.dir, 'id.tif'));
    const asDesk = (...args) => run(programs.zong, ['--server', server.address, '--token', lookup, ...args]);
    assert.equal((await asDesk('add', card, '--case', no, '--type', '身份证明', '--quiet')).code, 0);
    assert.equal((await asDesk('add', card, '--case', no, '--to', 'tax', '--quiet')).code, 1);
    const elsewhere = await asDesk('add', card, '--case', '202101020001', '--quiet');
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /forbidden/);
    const granted = (await post(`/queries/${no}/grant`, { note: '示例说明' })).json;
    assert.equal(granted.state, 'granted');
    assert.equal(granted.scans.length, 1);
    assert.equal(granted.decided.name, '示例查档员');
    assert.deepEqual(granted.found.map((f) => [f.unit, f.found]), [[unit, true]]);
    assert.equal(granted.found[0].address, '示例路1号1幢101室');
    const results = texts(granted, 'results');
    assert.ok(results.some((t) => /2021-01-02 转移登记，受理号 202101020001，证号 鲁.*第0000001号.*示例甲。状态：现势/.test(t)), results.join('\n'));
    assert.ok(results.some((t) => /抵押权首次登记.*示例银行.*未见注销/.test(t)), results.join('\n'));
    // the case before, of another owner, is not the owner's to see
    assert.ok(!JSON.stringify(granted).includes('示例丙'));
    assert.deepEqual(texts(granted, 'coowned'), ['共有：否']);
    assert.match(texts(granted, 'burdened')[0], /抵押权登记：有；预告登记：无/);
    assert.deepEqual(texts(granted, 'limited'), ['查封登记或其他限制：无']);
    assert.deepEqual(granted.found[0].facts.filter((f) => f.material).map((f) => [f.material, f.text, f.pages]), [[deed, '不动产权证书', 1]]);
    assert.equal((await post(`/queries/${no}/grant`, {})).json.code, 'query-state');
    assert.equal((await post(`/queries/${no}/refuse`, { reason: 'x' })).json.code, 'query-state');
  });

  it('copies are written down, of what was told alone', async () => {
    const copied = (await post(`/queries/${no}/copies`, { materials: [deed] })).json;
    assert.deepEqual(copied.copies.map((c) => [c.material, c.title, c.pages, c.name]), [[deed, '不动产权证书', 1, '示例查档员']]);
    assert.equal((await post(`/queries/${no}/copies`, { materials: [(await get(`/queries/${no}`)).json.scans[0].material] })).status, 404);
    assert.equal((await post(`/queries/${no}/copies`, { materials: [] })).status, 422);
  });

  it('what was told stays as it was told', async () => {
    const before = (await get(`/queries/${no}`)).json;
    await server.ok('case', 'open', '202206010001', '--kind', '抵押权注销登记', '--unit', unit, '--party', '示例甲');
    assert.deepEqual((await get(`/queries/${no}`)).json.found, before.found);
  });

  it('another\'s property is not there for one who is not its owner', async () => {
    const stranger = await enter({ asker: 'owner', querent: buyer, objects: [{ by: 'unit', value: unit }, { by: 'cert', value: '鲁(2021)昌邑市不动产权第0000001号' }] });
    const granted = (await post(`/queries/${stranger.no}/grant`, {})).json;
    assert.deepEqual(granted.found.map((f) => [f.found, f.facts.length, f.address]), [[false, 0, null], [false, 0, null]]);
    const nothing = await enter({ asker: 'owner', querent: buyer });
    assert.deepEqual((await post(`/queries/${nothing.no}/grant`, {})).json.found.map((f) => f.found), [false]);
    const mine = await enter({ asker: 'owner', querent: buyer, holder: owner });
    assert.deepEqual((await get(`/queries/${mine.no}`)).json.problems.map((p) => p.code), ['own']);
  });

  it('heirs name the holder and show what they are', async () => {
    const bare = await enter({ asker: 'heir', querent: buyer });
    assert.deepEqual(bare.problems.map((p) => p.code).sort(), ['holder', 'proof']);
    const heir = await enter({ asker: 'heir', querent: buyer, holder: owner, proofs: [id, { kind: '死亡证明' }] });
    const granted = (await post(`/queries/${heir.no}/grant`, {})).json;
    assert.deepEqual(granted.found.map((f) => f.unit), [unit]);
    assert.equal(granted.decided.note, null);
  });

  it('an interested party sees the results of one unit and no original material, and does not ask by name', async () => {
    const contract = { kind: '存量房买卖合同' };
    const named = await enter({ asker: 'interested', querent: buyer, proofs: [id, contract] });
    assert.deepEqual(named.problems.map((p) => [p.code, p.subject]), [['index', 'name']]);
    const two = await enter({ asker: 'interested', querent: buyer, proofs: [id, contract], objects: [{ by: 'unit', value: unit }, { by: 'unit', value: other }] });
    assert.deepEqual(two.problems.map((p) => p.code), ['units']);
    const whole = await enter({ asker: 'interested', querent: buyer, proofs: [id, contract], objects: [{ by: 'unit', value: unit.slice(0, 19) }] });
    assert.equal((await post(`/queries/${whole.no}/grant`, {})).json.code, 'query-not-allowed');
    const greedy = await enter({ asker: 'interested', querent: buyer, proofs: [id, contract], wants: ['originals'], objects: [{ by: 'unit', value: unit }] });
    assert.deepEqual(greedy.problems.map((p) => [p.code, p.subject]), [['sight', 'originals']]);
    assert.match(greedy.problems[0].text, /登记原始资料/);
    const fine = await enter({ asker: 'interested', querent: buyer, proofs: [id, contract], objects: [{ by: 'cert', value: '鲁[2021]昌邑市不动产权第０００0001号' }] });
    const granted = (await post(`/queries/${fine.no}/grant`, {})).json;
    assert.equal(texts(granted, 'originals').length, 0);
    assert.ok(texts(granted, 'results').some((t) => t.includes('示例丙')), 'results are told whole');
  });

  it('who shows no contract learns whether, and no name', async () => {
    const entered = await enter({ asker: 'intending', querent: buyer, proofs: [id, { kind: '承诺书' }], objects: [{ by: 'address', value: '示例路1号1幢102室', unit: other }] });
    const granted = (await post(`/queries/${entered.no}/grant`, {})).json;
    assert.deepEqual(granted.found[0].facts.map((f) => f.what), ['nature', 'coowned', 'burdened', 'limited']);
    assert.deepEqual(texts(granted, 'limited'), ['查封登记或其他限制：有']);
    const told = JSON.stringify(granted.found);
    assert.ok(!told.includes('示例丙') && !told.includes('示例法院'), told);
    assert.equal((await post('/queries', { asker: 'intending', querent: buyer, purpose: 'x', objects: [{ by: 'address', value: '示例路' }] })).status, 422);
  });

  it('a lawyer learns the organ, and whether a name matches', async () => {
    const proofs = [{ kind: '律师执业证书' }, { kind: '律师事务所介绍信' }, { kind: '授权委托书' }];
    const entered = await enter({ asker: 'lawyer', querent: { name: '示例律师', idno: '13701201910000001' }, holder: { name: '示例丙' }, proofs, objects: [{ by: 'unit', value: other }] });
    const granted = (await post(`/queries/${entered.no}/grant`, {})).json;
    assert.deepEqual(texts(granted, 'match'), ['权利人姓名：与登记资料一致']);
    assert.deepEqual(texts(granted, 'organ'), ['查封机关：示例法院']);
    assert.deepEqual(texts(granted, 'coform'), ['共有形式：单独所有']);
    const wrong = await enter({ asker: 'lawyer', querent: { name: '示例律师', idno: '13701201910000001' }, holder: { name: '示例丁' }, proofs, objects: [{ by: 'unit', value: other }] });
    assert.deepEqual(texts((await post(`/queries/${wrong.no}/grant`, {})).json, 'match'), ['权利人姓名：与登记资料不一致']);
  });

  it('an organ of the state asks by name, with its letter; one who comes for another shows the mandate', async () => {
    const letter = [{ kind: '工作证' }, { kind: '协助查询通知书' }];
    const entered = await enter({ asker: 'organ', querent: { name: '示例法院', idno: '示例证1号' }, proofs: letter, objects: [{ by: 'name', value: '示例丙' }] });
    const granted = (await post(`/queries/${entered.no}/grant`, {})).json;
    assert.deepEqual(granted.found.map((f) => f.unit).sort(), [unit, other]);
    const sent = await enter({ asker: 'owner', querent: owner, proxy: buyer });
    assert.deepEqual(sent.problems.map((p) => p.code), ['proxy']);
    assert.equal(sent.warnings.length, 1);
    assert.equal(sent.warnings[0].code, 'id-number');
  });

  it('a refusal has its reason and its paper', async () => {
    const entered = await enter({ asker: 'intending', querent: buyer, proofs: [] });
    assert.equal((await post(`/queries/${entered.no}/refuse`, {})).json.code, 'reason-needed');
    const refused = (await post(`/queries/${entered.no}/refuse`, { reason: '未提交承诺书，也没有写明不动产。' })).json;
    assert.equal(refused.state, 'refused');
    const file = path.join(server.dir, 'r.pdf');
    await server.ok('query', 'print', entered.no, '-o', file);
    const text = (await run('pdftotext', ['-layout', file, '-'])).stdout;
    assert.match(text, /不予查询告知书/);
    assert.match(text, /未提交承诺书/);
    assert.equal((await get(`/queries/${entered.no}/pdf?form=result`)).json.code, 'query-state');
    const back = await enter({ asker: 'owner', querent: owner });
    assert.equal((await post(`/queries/${back.no}/withdraw`, { reason: '不再需要' })).json.state, 'withdrawn');
  });

  it('the certificate is printed, the same each time, and checked by the word in its QR code', async () => {
    const files = ['a.pdf', 'b.pdf'].map((name) => path.join(server.dir, name));
    for (const file of files) await server.ok('query', 'print', no, '-o', file);
    assert.equal(digest(await fs.readFile(files[0])), digest(await fs.readFile(files[1])));
    const text = (await run('pdftotext', ['-layout', files[0], '-'])).stdout;
    for (const word of ['查询结果证明', no, '示例甲', '370786 001001 GB00001 F00010001', '查询专用章', '以登记簿为准', '示例说明']) assert.ok(text.includes(word), `${word}\n${text}`);
    assert.ok(!text.includes(owner.idno), 'the ID number is not printed whole');
    const query = (await get(`/queries/${no}`)).json;
    assert.match(query.check, new RegExp(`^http://archive.example/#/check/${no}/[0-9a-f]{32}$`));
    const word = query.check.split('/').at(-1);
    const paper = (await server.get(`/api/v1/papers/${no}/${word}`)).json;
    assert.equal(paper.paper, 'result');
    assert.equal(paper.querent, '示例甲');
    assert.deepEqual(paper.found, query.found);
    assert.ok(!JSON.stringify(paper).includes(owner.idno));
    assert.equal((await server.get(`/api/v1/papers/${no}/${word.replace(/.$/, (c) => (c === '0' ? '1' : '0'))}`)).status, 404);
    assert.equal((await server.get(`/api/v1/papers/CX2026010100001/${word}`)).status, 404);
    await run('pdftoppm', ['-r', '150', '-png', '-singlefile', files[0], path.join(server.dir, 'a')]);
    const read = await run('zbarimg', ['-q', '--raw', path.join(server.dir, 'a.png')]);
    if (read.code === 0) assert.equal(read.stdout.trim().split('\n').at(-1), query.check);
  });

  it('the register has every query, as a table and on paper', async () => {
    const table = path.join(server.dir, 'register.csv');
    await server.ok('query', 'register', '--csv', '-o', table);
    const lines = (await fs.readFile(table, 'utf8')).trim().split('\r\n');
    const all = (await server.ok('query', 'list', '--json')).json;
    assert.equal(lines.length, all.length + 1);
    assert.ok(lines[1].startsWith(no));
    assert.match(lines[1], /示例甲,11010519491231002X,权利人/);
    assert.match(lines[1], /不动产权证书（1 页）/);
    assert.deepEqual((await get('/queries?state=refused')).json.items.map((q) => q.state), ['refused']);
    assert.equal((await get(`/queries?name=${encodeURIComponent(owner.idno)}&asker=heir`)).json.items.length, 1);
    assert.equal((await get('/queries?from=2001-01-01&to=2001-12-31')).json.items.length, 0);
    assert.equal((await get('/queries?state=any')).status, 422);
    const paged = [];
    let next = '';
    do {
      const { items, next: on } = (await get(`/queries?limit=3${next && `&cursor=${encodeURIComponent(next)}`}`)).json;
      assert.ok(items.length <= 3);
      paged.push(...items.map((q) => q.no));
      next = on;
    } while (next);
    assert.deepEqual(paged, all.map((q) => q.no));
    assert.deepEqual(paged, [...paged].sort().reverse());
    const pdf = path.join(server.dir, 'register.pdf');
    await server.ok('query', 'register', '-o', pdf);
    assert.match((await run('pdftotext', ['-layout', pdf, '-'])).stdout, /查询记录簿/);
    assert.equal((await get('/queries', tax)).status, 403);
  });

  it('forty at once have forty numbers, and everything is on record', async () => {
    const numbers = await Promise.all(Array.from({ length: 40 }, () => enter({ asker: 'owner', querent: owner }).then((q) => q.no)));
    assert.equal(new Set(numbers).size, 40);
    const log = (await server.ok('log', '--object', `query/${no}`, '--json')).json.map((line) => line.verb);
    for (const verb of ['query.enter', 'query.change', 'query.grant', 'query.copy', 'query.print', 'query.read']) assert.ok(log.includes(verb), verb);
    const checked = await server.cli('check');
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  });
});
