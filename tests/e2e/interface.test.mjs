// SPDX-License-Identifier: GPL-3.0-or-later
// The server is held to its own description: every answer follows the schema that openapi.yaml gives for it, and
// every operation of the description is used here.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import YAML from 'yaml';
import { Server, mkscan } from './zong.mjs';

describe('interface', () => {
  let server, description, ajv;
  const used = new Set();
  const tokens = {};

  before(async () => {
    server = await Server.fresh('interface');
    description = YAML.parse((await server.get('/api/v1/openapi.yaml')).text);
    ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'zong', components: description.components });
    for (const role of ['administrator', 'archivist', 'lookup']) tokens[role] = await server.token(role);
  });
  after(() => server?.end());

  /** One operation, its answer held against the description. */
  const call = async (method, template, status, { params = {}, query = '', token = 'archivist', body, send } = {}) => {
    const operation = description.paths[template]?.[method.toLowerCase()];
    assert.ok(operation, `${method} ${template} is not described`);
    used.add(`${method} ${template}`);
    const address = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]).replaceAll('%3A', ':')) + query;
    const reply = send ? await send() : await server.request(method, address, { token: tokens[token] ?? token, body });
    assert.equal(reply.status, status, `${method} ${address}: ${reply.text}`);
    const described = operation.responses[String(status)] ?? operation.responses.default;
    assert.ok(described, `${method} ${template} may not answer ${status}`);
    const response = described.$ref ? description.components.responses[described.$ref.split('/').at(-1)] : described;
    const content = Object.values(response.content ?? {})[0];
    if (reply.json !== undefined && content?.schema) {
      const schema = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/components', '"zong#/components'));
      const validate = ajv.compile(schema);
      assert.ok(validate(reply.json), `${method} ${address}: ${ajv.errorsText(validate.errors)}\n${reply.text}`);
    }
    return reply;
  };

  it('each operation answers as described', async () => {
    const unit = '370786001001GB00001F00010001';
    const file = await fs.readFile(await mkscan('--kind', 'certificate', '--unit', unit, '--cert', '鲁(2018)昌邑市不动产权第0000123号',
      '--colour', 'bilevel', path.join(server.dir, 'c.tif')));
    await call('GET', '/healthz', 200, { token: 'none' });
    await call('GET', '/readyz', 200, { token: 'none' });
    await call('GET', '/metrics', 200, { token: 'none' });
    await call('GET', '/api/v1/openapi.yaml', 200, { token: 'none' });
    const session = (await call('POST', '/api/v1/sessions', 201, { body: { user: 'admin', password: server.password } })).json;
    await call('POST', '/api/v1/sessions', 201, { body: { token: tokens.archivist } });
    const kept = (await call('POST', '/api/v1/sessions', 201, { body: { token: tokens.archivist, cookie: true } })).json;
    assert.ok(kept.csrf && !kept.token);
    await call('POST', '/api/v1/sessions', 401, { body: { user: 'admin', password: 'x' } });
    const me = (await call('GET', '/api/v1/session', 200, {})).json;
    assert.equal(me.role, 'archivist');
    assert.ok(me.may.includes('case.open') && !me.may.includes('token.manage'));
    await call('DELETE', '/api/v1/session', 204, { token: session.token });
    await call('POST', '/api/v1/departments', 201, { token: 'administrator', body: { id: 'tax', name: '税务' } });
    await call('POST', '/api/v1/departments', 409, { token: 'administrator', body: { id: 'tax', name: '税务' } });
    await call('GET', '/api/v1/departments', 200, {});
    const made = (await call('POST', '/api/v1/tokens', 201, { token: 'administrator', body: { role: 'department', department: 'tax', name: '示例窗口' } })).json;
    await call('GET', '/api/v1/tokens', 200, { token: 'administrator' });
    await call('POST', '/api/v1/cases', 201, { body: { no: 'O/1'.replace('/', '-'), kind: '转移登记', units: [unit], parties: [{ name: '示例甲' }], certificates: ['鲁（2018）昌邑市不动产权第0000123号'], address: '示例路1号' } });
    for (let i = 2; i <= 5; i++) await call('POST', '/api/v1/cases', 201, { body: { no: `O-${i}`, kind: '转移登记' } });
    const list = (await call('GET', '/api/v1/cases', 200, { query: '?limit=2' })).json;
    assert.equal(list.items.length, 2);
    const seen = list.items.map((c) => c.no);
    for (let next = list.next; next;) {
      const page = (await call('GET', '/api/v1/cases', 200, { query: `?limit=2&cursor=${encodeURIComponent(next)}` })).json;
      seen.push(...page.items.map((c) => c.no));
      next = page.next;
    }
    assert.deepEqual(seen, ['O-5', 'O-4', 'O-3', 'O-2', 'O-1']);
    const receipt = (await call('POST', '/api/v1/materials', 201, { send: () => server.upload(tokens.archivist, { case: 'O-1', type: '权证', title: '不动产权证书', to: ['tax'], name: 'c.tif' }, file) })).json;
    // the quality gate: a blank page is refused through it, with its reason
    const nothing = await fs.readFile(await mkscan('--kind', 'blank', '--dpi', 200, path.join(server.dir, 'nothing.tif')));
    const stopped = (await call('POST', '/api/v1/materials', 422, { send: () => server.upload(tokens.archivist, { case: 'O-1', gate: true }, nothing) })).json;
    assert.deepEqual(stopped.quality.map((page) => page.verdicts.map((verdict) => verdict.fault)), [['blank']]);
    await server.read();
    // how far an upload is: told to its sender while it is under way, and null otherwise
    const upload = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const pages = await fs.readFile(await mkscan('--kind', 'blank', '--pages', 60, '--dpi', 300, '--colour', 'grey', path.join(server.dir, 'long.tif')));
    const told = [];
    let under_way = true;
    const sent = server.upload(tokens.archivist, { case: 'O-3' }, pages, { headers: { 'Zong-Upload': upload } }).finally(() => { under_way = false; });
    while (under_way) {
      const { done } = (await call('GET', '/api/v1/uploads/{id}', 200, { params: { id: upload } })).json;
      if (done !== null) {
        told.push(done);
      }
    }
    assert.equal((await sent).status, 201);
    assert.ok(told.length > 1 && told.every((d, i) => d >= 0 && d <= 1 && (i === 0 || d >= told[i - 1])), JSON.stringify(told));
    assert.equal((await call('GET', '/api/v1/uploads/{id}', 200, { params: { id: upload } })).json.done, null);
    await call('GET', '/api/v1/cases/{no}', 200, { params: { no: 'O-1' } });
    await call('GET', '/api/v1/cases/{no}', 404, { params: { no: 'O-9' } });
    const id = receipt.material;
    const material = (await call('GET', '/api/v1/materials/{id}', 200, { params: { id } })).json;
    assert.equal(material.title, '不动产权证书');
    await call('GET', '/api/v1/materials/{id}/file', 200, { params: { id } });
    await call('GET', '/api/v1/materials/{id}/pdf', 200, { params: { id } });
    for (const form of ['text', 'alto', 'hocr', 'png']) await call('GET', `/api/v1/materials/{id}/pages/{n}/${form}`, 200, { params: { id, n: 1 } });
    await call('GET', '/api/v1/files/{digest}', 200, { params: { digest: receipt.digest } });
    await call('GET', '/api/v1/parcels/{code}', 200, { params: { code: unit.slice(0, 19) } });
    await call('GET', '/api/v1/parcels/{code}', 404, { params: { code: '370786999' } });
    // the table of units, and what happened to codes
    const next = '370786001001GB00002';
    await call('PUT', '/api/v1/units/{code}', 200, { params: { code: unit }, body: { name: '101', address: '示例路1号', area: '98.76' } });
    await call('PUT', '/api/v1/units/{code}', 422, { params: { code: '370786' }, body: {} });
    await call('PUT', '/api/v1/units/{code}', 403, { params: { code: unit }, body: {}, token: made.token });
    await call('GET', '/api/v1/units', 200, { query: '?limit=1' });
    await call('GET', '/api/v1/units', 403, { token: made.token });
    const event = (await call('POST', '/api/v1/unit-events', 201, { body: { kind: 'renumber', date: '2015-06-01', before: [unit.slice(0, 19)], after: [next] } })).json;
    await call('POST', '/api/v1/unit-events', 200, { body: { kind: '编码变更', date: '2015-06-01', before: [unit.slice(0, 19)], after: [next] } });
    await call('POST', '/api/v1/unit-events', 409, { body: { kind: 'end', date: '2016-06-01', before: [unit.slice(0, 19)] } });
    await call('POST', '/api/v1/unit-events', 422, { body: { kind: 'split', date: '2016-06-01', before: [next], after: [next] } });
    assert.equal((await call('GET', '/api/v1/unit-events', 200, { query: `?code=${next}` })).json.items.length, 1);
    const lineage = (await call('GET', '/api/v1/parcels/{code}', 200, { params: { code: next } })).json;
    assert.ok(lineage.materials.every((m) => m.via === unit.slice(0, 19)) && lineage.materials.length > 0);
    await call('GET', '/api/v1/parcels/{code}', 200, { params: { code: unit.slice(0, 19) } });
    // the chain of title
    await call('POST', '/api/v1/cases', 201, { body: { no: '202603020001', kind: '抵押登记', units: [unit], certificates: ['鲁(2018)昌邑市不动产权第0000123号'] } });
    await call('GET', '/api/v1/cases/{no}/links', 200, { params: { no: '202603020001' } });
    await call('POST', '/api/v1/cases/{no}/links', 200, { params: { no: '202603020001' }, body: { earlier: 'O-1', decision: 'confirm', kind: 'mortgage' } });
    await call('POST', '/api/v1/cases/{no}/links', 422, { params: { no: '202603020001' }, body: { earlier: 'O-1', decision: 'refuse' } });
    await call('POST', '/api/v1/cases/{no}/links', 404, { params: { no: '202603020001' }, body: { earlier: 'none', decision: 'confirm' } });
    await call('GET', '/api/v1/links', 200, { query: '?doubtful=false' });
    await call('GET', '/api/v1/links', 422, { query: '?doubtful=perhaps' });
    const chain = (await call('GET', '/api/v1/parcels/{code}/chain', 200, { params: { code: unit } })).json;
    assert.ok(chain.links.some((l) => l.earlier === 'O-1' && l.state === 'confirmed'));
    await call('GET', '/api/v1/parcels/{code}/chain', 422, { params: { code: 'x' } });
    const csv = { 'Content-Type': 'text/csv' };
    const send = (address, body) => ({ send: () => server.request('POST', address, { token: tokens.archivist, body: Buffer.from(body), headers: csv }) });
    const report = (await call('POST', '/api/v1/units/import', 200, send('/api/v1/units/import', `code,坐落\n${next}F00010001,示例路\nx,y\n`))).json;
    assert.deepEqual([report.added, report.refused_count, report.refused[0].line, report.refused[0].reason], [1, 1, 3, 'bad-unit-code']);
    await call('POST', '/api/v1/units/import', 422, send('/api/v1/units/import', '坐落\n示例路\n'));
    await call('POST', '/api/v1/unit-events/import', 200, send('/api/v1/unit-events/import', `kind,date,before,after\nend,2017-01-01,${next}F00010001,\n`));
    await call('GET', '/api/v1/units/export', 200, { query: '?encoding=gb18030' });
    await call('GET', '/api/v1/unit-events/export', 200, {});
    await call('POST', '/api/v1/unit-events/{id}/withdraw', 200, { params: { id: event.id }, body: { reason: '示例' } });
    await call('POST', '/api/v1/unit-events/{id}/withdraw', 409, { params: { id: event.id }, body: { reason: '示例' } });
    for (const [query, why] of [['q=权利人', 'text'], ['cert=鲁〔2018〕昌邑市不动产权第０００0123号', 'certificate'], ['cert=123', 'certificate'], ['party=示例', 'party'],
      [`parcel=${unit}`, 'unit'], ['case=O-1', 'case'], ['q=O-1', null], [`q=${unit}`, null]]) {
      const hits = (await call('GET', '/api/v1/search', 200, { query: `?${encodeURI(query)}` })).json;
      assert.ok(hits.items.some((h) => h.material === id), `${query}: ${JSON.stringify(hits)}`);
      if (why === 'text') assert.ok(hits.items.some((h) => h.boxes?.length), JSON.stringify(hits));
    }
    const counted = (await call('GET', '/api/v1/search', 200, { query: '?q=case:O-1&facets=1' })).json;
    assert.ok(counted.facets.department.some((facet) => facet.value === 'tax') && counted.facets_exact, JSON.stringify(counted));
    assert.ok((await call('GET', '/api/v1/search/suggest', 200, { query: '?q=O-' })).json.items.some((item) => item.value === 'O-1'));
    await call('GET', '/api/v1/search', 400, { query: `?${encodeURI('q=日期:2026-13')}` });
    const feed = (await call('GET', '/api/v1/departments/{d}/feed', 200, { params: { d: 'tax' }, token: made.token })).json;
    assert.equal(feed.items[0].manifest.digest, receipt.digest);
    const delivery = feed.items[0].id;
    await call('GET', '/api/v1/deliveries/{id}', 200, { params: { id: delivery }, token: made.token });
    const second = (await call('POST', '/api/v1/materials', 201, { send: () => server.upload(tokens.archivist, { case: 'O-2', to: ['tax'] }, file) })).json;
    await call('POST', '/api/v1/deliveries/{id}/receipt', 200, { params: { id: delivery }, token: made.token, body: { digest: receipt.digest } });
    await call('POST', '/api/v1/deliveries/{id}/return', 200, { params: { id: second.deliveries[0].id }, token: made.token, body: { reason: '缺一页' } });
    // users
    const member = (await call('POST', '/api/v1/users', 201, { token: 'administrator', body: { name: '示例用户', role: 'lookup' } })).json;
    await call('POST', '/api/v1/users', 409, { token: 'administrator', body: { name: '示例用户', role: 'lookup' } });
    await call('POST', '/api/v1/users', 422, { token: 'administrator', body: { name: '示例 用户', role: 'lookup' } });
    await call('GET', '/api/v1/users', 200, { token: 'administrator' });
    await call('PATCH', '/api/v1/users/{name}', 200, { params: { name: '示例用户' }, token: 'administrator', body: { disabled: false } });
    await call('PATCH', '/api/v1/users/{name}', 404, { params: { name: '无人' }, token: 'administrator', body: {} });
    const theirs = (await call('POST', '/api/v1/sessions', 201, { body: { user: '示例用户', password: member.password } })).json;
    await call('POST', '/api/v1/session/password', 422, { token: theirs.token, body: { old: member.password, password: 'x' } });
    await call('POST', '/api/v1/session/password', 204, { token: theirs.token, body: { old: member.password, password: '一二三四五六七八九十' } });
    await call('POST', '/api/v1/users/{name}/reset', 200, { params: { name: '示例用户' }, token: 'administrator' });
    // departments, their codes and days, and what becomes of deliveries
    const d = { d: 'tax' };
    await call('PATCH', '/api/v1/departments/{d}', 200, { params: d, token: 'administrator', body: { rate: 100, receipt_hours: 48 } });
    await call('PATCH', '/api/v1/departments/{d}', 404, { params: { d: 'none' }, token: 'administrator', body: {} });
    await call('PATCH', '/api/v1/departments/{d}', 403, { params: d, body: {} });
    await call('POST', '/api/v1/departments/{d}/rotate', 404, { params: d, token: 'administrator' });
    await call('POST', '/api/v1/departments/{d}/replay', 200, { params: d });
    await call('GET', '/api/v1/departments/{d}/codes', 404, { params: d });
    const codes = { params: d, token: 'administrator', send: () => server.request('POST', '/api/v1/departments/tax/codes', { token: tokens.administrator, body: 'list,ours,theirs,name\nkind,转移登记,21,过户\n', headers: { 'Content-Type': 'text/csv' } }) };
    await call('POST', '/api/v1/departments/{d}/codes', 201, codes);
    await call('POST', '/api/v1/departments/{d}/codes', 200, codes);
    await call('GET', '/api/v1/departments/{d}/codes', 200, { params: d, token: made.token, query: '?version=1' });
    await call('GET', '/api/v1/departments/{d}/events', 200, { params: d, token: made.token });
    const today = { d: 'tax', day: feed.items[0].time.slice(0, 10) };
    await call('GET', '/api/v1/departments/{d}/days/{day}', 200, { params: today, token: made.token });
    assert.deepEqual((await call('POST', '/api/v1/departments/{d}/days/{day}', 200, { params: today, token: made.token, body: { items: [{ delivery, digest: receipt.digest }] } })).json.differences.filter((x) => x.delivery === delivery), []);
    await call('GET', '/api/v1/departments/{d}/days/{day}', 200, { params: today });
    await call('GET', '/api/v1/departments/{d}/days/{day}', 422, { params: { d: 'tax', day: 'today' } });
    assert.ok((await call('GET', '/api/v1/deliveries', 200, { query: '?state=returned' })).json.items.some((i) => i.id === second.deliveries[0].id));
    await call('GET', '/api/v1/deliveries', 422, { query: '?state=none' });
    await call('POST', '/api/v1/deliveries/{id}/replay', 409, { params: { id: delivery } });
    await call('POST', '/api/v1/deliveries/{id}/withdraw', 422, { params: { id: delivery }, body: { reason: ' ' } });
    await call('POST', '/api/v1/cases', 201, { body: { no: 'O-99', kind: '抵押登记' } });
    const third = (await call('POST', '/api/v1/materials', 201, { send: () => server.upload(tokens.archivist, { case: 'O-99', type: '示例', to: ['tax'] }, file) })).json;
    await call('POST', '/api/v1/deliveries/{id}/withdraw', 200, { params: { id: third.deliveries[0].id }, body: { reason: '误送' } });
    await call('GET', '/api/v1/jobs', 200, {});
    assert.equal((await call('GET', '/api/v1/log', 200, { token: 'administrator', query: '?verb=case.open&limit=2' })).json.items.length, 2);
    await call('GET', '/api/v1/log', 403, {});
    await call('GET', '/api/v1/log/export', 200, { token: 'administrator', query: '?object=case/*' });
    // the log as a transparency log
    await call('GET', '/tlog/key', 200, { token: 'none' });
    const head = (await call('GET', '/tlog/checkpoint', 200, { token: 'none' })).text;
    await call('GET', '/tlog/checkpoint', 404, { token: 'none', query: '?witnessed=true' });
    await call('GET', '/tlog/timestamp', 404, { token: 'none' });
    await call('GET', '/tlog/proof', 200, { token: 'none', query: '?from=3' });
    await call('GET', '/tlog/proof', 400, { token: 'none', query: '?from=3&to=2' });
    await call('GET', '/tlog/tile/{tile}', 200, { token: 'none', params: { tile: '0/000.p/1' } });
    await call('GET', '/tlog/tile/{tile}', 404, { token: 'none', params: { tile: '0/0' } });
    await call('GET', '/tlog/tile/entries/{tile}', 200, { token: 'administrator', params: { tile: '000.p/1' } });
    await call('GET', '/tlog/tile/entries/{tile}', 403, { params: { tile: '000.p/1' } });
    await call('POST', '/tlog/cosignature', 422, { token: 'none', body: head });
    await call('GET', '/api/v1/records/{seq}/proof', 200, { token: made.token, params: { seq: receipt.record } });
    await call('GET', '/api/v1/records/{seq}/proof', 404, { params: { seq: 1 } });
    // what is to be reviewed: the certificate was handed in again as an identity card, in a case of another unit
    await call('POST', '/api/v1/cases', 201, { body: { no: 'O-6', kind: '转移登记', units: ['370786001001GB00001F00010002'] } });
    await call('POST', '/api/v1/materials', 201, { send: () => server.upload(tokens.archivist, { case: 'O-6', type: '身份证明' }, file) });
    const review = (await call('GET', '/api/v1/review', 200, {})).json.items.filter((i) => i.case === 'O-6');
    const reviewed = (what) => ({ id: review.find((i) => i.what === what).id });
    await call('GET', '/api/v1/review/{id}/strip', 200, { params: reviewed('unit') });
    await call('POST', '/api/v1/review/{id}/correct', 422, { params: reviewed('type'), body: { text: '合同' } });
    await call('POST', '/api/v1/review/{id}/accept', 200, { params: reviewed('type') });
    await call('POST', '/api/v1/review/{id}/accept', 409, { params: reviewed('type') });
    await call('POST', '/api/v1/review/{id}/dismiss', 422, { params: reviewed('unit'), body: { reason: '' } });
    await call('POST', '/api/v1/review/{id}/correct', 200, { params: reviewed('unit'), body: { text: unit.slice(0, 27) + '3' } });
    await call('POST', '/api/v1/review/{id}/dismiss', 404, { params: { id: 'none' }, body: { reason: '示例' } });
    await call('POST', '/api/v1/jobs/{id}/retry', 404, { params: { id } });
    await call('POST', '/api/v1/jobs/{id}/cancel', 404, { params: { id } });
    await call('GET', '/api/v1/status', 200, {});
    // retention, holds and the destruction of a material
    await call('GET', '/api/v1/retention/rules', 200, {});
    await call('POST', '/api/v1/retention/rules', 403, { body: { permanent: true } });
    await call('POST', '/api/v1/retention/rules', 200, { token: 'administrator', body: { kind: '转移登记', event: '注销', years: 5, basis: '示例' } });
    const rules = (await call('GET', '/api/v1/retention/rules', 200, { token: 'administrator' })).json;
    await call('PUT', '/api/v1/retention/rules', 200, { token: 'administrator', body: rules });
    await call('PUT', '/api/v1/retention/rules', 422, { token: 'administrator', body: { rules: [{ event: '注销' }] } });
    const old = second.material;
    assert.equal((await call('GET', '/api/v1/materials/{id}/retention', 200, { params: { id: old } })).json.state, 'waiting');
    // what it needs by the catalogue
    assert.ok((await call('GET', '/api/v1/catalogues', 200, { token: made.token })).json.items.length === 1);
    await call('GET', '/api/v1/catalogues/{version}', 200, { params: { version: 'current' } });
    await call('GET', '/api/v1/catalogues/{version}', 404, { params: { version: 2 } });
    await call('GET', '/api/v1/cases/{no}/notice', 200, { params: { no: 'O-2' } });
    await call('POST', '/api/v1/cases/{no}/cause', 200, { params: { no: 'O-2' }, body: { cause: '继承', reason: '示例' } });
    await call('POST', '/api/v1/cases/{no}/cause', 422, { params: { no: 'O-2' }, body: { cause: '买卖' } });
    await call('POST', '/api/v1/cases/{no}/cause', 404, { params: { no: 'none' }, body: { cause: '买卖', reason: '示例' } });
    await call('POST', '/api/v1/cases/{no}/events', 422, { params: { no: 'O-2' }, body: { kind: '注销', date: '2999-01-01' } });
    await call('POST', '/api/v1/cases/{no}/events', 201, { params: { no: 'O-2' }, body: { kind: '注销', date: '2010-01-31' } });
    await call('POST', '/api/v1/cases/{no}/events', 200, { params: { no: 'O-2' }, body: { kind: '注销', date: '2010-01-31' } });
    await call('GET', '/api/v1/cases/{no}', 200, { params: { no: 'O-2' } });
    const hold = (await call('POST', '/api/v1/holds', 201, { body: { scope: 'case', target: 'O-2', reason: '诉讼' } })).json;
    await call('POST', '/api/v1/holds', 422, { body: { scope: 'case', target: 'O-2', reason: ' ' } });
    await call('GET', '/api/v1/holds', 200, { query: '?all=true' });
    const due = (await call('GET', '/api/v1/retention/due', 200, {})).json;
    assert.deepEqual(due.items.map((i) => [i.material, i.state, i.until]), [[old, 'held', '2015-01-31']]);
    const refused = (await call('POST', '/api/v1/destruction-lists', 409, { body: { materials: [old, id] } })).json;
    assert.deepEqual(refused.refused.map((r) => r.reason), ['held', 'waiting']);
    await call('POST', '/api/v1/holds/{id}/lift', 200, { params: { id: hold.id }, body: { reason: '结案' } });
    const wrong = (await call('POST', '/api/v1/destruction-lists', 201, { body: { materials: [old], note: '到期' } })).json;
    await call('POST', '/api/v1/destruction-lists/{id}/cancel', 200, { params: { id: wrong.id }, body: { reason: '重报' } });
    const proposed = (await call('POST', '/api/v1/destruction-lists', 201, { body: { materials: [old] } })).json;
    await call('POST', '/api/v1/destruction-lists/{id}/approve', 409, { params: { id: proposed.id } });
    await call('POST', '/api/v1/destruction-lists/{id}/execute', 409, { params: { id: proposed.id } });
    await call('POST', '/api/v1/destruction-lists/{id}/approve', 403, { params: { id: proposed.id }, token: made.token });
    await call('POST', '/api/v1/destruction-lists/{id}/approve', 200, { params: { id: proposed.id }, token: 'administrator' });
    await call('POST', '/api/v1/destruction-lists/{id}/execute', 200, { params: { id: proposed.id } });
    await call('GET', '/api/v1/destruction-lists', 200, {});
    assert.equal((await call('GET', '/api/v1/destruction-lists/{id}', 200, { params: { id: proposed.id } })).json.state, 'executed');
    assert.equal((await call('GET', '/api/v1/materials/{id}', 200, { params: { id: old } })).json.destroyed.list, proposed.id);
    assert.equal((await call('GET', '/api/v1/materials/{id}/file', 410, { params: { id: old } })).json.code, 'destroyed');
    assert.equal((await call('GET', '/api/v1/materials/{id}/pdf', 410, { params: { id: old } })).json.code, 'destroyed');
    await call('GET', '/api/v1/materials/{id}/file', 200, { params: { id } });
    await call('GET', '/api/v1/cases/{no}', 200, { params: { no: 'O-2' } });
    await call('GET', '/api/v1/departments/{d}/feed', 200, { params: { d: 'tax' }, token: made.token });
    // paper: places, originals, loans, who waits, stock-takes
    const ahead = new Date(Date.now() + 20 * 86400000).toISOString().slice(0, 10);
    await call('POST', '/api/v1/places', 201, { body: { level: 'room', name: '示例库房', code: 'R1' } });
    await call('POST', '/api/v1/places', 409, { body: { level: 'room', name: '示例库房', code: 'R1' } });
    const box = (await call('POST', '/api/v1/places', 201, { body: { level: 'box', name: '示例盒', parent: 'R1', capacity: 5 } })).json.code;
    await call('POST', '/api/v1/places', 201, { body: { level: 'box', name: '空盒', code: 'R1-9', parent: 'R1' } });
    await call('DELETE', '/api/v1/places/{code}', 204, { params: { code: 'R1-9' } });
    await call('DELETE', '/api/v1/places/{code}', 409, { params: { code: 'R1' } });
    await call('GET', '/api/v1/places', 200, { query: '?parent=R1', token: 'lookup' });
    await call('GET', '/api/v1/places/{code}', 200, { params: { code: box } });
    await call('GET', '/api/v1/places/{code}', 404, { params: { code: 'R1-9' } });
    const paper = (await call('POST', '/api/v1/originals', 201, { body: { case: 'O-1', materials: [id] } })).json.code;
    const bundle = (await call('POST', '/api/v1/originals', 201, { body: { case: 'O-3', title: '示例材料', pages: 3, note: '示例', place: box } })).json.code;
    await call('POST', '/api/v1/originals', 422, { body: { case: 'O-3' } });
    await call('POST', '/api/v1/places/{code}/originals', 200, { params: { code: box }, body: { codes: [paper, bundle] } });
    await call('POST', '/api/v1/places/{code}/originals', 422, { params: { code: box }, body: { codes: ['Y000000000'] } });
    await call('GET', '/api/v1/originals', 200, { query: '?state=shelved' });
    await call('GET', '/api/v1/originals', 422, { query: '?state=elsewhere' });
    await call('GET', '/api/v1/originals/{code}', 200, { params: { code: paper }, token: 'lookup' });
    await call('GET', '/api/v1/originals/{code}', 403, { params: { code: paper }, token: 'administrator' });
    const lending = { borrower: '示例乙', department: '窗口', purpose: '示例', approver: '示例丙', due: ahead };
    const copy = (await call('POST', '/api/v1/originals/{code}/loans', 409, { params: { code: paper }, body: lending })).json.copy;
    assert.equal(copy[0].material, id);
    await call('POST', '/api/v1/originals/{code}/loans', 201, { params: { code: paper }, body: { ...lending, copy_not_enough: '示例' } });
    await call('GET', '/api/v1/loans', 200, { query: '?state=out' });
    await call('GET', '/api/v1/loans', 422, { query: '?state=gone' });
    const later = new Date(Date.now() + 40 * 86400000).toISOString().slice(0, 10);
    await call('POST', '/api/v1/originals/{code}/extend', 200, { params: { code: paper }, body: { due: later, reason: '示例' } });
    const waits = (await call('POST', '/api/v1/originals/{code}/reservations', 201, { params: { code: paper }, body: { borrower: '示例丁' }, token: 'lookup' })).json;
    await call('GET', '/api/v1/originals/{code}', 200, { params: { code: paper } });
    await call('POST', '/api/v1/originals/{code}/return', 200, { params: { code: paper }, body: { pages: 9, damaged: true, note: '示例' } });
    await call('DELETE', '/api/v1/originals/{code}/reservations/{id}', 200, { params: { code: paper, id: waits.waiting[0].id } });
    await call('GET', '/api/v1/loans', 200, { query: '?state=trouble' });
    await call('POST', '/api/v1/originals/{code}/settle', 200, { params: { code: paper }, body: { reason: '示例' } });
    await call('POST', '/api/v1/originals/{code}/settle', 409, { params: { code: paper }, body: { reason: '示例' } });
    await call('GET', '/api/v1/originals/{code}/loans', 200, { params: { code: paper } });
    await call('POST', '/api/v1/originals/{code}/missing', 200, { params: { code: bundle }, body: { note: '示例' } });
    await call('POST', '/api/v1/originals/{code}/found', 200, { params: { code: bundle }, body: { place: box } });
    const stock = (await call('POST', '/api/v1/places/{code}/stocktakes', 201, { params: { code: box }, body: { codes: [paper, 'none'] } })).json;
    await call('POST', '/api/v1/stocktakes/{id}/missing', 200, { params: { id: stock.id } });
    await call('GET', '/api/v1/stocktakes/{id}', 200, { params: { id: stock.id } });
    await call('GET', '/api/v1/stocktakes', 200, {});
    await call('GET', '/api/v1/originals/{code}', 200, { params: { code: bundle } });
    // hand-over lists
    // volumes
    const checker = (await call('POST', '/api/v1/tokens', 201, { token: 'administrator', body: { role: 'archivist', name: '示例检查' } })).json.token;
    const volume = (await call('POST', '/api/v1/volumes', 201, { body: { cases: ['O-3'], fonds: '1', title: '示例卷', items: [{ title: '示例', pages: 2 }] } })).json;
    await call('GET', '/api/v1/volumes', 200, { query: '?case=O-3' });
    await call('GET', '/api/v1/volumes', 422, { query: '?case=O-3&box=X' });
    await call('GET', '/api/v1/volumes/{no}', 200, { params: volume });
    await call('GET', '/api/v1/volumes/{no}', 404, { params: { no: '0001-1' } });
    await call('GET', '/api/v1/cases/{no}', 200, { params: { no: 'O-3' } });
    await call('PUT', '/api/v1/volumes/{no}', 200, { params: volume, body: { note: '示例', revision: volume.revision } });
    await call('POST', '/api/v1/volumes/{no}/close', 200, { params: volume });
    await call('POST', '/api/v1/volumes/{no}/check', 200, { params: volume, token: checker, body: { note: '示例' } });
    await call('POST', '/api/v1/places/{code}/volumes', 200, { params: { code: box }, body: { volumes: [volume.no] } });
    await call('GET', '/api/v1/places/{code}/label', 200, { params: { code: box } });
    await call('GET', '/api/v1/volumes/{no}/pdf', 200, { params: volume, query: '?form=note' });
    await call('GET', '/api/v1/volumes/export', 200, {});
    await call('POST', '/api/v1/volumes/{no}/reopen', 200, { params: volume, body: { reason: '示例' } });
    await call('POST', '/api/v1/volumes/{no}/annul', 200, { params: volume, body: { reason: '示例' } });
    // the query desk and the self-service desk
    const person = { name: '示例甲', idno: '11010519491231002X' };
    const application = { asker: 'owner', querent: person, purpose: '示例', proofs: [{ kind: '身份证' }] };
    const query = (await call('POST', '/api/v1/queries', 201, { body: { ...application, proofs: [] } })).json;
    await call('GET', '/api/v1/queries/rules', 200, {});
    await call('GET', '/api/v1/queries', 200, { query: '?state=entered&limit=2' });
    await call('POST', '/api/v1/queries/{no}/grant', 409, { params: query, body: {} });
    await call('PUT', '/api/v1/queries/{no}', 200, { params: query, body: { ...application, objects: [{ by: 'unit', value: unit }], revision: query.revision } });
    const granted = (await call('POST', '/api/v1/queries/{no}/grant', 200, { params: query, body: { note: '示例' } })).json;
    await call('GET', '/api/v1/queries/{no}', 200, { params: query });
    await call('GET', '/api/v1/queries/{no}', 404, { params: { no: 'CX2001010100001' } });
    await call('GET', '/api/v1/queries/{no}/pdf', 200, { params: query });
    await call('POST', '/api/v1/queries/{no}/copies', 404, { params: query, body: { materials: [material.id] } });
    await call('GET', '/api/v1/papers/{no}/{word}', 200, { token: 'none', params: { no: query.no, word: granted.check.split('/').at(-1) } });
    await call('GET', '/api/v1/papers/{no}/{word}', 404, { token: 'none', params: { no: query.no, word: '0' } });
    await call('GET', '/api/v1/queries/register', 200, { query: '?encoding=utf-8' });
    for (const end of ['refuse', 'withdraw']) {
      const more = (await call('POST', '/api/v1/queries', 201, { body: application })).json;
      await call('POST', `/api/v1/queries/{no}/${end}`, 200, { params: more, body: { reason: '示例' } });
    }
    const machine = (await call('POST', '/api/v1/tokens', 201, { token: 'administrator', body: { role: 'kiosk', name: 'ZZ-01' } })).json.token;
    const stand = (await call('POST', '/api/v1/desk', 201, { token: machine, body: person })).json;
    await call('POST', '/api/v1/desk', 422, { token: machine, body: { name: '示例甲', idno: '1' } });
    await call('POST', '/api/v1/desk/{session}/query', 200, { token: machine, params: stand, body: { purpose: '示例' } });
    await call('GET', '/api/v1/desk/{session}', 200, { token: machine, params: stand });
    await call('GET', '/api/v1/desk/{session}/pdf', 200, { token: machine, params: stand });
    await call('DELETE', '/api/v1/desk/{session}', 204, { token: machine, params: stand });
    // the four properties
    for (const [template, params] of [['/api/v1/cases/{no}', { no: 'O-3' }], ['/api/v1/materials/{id}', { id: receipt.material }]]) {
      await call('GET', `${template}/properties/pdf`, 404, { params, query: '?stage=YJ' });
      await call('POST', `${template}/properties`, 422, { params, body: { stage: 'X' } });
      await call('POST', `${template}/properties`, 201, { params, body: { stage: 'YJ', decode: true } });
      await call('GET', `${template}/properties`, 200, { params });
      await call('GET', `${template}/properties/pdf`, 200, { params, query: '?stage=YJ' });
      await call('GET', `${template}/properties/text`, 200, { params, query: '?stage=YJ' });
    }
    await call('GET', '/api/v1/properties', 200, { query: '?limit=1' });
    const gone = (await call('POST', '/api/v1/handovers', 201, { body: { direction: 'out', other: '示例档案馆', codes: [paper], note: '示例' } })).json;
    await call('GET', '/api/v1/handovers', 200, {});
    await call('GET', '/api/v1/handovers/{no}/pdf', 200, { params: gone });
    await call('POST', '/api/v1/handovers/{no}/check', 200, { params: gone, body: { codes: [paper] } });
    await call('POST', '/api/v1/handovers/{no}/take', 409, { params: gone });
    await call('POST', '/api/v1/handovers/{no}/return', 200, { params: gone, body: { codes: [paper], reason: '示例' } });
    await call('GET', '/api/v1/handovers/{no}', 200, { params: gone });
    await call('POST', '/api/v1/handovers/{no}/cancel', 200, { params: gone, body: { reason: '示例' } });
    const other = (await call('POST', '/api/v1/tokens', 201, { token: 'administrator', body: { role: 'archivist', name: '示例接收' } })).json.token;
    const taken = (await call('POST', '/api/v1/handovers', 201, { body: { direction: 'out', other: '示例档案馆', codes: [paper] } })).json;
    await call('POST', '/api/v1/handovers/{no}/check', 200, { params: taken, body: { codes: [paper] } });
    await call('POST', '/api/v1/handovers/{no}/take', 409, { params: taken, token: other });
    await call('POST', '/api/v1/handovers/{no}/take', 200, { params: taken, token: other, body: { reason: '示例' } });
    await call('GET', '/api/v1/originals/{code}', 200, { params: { code: paper } });
    // the vault of a department
    const tax = (template, status, body) => call(body ? 'POST' : 'GET', `/api/v1/vaults/{department}${template}`, status, { params: { department: 'tax', id }, token: made.token, body });
    const by = { member: '示例甲', password: 'correct horse' };
    const { sheet } = (await tax('', 201, by)).json;
    await tax('', 409, by);
    await tax('', 403);
    await tax('/unlock', 403, { ...by, password: 'another horse' });
    await tax('/unlock', 400, {});
    await tax('/unlock', 200, by);
    await tax('', 200);
    const own = (await call('POST', '/api/v1/materials', 201, { send: () => server.upload(made.token, { case: 'O-1', type: '申报表' }, file, { base: '/api/v1/vaults/tax' }) })).json;
    await call('POST', '/api/v1/vaults/{department}/materials/{id}/share', 422, { params: { department: 'tax', id: own.material }, token: made.token, body: { to: ['none'], reason: '示例' } });
    await call('POST', '/api/v1/vaults/{department}/materials/{id}/share', 201, { params: { department: 'tax', id: own.material }, token: made.token, body: { to: ['tax'], reason: '示例' } });
    await tax('/members', 204, { ...by, name: '示例乙', new_password: 'a second horse' });
    const { secret } = (await tax('/services', 201, { ...by, name: '示例系统' })).json;
    await tax('/unlock', 200, { service: '示例系统', secret });
    await tax('/remove', 204, { ...by, kind: 'service', name: '示例系统' });
    await tax('/remove', 404, { ...by, kind: 'service', name: '示例系统' });
    await tax('/officers', 201, by);
    await tax('/recover', 204, { sheet, name: '示例丙', password: 'a third horse' });
    await tax('/recover', 422, { sheet: `${sheet}x`, name: '示例丙', password: 'a third horse' });
    await tax('/sheet', 201, by);
    await tax('/unlock', 200, by);
    await tax('/renew', 409, by);
    await call('POST', '/api/v1/vaults/{department}/lock', 204, { params: { department: 'tax' }, token: made.token });
    await tax('/renew', 204, by);
    await call('DELETE', '/api/v1/tokens/{id}', 204, { params: { id: made.id }, token: 'administrator' });
  });

  it('no operation of the description was left out', () => {
    for (const [template, operations] of Object.entries(description.paths)) {
      for (const method of Object.keys(operations)) assert.ok(used.has(`${method.toUpperCase()} ${template}`), `${method} ${template}`);
    }
  });
});
