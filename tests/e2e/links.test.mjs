// SPDX-License-Identifier: GPL-3.0-or-later
// The chain of title: scans come in, their numbers propose what a case goes on from, and a person decides.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan } from './zong.mjs';

const unit = '370786001001GB00001F00010001';
const elsewhere = '370786001001GB00777F00010001';
const first = '鲁(2015)昌邑市不动产权第0000123号';

describe('links', () => {
  let server, archivist, lookup, tax;

  const open = (no, kind, where, ...more) => server.ok('case', 'open', no, '--kind', kind, '--unit', where, '--party', '示例甲', ...more);
  const scan = async (no, cert, where, ...more) => {
    const file = await mkscan('--kind', 'certificate', '--unit', where, '--cert', cert, '--colour', 'bilevel', path.join(server.dir, `${no}.tif`));
    return (await server.ok('add', file, '--case', no, '--title', '权证', '--wait', '--quiet', '--json', ...more)).json[0].material;
  };
  const links = async (no) => (await server.ok('link', 'show', no, '--json')).json;

  before(async () => {
    server = await Server.fresh('links');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    [archivist, lookup, tax] = [await server.token('archivist'), await server.token('lookup'), await server.token('department', 'tax')];
    await open('201503020001', '首次登记', unit, '--cert', first);
    await open('201603020001', '抵押登记', unit);
    await open('201903020001', '转移登记', unit);
    await open('202003020001', '转移登记', elsewhere);
  });
  after(() => server?.end());

  it('a number read on a page proposes a link, and a doubtful one stands in the review list', async () => {
    await scan('201603020001', first, unit);
    await scan('201903020001', first, unit);
    await scan('202003020001', first, elsewhere, '--to', 'tax');
    const [transfer] = await links('201903020001');
    assert.deepEqual([transfer.later, transfer.earlier, transfer.kind, transfer.state, transfer.doubts], ['201903020001', '201503020001', 'title', 'proposed', []]);
    assert.equal(transfer.evidence[0].certificate, first);
    assert.equal(transfer.evidence[0].page, 1);
    assert.equal((await links('201603020001'))[0].kind, 'mortgage');
    const [odd] = await links('202003020001');
    assert.deepEqual(odd.doubts, ['units']);
    const open = (await server.ok('link', 'list', '--json')).json;
    assert.equal(open.length, 3);
    assert.equal(open[0].later, '202003020001');
    assert.equal((await server.ok('link', 'list', '--doubtful', '--json')).json.length, 1);
    const reviews = (await server.ok('review', '--json')).json.filter((r) => r.what === 'link');
    assert.equal(reviews.length, 1);
    assert.deepEqual([reviews[0].case, reviews[0].read, reviews[0].entered, reviews[0].why], ['202003020001', first, '201503020001', 'doubtful']);
    assert.equal(reviews[0].box.length, 4);
    assert.match((await server.ok('review')).stdout, /doubtful link between cases/);
  });

  it('a person confirms, refuses, and changes their mind with a reason', async () => {
    await server.ok('link', 'confirm', '201903020001', '201503020001');
    await server.ok('link', 'confirm', '201603020001', '201503020001');
    const [review] = (await server.ok('review', '--json')).json.filter((r) => r.what === 'link');
    const bare = await server.cli('link', 'refuse', '202003020001', '201503020001');
    assert.equal(bare.code, 1);
    await server.ok('review', review.id, '--dismiss', '示例：证号抄错');
    const [refused] = await links('202003020001');
    assert.deepEqual([refused.state, refused.decision.reason], ['refused', '示例：证号抄错']);
    assert.equal((await server.ok('review', '--json')).json.filter((r) => r.what === 'link').length, 0);
    assert.equal((await server.ok('link', 'list', '--json')).json.length, 0);
    const again = await server.cli('link', 'confirm', '202003020001', '201503020001');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /reason/i);
    await server.ok('link', 'confirm', '202003020001', '201503020001', '--reason', '示例：核对过原件');
    await server.ok('link', 'refuse', '202003020001', '201503020001', '--reason', '示例：还是不对');
    const circle = await server.cli('link', 'confirm', '201503020001', '201903020001');
    assert.equal(circle.code, 1);
    assert.match((await server.ok('log', '--object', 'case/202003020001', '--json')).stdout, /link\.refuse/);
  });

  it('a cancelled mortgage ends it, and the line of the unit is drawn', async () => {
    await open('202103020001', '抵押权注销登记', unit, '--cert', first);
    assert.equal((await links('202103020001'))[0].kind, 'discharge');
    await server.ok('link', 'confirm', '202103020001', '201603020001');
    const chain = (await server.ok('parcel', 'chain', unit, '--json')).json[0];
    assert.deepEqual(chain.items.map((i) => [i.case.no, i.role, i.ended_by]), [['201503020001', 'title', null],
      ['201603020001', 'mortgage', '202103020001'], ['201903020001', 'title', null], ['202103020001', 'discharge', null]]);
    assert.equal(chain.links.length, 3);
    const drawn = (await server.ok('show', unit)).stdout;
    const lines = drawn.split('\n').filter((l) => /[●○◌×]/.test(l));
    assert.deepEqual(lines.map((l) => /(●|○|◌|×)\s+(\d+)/.exec(l).slice(1)), [['●', '201503020001'], ['◌', '201603020001'],
      ['●', '201903020001'], ['×', '202103020001']]);
    assert.match(drawn, /ended by 202103020001/);
  });

  it('a department sees links between cases that it sees, and only people of the archive decide', async () => {
    const get = (token, no) => server.request('GET', `/api/v1/cases/${no}/links`, { token });
    assert.equal((await get(tax, '202003020001')).json.items.length, 0);
    assert.equal((await get(tax, '201903020001')).status, 404);
    assert.equal((await get(lookup, '201903020001')).json.items.length, 1);
    assert.equal((await server.request('GET', '/api/v1/links', { token: tax })).status, 403);
    const post = (token, body) => server.request('POST', '/api/v1/cases/202003020001/links', { token, body });
    for (const token of [tax, lookup]) assert.equal((await post(token, { earlier: '201903020001', decision: 'confirm' })).status, 403);
    assert.equal((await post(archivist, { earlier: '201903020001', decision: 'perhaps' })).json.subject, 'decision');
    assert.equal((await post(archivist, { earlier: '2019', decision: 'confirm' })).status, 404);
    assert.equal((await post(archivist, { earlier: '202003020001', decision: 'confirm' })).status, 422);
    assert.equal((await server.request('GET', `/api/v1/parcels/${elsewhere}/chain`, { token: tax })).json.items.length, 1);
    assert.equal((await server.request('GET', `/api/v1/parcels/${unit}/chain`, { token: tax })).status, 404);
  });

  it('a certificate that is shown at the query desk links nothing', async () => {
    const before = (await server.ok('link', 'list', '--json')).json.length;
    const { no } = (await server.ok('query', 'new', '--as', 'owner', '--querent', '示例甲:11010519491231002X', '--for', '示例', '--proof', '身份证', '--json')).json[0];
    await scan(no, first, unit);
    assert.deepEqual(await links(no), []);
    assert.equal((await server.ok('link', 'list', '--json')).json.length, before);
  });

  it('a check finds nothing', async () => {
    assert.match((await server.ok('check')).stdout, /everything is as it should be/);
  });
});
