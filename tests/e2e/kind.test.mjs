// SPDX-License-Identifier: GPL-3.0-or-later
// The kind of a material is judged by rules kept as data, and what a person entered is compared with what was read.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, run, programs } from './zong.mjs';

const unit = '370786001001GB00001F00010001';

describe('kinds of material', () => {
  let server, paper;

  before(async () => {
    server = await Server.fresh('kind');
    paper = (kind, ...more) => mkscan('--kind', kind, '--colour', 'bilevel', '--dpi', 300, '--unit', unit, '--case', '202611240001',
      ...more, path.join(server.dir, `${kind}.tif`));
    await server.ok('case', 'open', '202611240001', '--kind', '转移登记', '--unit', '370786001001GB00001F00010002', '--party', '示例甲');
  });
  after(() => server?.end());

  const shown = async (file, type) => {
    const [receipt] = (await server.ok('add', file, '--case', '202611240001', ...(type ? ['--type', type] : []), '--wait', '--json')).json;
    return (await server.ok('show', receipt.material, '--json')).json[0];
  };

  it('each paper is judged by its text, with the rule and the page', async () => {
    for (const [kind, type, rule] of [['contract', '买卖合同', 'sale-contract'], ['form', '登记申请书', 'application'], ['tax', '完税凭证', 'tax-receipt'],
      ['certificate', '不动产权证书', 'certificate-page']]) {
      const material = await shown(await paper(kind));
      assert.deepEqual(material.kind, { suggested: type, rule, page: 1, agrees: null }, kind);
    }
    assert.equal((await shown(await paper('text'))).kind, null);
  });

  it('a type that a person entered agrees or does not', async () => {
    assert.equal((await shown(await paper('contract'), '购房合同')).kind.agrees, true);
    const wrong = await shown(await paper('contract'), '身份证明');
    assert.equal(wrong.kind.agrees, false);
    const told = (await server.ok('show', wrong.id)).stdout;
    assert.match(told, /买卖合同.*sale-contract.*身份证明/);
    assert.match(told, /DISAGREES|不一致/);
  });

  it('numbers of the case are held against those read', async () => {
    const material = await shown(await paper('form'), '申请书');
    const of = (kind) => material.compared.find((c) => c.kind === kind);
    assert.equal(of('case').agrees, true);
    assert.equal(of('unit').agrees, false);
    assert.equal(of('unit').read, unit);
    assert.equal(of('unit').page, 1);
    assert.equal(of('unit').box.length, 4);
  });

  it('an archive may have rules of its own; a wrong one is told with its line', async () => {
    await server.kill('SIGTERM');
    const rules = path.join(server.dir, 'own.rules');
    await fs.writeFile(rules, 'kind 示例材料\nrule any 示例材料 不动产\n');
    await fs.writeFile(path.join(server.archive, 'zong.conf'), `kinds = ${rules}\n`);
    await server.start();
    const material = await shown(await paper('form'), '示例材料');
    assert.deepEqual(material.kind, { suggested: '示例材料', rule: 'any', page: 1, agrees: true });
    await server.kill('SIGTERM');
    await fs.writeFile(rules, 'kind 示例材料\nrule any 别的 不动产\n');
    const refused = await run(programs.zongd, ['--archive', server.archive, '--listen', '127.0.0.1:0']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /own\.rules:2 .*别的/);
    await fs.writeFile(rules, 'kind 示例材料\n');
    await server.start();
  });
});
