// SPDX-License-Identifier: GPL-3.0-or-later
// Bad input gets a clear answer in plain words, nothing is half done, and the next request works.
import assert from 'node:assert/strict';
import { promises as fs } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run, until } from './zong.mjs';

describe('errors', () => {
  let server, archivist, lookup, good;

  before(async () => {
    server = await Server.fresh('errors');
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('case', 'open', 'E1', '--kind', '转移登记', '--unit', '370786001001GB00001F00010001');
    archivist = await server.token('archivist');
    lookup = await server.token('lookup');
    good = await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 150, '--colour', 'bilevel', path.join(server.dir, 'good.tif')));
  });
  after(() => server?.end());

  const problem = (reply, status, code) => {
    assert.equal(reply.status, status, reply.text);
    assert.match(reply.headers['content-type'], /application\/problem\+json/);
    assert.equal(reply.json.code, code, reply.text);
    assert.equal(reply.json.type, `urn:zong:problem:${code}`);
    assert.equal(reply.json.status, status);
    assert.ok(reply.json.title.length > 1 && reply.json.detail.length > 4, reply.text);
  };
  const unchanged = async (act) => {
    const before = (await server.ok('status', '--json')).json[0];
    await act();
    const now = (await server.ok('status', '--json')).json[0];
    for (const name of ['cases', 'materials', 'files', 'pages', 'rasters', 'bytes_in']) assert.equal(now[name], before[name], name);
  };

  it('an upload that cannot be is refused and leaves nothing', () => unchanged(async () => {
    const cases = [
      [{ case: 'NONE' }, good, 404, 'case-not-found'],
      [{ case: 'a b' }, good, 422, 'bad-case-number'],
      [{ case: 'x'.repeat(51) }, good, 422, 'bad-case-number'],
      [{ case: 'E1', to: ['nobody'] }, good, 422, 'department-not-found'],
      [{ case: 'E1', units: ['370786001001GX'] }, good, 422, 'bad-unit-code'],
      [{ case: 'E1' }, Buffer.alloc(0), 422, 'empty-file'],
      [{ case: 'E1' }, Buffer.from('This is a letter, not a scan.'), 415, 'unknown-media'],
      [{ case: 'E1' }, Buffer.from('PK\x03\x04'), 415, 'unknown-media'],
      [{ case: 'E1' }, good.subarray(0, 8), 422, null],
      [{ case: 'E1' }, Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(5000, 'x')]), 422, null],
      [{}, good, 400, null],
      [{ case: 5 }, good, 400, 'bad-json'],
      [{ case: 'E1', colour: 'red' }, good, 400, 'bad-json'],
      ['{"case": "E1"', good, 400, 'bad-json'],
      ['', good, 400, 'bad-json'],
      [{ case: 'E1', scope: 'street' }, good, 400, null],
      [{ case: 'E1', title: '长'.repeat(400) }, good, null, null],
    ];
    for (const [meta, bytes, status, code] of cases) {
      const reply = await server.upload(archivist, meta, bytes);
      const what = `${JSON.stringify(meta)}: ${reply.status} ${reply.text}`;
      assert.ok(reply.status >= 400 && reply.status < 500, what);
      problem(reply, reply.status, reply.json.code);
      if (code) assert.equal(reply.json.code, code, what);
      if (status) assert.ok([status, 400, 422].includes(reply.status) || reply.status === status, what);
    }
  }));

  it('meta must come before the file, and both must come', () => unchanged(async () => {
    for (const order of [['file', 'meta'], ['file'], ['meta'], []]) {
      const reply = await server.upload(archivist, { case: 'E1' }, good, { order });
      assert.equal(reply.status, 400, `${order}: ${reply.text}`);
      problem(reply, 400, 'bad-upload');
    }
  }));

  it('a body that is no form is refused', async () => {
    problem(await server.post('/api/v1/materials', { case: 'E1' }, { token: archivist }), 415, 'bad-upload');
  });

  it('an upload that breaks off leaves nothing', () => unchanged(async () => {
    const { port } = new URL(server.address);
    for (const cut of [10, 300, 2000]) {
      await new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1', () => {
          const body = `--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"case":"E1"}\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${good.toString('latin1')}`;
          socket.write(`POST /api/v1/materials HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${archivist}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length + 1000}\r\n\r\n`);
          socket.write(Buffer.from(body.slice(0, cut), 'latin1'), () => socket.destroy());
        });
        socket.on('close', resolve);
        socket.on('error', resolve);
      });
    }
  }));

  it('a length over the limit is refused before the bytes come', async () => {
    const { port } = new URL(server.address);
    const answer = await new Promise((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.write(`POST /api/v1/materials HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${archivist}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 999999999999999\r\nExpect: 100-continue\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.includes('file-too-big')) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    assert.match(answer, /^HTTP\/1\.1 413 /);
  });

  it('a case that cannot be is refused', () => unchanged(async () => {
    const cases = [
      [{ kind: '转移登记' }, null],
      [{ no: '', kind: '转移登记' }, 'bad-case-number'],
      [{ no: 'E2' }, null],
      [{ no: 'E2', kind: '转移登记', units: ['12'] }, 'bad-unit-code'],
      [{ no: 'E2', kind: '转移登记', units: ['370786001001QB00001F00010001'] }, 'bad-unit-code'],
      [{ no: 'E2', kind: '转移登记', parties: [{ idno: '1' }] }, null],
      [{ no: 'E2', kind: '转移登记', parties: 'x' }, 'bad-json'],
      [{ no: 'E2', kind: '转移登记', certificates: ['无数字'] }, 'bad-certificate-number'],
      [{ no: 'E2', kind: '转移登记', colour: 'red' }, 'bad-json'],
      [{ no: 'E1', kind: '别的业务' }, 'case-exists'],
      ['[]', 'bad-json'],
      ['{"no":"E2","kind":"\\ud800"}', 'bad-json'],
      [Buffer.from([0x7b, 0xff, 0xfe]), 'bad-json'],
    ];
    for (const [body, code] of cases) {
      const reply = await server.post('/api/v1/cases', body, { token: archivist, headers: { 'Content-Type': 'application/json' } });
      assert.ok(reply.status >= 400 && reply.status < 500, `${body}: ${reply.status}`);
      problem(reply, reply.status, reply.json.code);
      if (code) assert.equal(reply.json.code, code, JSON.stringify(body));
    }
  }));

  it('the same case again is no error', async () => {
    const body = { no: 'E1', kind: '转移登记', units: ['370786001001GB00001F00010001'] };
    assert.equal((await server.post('/api/v1/cases', body, { token: archivist })).status, 200);
  });

  it('a wrong number is taken with a warning', async () => {
    const body = { no: 'E3', kind: '转移登记', parties: [{ name: '示例甲', idno: '110105194912310021' }] };
    const reply = await server.post('/api/v1/cases', body, { token: archivist });
    assert.equal(reply.status, 201);
    assert.equal(reply.json.warnings[0].code, 'id-number');
    assert.ok(reply.json.warnings[0].text.length > 4);
  });

  it('no token, a wrong one, a malformed one: 401', async () => {
    for (const token of [undefined, 'x', 'zt_wrong', `zt_${'a'.repeat(43)}`, 'y'.repeat(5000)]) {
      for (const address of ['/api/v1/session', '/api/v1/cases', '/api/v1/cases/E1', '/api/v1/status', '/api/v1/search?q=x', '/api/v1/nothing']) {
        const reply = await server.get(address, { token });
        if (address === '/api/v1/nothing') assert.ok([401, 404].includes(reply.status));
        else problem(reply, 401, 'unauthenticated');
      }
    }
    const reply = await server.upload('zt_wrong', { case: 'E1' }, good);
    problem(reply, 401, 'unauthenticated');
  });

  it('a right that one has not: 403', async () => {
    problem(await server.upload(lookup, { case: 'E1' }, good), 403, 'forbidden');
    problem(await server.post('/api/v1/cases', { no: 'E9', kind: 'x' }, { token: lookup }), 403, 'forbidden');
    problem(await server.post('/api/v1/tokens', { role: 'administrator' }, { token: archivist }), 403, 'forbidden');
    problem(await server.post('/api/v1/departments', { id: 'x', name: 'x' }, { token: archivist }), 403, 'forbidden');
  });

  it('addresses, methods, ids and cursors that are none', async () => {
    const token = archivist;
    problem(await server.get('/api/v1/nothing', { token }), 404, 'no-such-address');
    const reply = await server.request('DELETE', '/api/v1/cases', { token });
    problem(reply, 405, 'method-not-allowed');
    assert.match(reply.headers.allow, /GET/);
    problem(await server.get('/api/v1/cases/NONE', { token }), 404, 'case-not-found');
    problem(await server.get('/api/v1/materials/xyz', { token }), 404, 'not-found');
    problem(await server.get('/api/v1/materials/00000000-0000-7000-8000-000000000000', { token }), 404, 'not-found');
    problem(await server.get('/api/v1/parcels/37', { token }), 422, 'bad-unit-code');
    assert.equal((await server.get('/api/v1/files/sha256:00', { token })).status, 404);
    assert.equal((await server.get('/api/v1/cases?cursor=%25%25', { token })).json.code, 'bad-cursor');
    assert.equal((await server.get('/api/v1/cases?limit=0', { token })).status, 400);
    assert.equal((await server.get('/api/v1/cases?limit=x', { token })).status, 400);
    assert.equal((await server.get('/api/v1/search', { token })).json.code, 'bad-query');
    assert.ok((await server.get(`/api/v1/search?q=${'x'.repeat(5000)}`, { token })).status >= 400);
    assert.ok((await server.get('/api/v1/search?q=%ff%fe', { token })).status >= 400);
    assert.equal((await server.get('/../../etc/passwd')).status, 404);
  });

  it('ranges: one is given, one beyond the end refused', async () => {
    const receipt = (await server.upload(archivist, { case: 'E1', type: 'r' }, good)).json;
    const address = `/api/v1/materials/${receipt.material}/file`;
    const get = (headers) => server.get(address, { token: archivist, headers });
    const part = await get({ Range: 'bytes=10-19' });
    assert.equal(part.status, 206);
    assert.equal(part.headers['content-range'], `bytes 10-19/${good.length}`);
    assert.ok(part.bytes.equals(good.subarray(10, 20)));
    assert.ok((await get({ Range: 'bytes=-5' })).bytes.equals(good.subarray(-5)));
    const beyond = await get({ Range: `bytes=${good.length}-` });
    assert.equal(beyond.status, 416);
    assert.equal((await get({ 'If-None-Match': part.headers.etag })).status, 304);
    assert.equal((await get({ Range: 'bytes=0-1', 'If-Range': '"other"' })).status, 200);
    const whole = await get({});
    assert.match(whole.headers['repr-digest'], /^sha-256=:[A-Za-z0-9+/=]+:$/);
    const page = await server.get(`/api/v1/materials/${receipt.material}/pages/2/text`, { token: archivist });
    problem(page, 404, 'no-such-page');
  });

  it('problems speak the language asked for', async () => {
    const say = async (language) => (await server.get('/api/v1/cases/NONE', { token: archivist, headers: { 'Accept-Language': language } })).json.title;
    assert.match(await say('zh-CN,zh;q=0.9'), /\p{Script=Han}/u);
    assert.match(await say('en'), /^[ -~]+$/);
    assert.match(await say('fr'), /\p{Script=Han}/u);
  });

  it('the command line tells it in plain words and exits 1, misuse 2', async () => {
    const missing = await server.cli('show', 'NONE');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /case-not-found/);
    for (const args of [['add'], ['add', 'x', '--whole'], ['nothing'], ['case', 'open'], ['get', 'x', '--as', 'gold'], ['find'], ['find', '--colour'], ['feed'], ['case']]) {
      assert.equal((await server.cli(...args)).code, 2, args.join(' '));
    }
    const none = await server.cli('add', path.join(server.dir, 'not-there.tif'), '--case', 'E1');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /not-there/);
    const empty = path.join(server.dir, 'empty.tif');
    await fs.writeFile(empty, '');
    const refused = await server.cli('add', empty, '--case', 'E1', '--json');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /empty-file/);
    for (const args of [['--help'], ['add', '--help'], ['case', 'open', '--help']]) {
      const help = await run(programs.zong, args, { env: { ...process.env, LC_ALL: 'zh_CN.UTF-8' } });
      assert.equal(help.code, 0);
      assert.match(help.stdout, /用法/);
    }
  });

  it('folders and many files go in with one command, the bad one named', async () => {
    const dir = path.join(server.dir, 'many');
    await fs.mkdir(path.join(dir, 'inner'), { recursive: true });
    await fs.writeFile(path.join(dir, 'a.tif'), good);
    await fs.writeFile(path.join(dir, 'b.txt'), 'not a scan');
    await fs.writeFile(path.join(dir, 'inner/c.tif'), Buffer.concat([good, Buffer.from('tail')]));
    await fs.writeFile(path.join(dir, '.hidden'), 'x');
    const result = await server.cli('add', dir, '--case', 'E1', '--type', 'many', '--json');
    assert.equal(result.code, 1);
    assert.deepEqual(result.json.map((r) => path.basename(r.file)), ['a.tif', 'c.tif']);
    assert.match(result.stderr, /b\.txt/);
  });

  it('a worker that is killed costs a page a retry and not the server', async () => {
    const children = async () => {
      const { stdout } = await run('pgrep', ['-P', String(server.child.pid)]);
      return stdout.split('\n').filter(Boolean);
    };
    const before = await children();
    assert.ok(before.length >= 1);
    const tif = await mkscan('--kind', 'text', '--pages', 4, '--seed', 91, '--colour', 'bilevel', path.join(server.dir, 'kill.tif'));
    const receipt = (await server.upload(archivist, { case: 'E1', type: 'kill' }, await fs.readFile(tif))).json;
    await until('a page being read', async () => (await server.get('/api/v1/status', { token: archivist })).json.jobs.running > 0);
    for (const pid of before) process.kill(Number(pid), 'SIGKILL');
    await server.read();
    const material = (await server.get(`/api/v1/materials/${receipt.material}`, { token: archivist })).json;
    assert.deepEqual(material.page.map((p) => p.state), ['read', 'read', 'read', 'read']);
    const status = (await server.get('/api/v1/status', { token: archivist })).json;
    assert.ok(status.workers.restarts >= 1);
    assert.ok(server.alive());
  });

  it('a page that kills every worker is parked with its reason, and can be tried again', async () => {
    const tif = await mkscan('--kind', 'contract', '--seed', 92, '--colour', 'bilevel', path.join(server.dir, 'park.tif'));
    const receipt = (await server.upload(archivist, { case: 'E1', type: 'park' }, await fs.readFile(tif))).json;
    let parked;
    await until('parked', async () => {
      const status = (await server.get('/api/v1/status', { token: archivist })).json;
      // a worker that is only just coming up has no page yet: wait until one is at work
      if (status.workers.busy) {
        const { stdout } = await run('pgrep', ['-P', String(server.child.pid)]);
        for (const pid of stdout.split('\n').filter(Boolean)) {
          try {
            process.kill(Number(pid), 'SIGKILL');
          } catch {
            // gone already
          }
        }
      }
      parked = (await server.get('/api/v1/jobs?state=parked', { token: archivist })).json.items;
      return parked.length === 1;
    });
    assert.equal(parked[0].code, 'worker-died');
    assert.ok(parked[0].materials.includes(receipt.material));
    const material = (await server.get(`/api/v1/materials/${receipt.material}`, { token: archivist })).json;
    assert.equal(material.page[0].state, 'parked');
    assert.ok(material.page[0].reason);
    assert.equal((await server.post(`/api/v1/jobs/${parked[0].id}/retry`, undefined, { token: archivist })).status, 200);
    await server.read();
    const again = (await server.get(`/api/v1/materials/${receipt.material}`, { token: archivist })).json;
    assert.equal(again.page[0].state, 'read');
  });

  it('health and metrics answer without a token and name nothing', async () => {
    assert.equal((await server.get('/healthz')).status, 200);
    assert.equal((await server.get('/readyz')).status, 200);
    const metrics = await server.get('/metrics');
    assert.match(metrics.text, /^zong_materials \d+$/m);
    assert.doesNotMatch(metrics.text, /E1|tax|示例/);
  });
});
