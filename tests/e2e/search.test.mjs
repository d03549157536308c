// SPDX-License-Identifier: GPL-3.0-or-later
// The one box: operators, exclusions, what is read with one character wrong, and what a department is told.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan } from './zong.mjs';

const unit = '370786009009GB00009F00090009';

describe('searching', () => {
  let server, contract, letter, text;

  const find = async (...args) => (await server.ok('find', '--json', '--', ...args)).json;
  const materials = (hits) => [...new Set(hits.map((hit) => hit.material))].sort();

  before(async () => {
    server = await Server.fresh('search');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('dept', 'add', 'housing', '--name', '住建');
    await server.ok('case', 'open', '202611240001', '--kind', '转移登记', '--unit', unit, '--party', '示例甲');
    await server.ok('case', 'open', '202611240002', '--kind', '抵押登记', '--party', '示例乙');
    const papers = [
      await mkscan('--kind', 'contract', '--seed', 6, path.join(server.dir, 'contract.png')),
      await mkscan('--kind', 'letter', '--seed', 5, path.join(server.dir, 'letter.png')),
    ];
    [contract] = (await server.ok('add', papers[0], '--case', '202611240001', '--type', '买卖合同', '--to', 'tax', '--wait', '--json')).json;
    [letter] = (await server.ok('add', papers[1], '--case', '202611240002', '--type', '函', '--to', 'housing', '--wait', '--json')).json;
    text = (await server.ok('get', letter.material, '--as', 'text', '--page', 1)).stdout;
  });
  after(() => server?.end());

  it('operators narrow, in both languages and with any colon', async () => {
    for (const words of ['类型:合同', 'type：买卖', '业务:转移 类型:合同', '部门:税务', 'dept:tax', '案件:202611240001 类型:合同', '姓名:示例甲', `单元:${unit.slice(0, 19)}`]) {
      assert.deepEqual(materials(await find(words)), [contract.material], words);
    }
    const year = new Date().getFullYear();
    assert.deepEqual(materials(await find(`日期:${year - 1}..${year + 1}`)), [contract.material, letter.material].sort());
    assert.deepEqual(await find('日期:2001 类型:合同'), []);
    assert.deepEqual(materials((await server.ok('find', '--type', '函', '--from', `${year - 1}`, '--json')).json), [letter.material]);
  });

  it('a minus excludes, a name of no operator is text', async () => {
    assert.deepEqual(materials(await find('示例', '-type:函')), [contract.material]);
    assert.deepEqual(materials(await find('业务:登记', '-买卖合同')), [letter.material]);
    assert.deepEqual(await find('12:30'), []);
    assert.deepEqual(await find('http://example.invalid/x'), []);
  });

  it('a value that cannot be is named', async () => {
    for (const words of ['日期:2024-13', '证号:x', 'type:']) {
      const failed = await server.cli('find', '--', words);
      assert.equal(failed.code, 1, words);
      assert.match(failed.stderr, new RegExp(words), words);
    }
    assert.equal((await server.cli('find', '--', '-抵押')).code, 1);
  });

  it('a phrase is found with one character read as another, behind the exact ones', async () => {
    const line = text.split('\n').map((each) => each.match(/\p{Script=Han}{6,}/u)?.[0]).find(Boolean);
    assert.ok(line, text);
    const phrase = line.slice(0, 6);
    const exact = await find(phrase);
    assert.ok(exact.some((hit) => hit.material === letter.material && hit.page === 1 && hit.why === 'text'), JSON.stringify(exact));
    const wrong = `${phrase.slice(0, 2)}龘${phrase.slice(3)}`;
    const alike = (await find(wrong)).filter((hit) => hit.material === letter.material && hit.page === 1);
    assert.equal(alike.length, 1);
    assert.equal(alike[0].why, 'alike-text');
    assert.ok(alike[0].score < 0.3 && alike[0].boxes.length >= 1);
    assert.deepEqual(await find(`"${wrong}"`), []);
    assert.deepEqual(await find(`龘${phrase.slice(1, 5)}龘`), []);
  });

  it('traditional and simplified, full and half width are alike', async () => {
    assert.deepEqual(materials(await find('類型：買賣')), [contract.material]);
    assert.deepEqual(materials(await find('买卖合同')), materials(await find('買賣合同')));
    assert.deepEqual(materials(await find('案件：２０２６１１２４０００１')), [contract.material]);
  });

  it('hits are counted by kind, year, department and type, and while typing the box is completed', async () => {
    const token = await server.token('archivist');
    const ask = async (address) => (await server.get(address, { token })).json;
    const { facets, facets_exact: exact, total } = await ask(`/api/v1/search?${new URLSearchParams({ q: '案件:20261124', facets: 1 })}`);
    assert.equal(exact, true);
    assert.deepEqual(facets.kind.map((f) => f.value).sort(), ['抵押登记', '转移登记']);
    assert.deepEqual(facets.type.map((f) => f.value).sort(), ['买卖合同', '函']);
    assert.deepEqual(facets.department.map((f) => f.name).sort(), ['住建', '税务']);
    assert.equal(facets.year.reduce((sum, f) => sum + f.count, 0), total);
    for (const facet of facets.type) {
      const narrowed = await ask(`/api/v1/search?${new URLSearchParams({ q: `案件:20261124 类型:"${facet.value}"` })}`);
      assert.equal(narrowed.total, facet.count);
    }
    const { items } = await ask(`/api/v1/search/suggest?${new URLSearchParams({ q: '合同 示例' })}`);
    assert.deepEqual(items.map((item) => item.q).sort(), ['合同 姓名:示例乙', '合同 姓名:示例甲']);
    assert.deepEqual((await ask(`/api/v1/search/suggest?${new URLSearchParams({ q: '类型:合' })}`)).items[0]?.kind, 'type');
  });

  it('a department is told nothing of what was not delivered to it', async () => {
    const token = await server.token('department', 'tax');
    const asked = async (query) => {
      const reply = await server.get(`/api/v1/search?${new URLSearchParams(query)}`, { token });
      assert.equal(reply.status, 200);
      return reply.json;
    };
    for (const query of [{ type: '函' }, { q: '部门:housing' }, { q: '部门:住建' }, { q: '姓名:示例乙' }, { q: '业务:抵押' }, { q: `${text.match(/\p{Script=Han}{6}/u)[0]}` }]) {
      const answer = await asked(query);
      assert.ok(answer.items.every((hit) => hit.material === contract.material), JSON.stringify(query));
      assert.ok(!JSON.stringify(answer).includes('202611240002'), JSON.stringify(query));
    }
    assert.equal((await asked({ q: '类型:合同' })).total, 1);
    const { facets } = await asked({ q: '业务:登记', facets: 1 });
    assert.deepEqual(Object.fromEntries(Object.entries(facets).filter(([name]) => name !== 'year').map(([name, list]) => [name, list.map((f) => [f.value, f.count])])),
      { kind: [['转移登记', 1]], department: [['tax', 1]], type: [['买卖合同', 1]] });
    const suggest = async (q) => (await server.get(`/api/v1/search/suggest?${new URLSearchParams({ q })}`, { token })).json.items.map((item) => item.value);
    assert.deepEqual(await suggest('示例'), ['示例甲']);
    assert.deepEqual(await suggest('2026'), ['202611240001']);
  });
});
