// SPDX-License-Identifier: GPL-3.0-or-later
// The self-service desk: a card on the reader, the own results, the certificate, and nothing that stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run, until } from './zong.mjs';

const unit = '370786001001GB00001F00010001', other = '370786001001GB00001F00010002';
const card = { name: '示例甲', idno: '11010519491231002X' };

describe('desk', () => {
  let server, machine, second, lookup;

  before(async () => {
    server = await Server.fresh('desk', { conf: 'desk-seconds = 3\n' });
    const token = async (...args) => (await server.ok('token', 'new', ...args, '--json')).json[0].token;
    machine = await token('--role', 'kiosk', '--name', 'ZZ-01');
    second = await token('--role', 'kiosk', '--name', 'ZZ-02');
    lookup = await server.token('lookup');
    await server.ok('case', 'open', '202101020001', '--kind', '转移登记', '--unit', unit, '--party', '示例甲:11010519491231002X', '--address', '示例路1号');
    await server.ok('case', 'open', '202101030001', '--kind', '转移登记', '--unit', other, '--party', '示例乙:370786198001010013', '--address', '示例路2号');
    const file = await mkscan('--kind', 'certificate', '--colour', 'bilevel', path.join(server.dir, 'c.tif'));
    await server.ok('add', file, '--case', '202101020001', '--title', '不动产权证书', '--quiet');
  });
  after(() => server?.end());

  const begin = (body = card, token = machine) => server.post('/api/v1/desk', body, { token });
  const get = (address, token = machine) => server.get(`/api/v1/desk/${address}`, { token });
  const ask = (session, body = { purpose: '本人查询' }, token = machine) => server.post(`/api/v1/desk/${session}/query`, body, { token });

  it('a machine has a number and may do nothing else', async () => {
    assert.equal((await server.cli('token', 'new', '--role', 'kiosk')).code, 1);
    for (const address of ['/cases/202101020001', '/search?q=x', '/queries', `/parcels/${unit}`, '/materials/01a20ddc-923c-7048-adf3-9285b321166e'])
      assert.equal((await server.get(`/api/v1${address}`, { token: machine })).status, 403, address);
    assert.equal((await server.post('/api/v1/queries', { asker: 'owner', querent: card, purpose: 'x' }, { token: machine })).status, 403);
    assert.equal((await begin(card, lookup)).status, 403);
    assert.deepEqual((await server.get('/api/v1/session', { token: machine })).json.may, ['desk.ask']);
  });

  it('a card that is not sound is not taken', async () => {
    for (const [bad, what] of [[{ idno: '110105194912310021' }, /idno/], [{ idno: '11010519491332002X' }, /idno/], [{ idno: '110105491231002' }, /idno/],
      [{ name: ' ' }, /name/], [{ until: '2020-01-01' }, /until/], [{ until: '2020' }, /until/]]) {
      const reply = await begin({ ...card, ...bad });
      assert.equal(reply.status, 422, JSON.stringify(bad));
      assert.equal(reply.json.code, 'card-not-valid');
      assert.match(reply.json.detail, what);
    }
    assert.equal((await begin({ ...card, until: '长期' })).status, 201);
    assert.equal((await begin({ name: '示例甲' })).status, 400);
  });

  it('one is told what is the own, without original materials, and gets the certificate', async () => {
    const { session, machine: number } = (await begin({ ...card, idno: card.idno.toLowerCase() })).json;
    assert.equal(number, 'ZZ-01');
    assert.equal((await get(`${session}/pdf`)).json.code, 'query-not-found');
    const answer = (await ask(session)).json;
    assert.deepEqual(answer.found.map((f) => f.unit), [unit]);
    assert.ok(!JSON.stringify(answer).includes('originals') && !JSON.stringify(answer).includes('示例乙'));
    const asked = (await ask(session, { purpose: '看邻居的', objects: [{ by: 'unit', value: other }] })).json;
    assert.deepEqual(asked.found.map((f) => [f.found, f.facts.length]), [[false, 0]]);
    const pdf = await get(`${session}/pdf`);
    assert.equal(pdf.headers['content-type'], 'application/pdf');
    await fs.writeFile(path.join(server.dir, 'd.pdf'), pdf.bytes);
    assert.match((await run('pdftotext', ['-layout', path.join(server.dir, 'd.pdf'), '-'])).stdout, /自助查询机 ZZ-01/);
    const query = (await server.get(`/api/v1/queries/${answer.no}`, { token: lookup })).json;
    assert.equal(query.machine, 'ZZ-01');
    assert.equal(query.state, 'granted');
    assert.equal(query.querent.idno, card.idno);
    assert.equal((await server.request('DELETE', `/api/v1/desk/${session}`, { token: machine })).status, 204);
    assert.equal((await get(session)).json.code, 'desk-session-ended');
    assert.equal((await get(`${session}/pdf`)).status, 404);
    assert.equal((await server.request('DELETE', `/api/v1/desk/${session}`, { token: machine })).status, 204);
    const log = (await server.ok('log', '--object', 'desk/ZZ-01', '--json')).json.map((line) => line.verb);
    assert.ok(log.includes('desk.begin') && log.includes('desk.end'), log.join());
    assert.match((await server.ok('query', 'register', '--csv')).stdout, /查询结果证明,ZZ-01/);
  });

  it('another machine, another card and time end it; five questions are enough', async () => {
    const { session } = (await begin()).json;
    assert.equal((await ask(session, undefined, second)).json.code, 'desk-session-ended');
    const next = (await begin({ name: '示例乙', idno: '370786198001010013' })).status;
    assert.equal(next, 422, 'the check digit is wrong');
    assert.equal((await get(session)).status, 200);
    const again = (await begin()).json.session;
    assert.equal((await get(session)).status, 404);
    for (let i = 0; i < 5; i++) assert.equal((await ask(again)).status, 200);
    assert.equal((await ask(again)).json.code, 'over-limit');
    await until('it has ended by itself', async () => (await get(again)).status === 404);
    assert.equal((await ask(again)).json.code, 'desk-session-ended');
  });

  it('zong desk run: a card is laid down, answered, printed, taken away', async () => {
    const printed = path.join(server.dir, 'printed.pdf');
    const child = spawn(programs.zong, ['--server', server.address, '--token', machine, '--json', 'desk', 'run',
      '--reader', `'${programs.zong}' desk keyboard`, '--print', `cat > '${printed}'`], { stdio: ['pipe', 'pipe', 'pipe'] });
    const events = [];
    let errors = '';
    readline.createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
    child.stderr.on('data', (data) => (errors += data));
    const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    const came = (name, count = 1) => until(`${name}: ${errors}`, () => events.filter((e) => e.event === name).length >= count);
    await came('ready');
    child.stdin.write('示例甲 110105194912310021\n');
    await came('refused');
    assert.match(errors, /card-not-valid/);
    child.stdin.write(`${card.name} ${card.idno} 20991231\n`);
    await came('answered');
    const answered = events.find((e) => e.event === 'answered');
    assert.equal(answered.printed, true, errors);
    assert.deepEqual(answered.found.map((f) => f.unit), [unit]);
    assert.match((await run('pdftotext', [printed, '-'])).stdout, new RegExp(answered.no));
    child.stdin.write('\n');
    await came('ended');
    child.stdin.write(`${card.name} ${card.idno}\n`);
    await came('answered', 2);
    child.kill('SIGTERM');
    assert.equal(await exited, 0, errors);
    assert.equal(events.filter((e) => e.event === 'ended').length, 2, 'the session of the last card ends too');
  });

  it('a reader that talks nonsense is told of, and the desk goes on or ends', async () => {
    const desk = (reader) => run(programs.zong, ['--server', server.address, '--token', machine, '--json', 'desk', 'run', '--reader', reader]);
    const wrong = await desk("printf 'card\\tname=x\\tidno=1\\n'");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /zong-reader 1/);
    const long = await desk("printf 'zong-reader 1\\n'; head -c 20000 /dev/zero | tr '\\0' x; printf '\\ncard\\tname=\\n\\377\\nerror\\tjam\\n'");
    assert.match(long.stderr, /too long/);
    assert.match(long.stderr, /without name= or idno=/);
    assert.match(long.stderr, /not UTF-8/);
    assert.match(long.stderr, /jam/);
    assert.equal((await run(programs.zong, ['--server', server.address, '--token', machine, 'desk', 'run'])).code, 2);
  });
});
