// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries go out to webhooks on this machine. Prints
//
//	push_idle       from the answer to an upload until the event is at the receiver, nothing else going on (ms: p50, p99); the commit is
//	                before the answer, so that this may be negative: then the event was the quicker one
//	push_one        deliveries a second to one receiver, as the outbox is emptied, against what autocannon-like posts of the same body
//	                over as many kept connections bring to the same receiver
//	push_ten        the same to ten receivers
//	push_feed       a page of 1,000 events until its last byte (ms: p50, p99)
//	push_trouble    DELIVERIES deliveries to ten receivers that fail, hang, answer 500, 429 and 410 and reset, while zongd is killed
//	                KILLS times: how many came, how many never, how many more than once
//
//	node tests/bench/bench_push.mjs BUILD [DELIVERIES [KILLS]]
import { execFile } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const deliveries = Number(process.argv[3] ?? 100000);
const kills = Number(process.argv[4] ?? 50);
const { Server, mkscan, until } = await import('../e2e/zong.mjs');
const { promises: fs } = await import('node:fs');
const execute = promisify(execFile);
const now = () => Number(process.hrtime.bigint()) / 1e6;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** Somebody's webhook; @answer gets the request and decides. */
async function receiver(answer) {
  const server = http.createServer({ keepAliveTimeout: 60000 }, (request, response) => {
    const at = now();
    request.on('data', () => {});
    request.on('end', () => answer(request.headers['webhook-id'], request, response, at));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return { url: `http://127.0.0.1:${server.address().port}/hook`, server };
}
const ok = (response) => response.writeHead(204).end();

/** An archive of its own; @fill: [materials, departments]. */
async function archive(name, receivers, materials) {
  const server = await Server.fresh(name, { conf: 'webhook-first-retry = 20\n' });
  for (const [i, r] of receivers.entries()) await server.ok('dept', 'add', `d${i}`, '--name', `示例${i}`, '--webhook', r.url, '--allow-private', '--json');
  await server.kill('SIGTERM');
  const since = now();
  await execute(`${process.env.ZONG_BUILD}/tests/bench/bench_push`, [server.archive, '0', String(materials), ...receivers.map((_, i) => `d${i}`)], { maxBuffer: 1 << 26 });
  process.stderr.write(`${name}: ${materials} materials filed in ${((now() - since) / 1000).toFixed(1)} s\n`);
  return server;
}

async function drain(count, materials) {
  const seen = new Set();
  let first = 0, last = 0, calls = 0;
  const receivers = [];
  for (let i = 0; i < count; i++) {
    receivers.push(await receiver((id, request, response, at) => {
      first ||= at;
      last = at;
      calls++;
      seen.add(id);
      ok(response);
    }));
  }
  const server = await archive(`bench-push-${count}`, receivers, materials);
  await server.start();
  await until('all have come', () => seen.size === materials * count, { timeout: 600000 });
  const rate = seen.size / ((last - first) / 1000);
  return { server, receivers, rate, calls, seen: seen.size };
}

/** The receivers' own limit: the same requests from this process's client over kept connections. */
async function peer(receivers, each, concurrency) {
  const body = JSON.stringify({ specversion: '1.0', id: 'x'.repeat(36), data: 'y'.repeat(600) });
  const since = now();
  await Promise.all(receivers.map(async (r) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
    let left = each;
    await Promise.all(Array.from({ length: concurrency }, async () => {
      while (left-- > 0) {
        await new Promise((resolve, reject) => {
          const request = http.request(r.url, { method: 'POST', agent, headers: { 'webhook-id': String(left), 'Content-Type': 'application/json' } }, (reply) => reply.resume().on('end', resolve));
          request.on('error', reject);
          request.end(body);
        });
      }
    }));
    agent.destroy();
  }));
  return receivers.length * each / ((now() - since) / 1000);
}

async function idle() {
  const arrived = new Map();
  const r = await receiver((id, request, response, at) => {
    arrived.set(id, at);
    ok(response);
  });
  const server = await Server.fresh('bench-push-idle');
  await server.ok('dept', 'add', 'd0', '--name', '示例', '--webhook', r.url, '--allow-private');
  await server.ok('case', 'open', 'I1', '--kind', '转移登记');
  const token = await server.token('archivist');
  const bytes = await fs.readFile(await mkscan('--kind', 'tax', '--dpi', 72, '--colour', 'bilevel', path.join(server.dir, 'i.tif')));
  const took = [];
  for (let i = 0; i < 300; i++) {
    const reply = await server.upload(token, { case: 'I1', type: `示例${i}`, to: ['d0'] }, bytes);
    const answered = now();
    const { id } = reply.json.deliveries[0];
    await until('it comes', () => arrived.has(id));
    took.push(arrived.get(id) - answered);
    await sleep(20);
  }
  console.log(`push_idle p50 ${percentile(took, 0.5).toFixed(1)} ms, p99 ${percentile(took, 0.99).toFixed(1)} ms from the answer to the upload, ${took.length} uploads`);
  await server.end();
  r.server.closeAllConnections();
  r.server.close();
}

/** Asks over a kept connection; ms until the last byte, and the bytes. */
function whole(server, address, token) {
  return new Promise((resolve, reject) => {
    const since = now();
    const request = http.request(new URL(address, server.address), { agent: server.agent, headers: { Authorization: `Bearer ${token}` } }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('error', reject);
      reply.on('end', () => resolve([now() - since, Buffer.concat(chunks)]));
    });
    request.on('error', reject);
    request.end();
  });
}

async function throughput() {
  for (const [name, count, materials] of [['push_one', 1, Math.min(20000, deliveries)], ['push_ten', 10, Math.min(4000, Math.ceil(deliveries / 10))]]) {
    const run = await drain(count, materials);
    const limit = await peer(run.receivers, Math.ceil(materials / 2), 8);
    console.log(`${name} ${(run.rate / limit).toFixed(2)} (${Math.round(run.rate)} deliveries/s, ${run.seen} of them in ${run.calls} calls; posts from here ${Math.round(limit)}/s)`);
    if (count === 1) {
      await run.server.ok('dept', 'set', 'd0', '--webhook', 'none');
      const token = await run.server.token('department', 'd0');
      const took = [], apart = [];
      let after = 0;
      for (let i = 0; i < 200; i++) {
        const [came, bytes] = await whole(run.server, `/api/v1/departments/d0/feed?limit=1000&after=${after}`, token);
        const since = now();
        const page = JSON.parse(bytes.toString('utf8'));
        took.push(came);
        apart.push(came + now() - since);
        if (page.items.length !== 1000) throw new Error(`${page.items.length} events`);
        after = page.more ? page.cursor : 0;
      }
      console.log(`push_feed p50 ${percentile(took, 0.5).toFixed(1)} ms, p99 ${percentile(took, 0.99).toFixed(1)} ms for a page of 1,000 events; ${percentile(apart, 0.5).toFixed(1)} and ${percentile(apart, 0.99).toFixed(1)} with taking its JSON apart`);
    }
    await run.server.end();
    for (const r of run.receivers) {
      r.server.closeAllConnections();
      r.server.close();
    }
  }
}

async function trouble() {
  const departments = 10;
  const materials = Math.ceil(deliveries / departments);
  const came = new Map();
  const taken = new Set();
  let troubled = true, gone = 0;
  const receivers = [];
  let random = 12345;
  const dice = () => (random = (random * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let i = 0; i < departments; i++) {
    receivers.push(await receiver((id, request, response) => {
      const roll = troubled ? dice() : 1;
      came.set(id, (came.get(id) ?? 0) + 1);
      if (roll < 0.03) return response.writeHead(500).end();
      if (roll < 0.05) return response.writeHead(429, { 'Retry-After': '1' }).end();
      if (roll < 0.07) return request.socket.resetAndDestroy();
      if (roll < 0.071) return; // hangs until it is given up
      if (roll < 0.0711) {
        gone++;
        return response.writeHead(410).end();
      }
      if (roll < 0.08) { // takes it, and the answer is lost
        taken.add(id);
        return request.socket.resetAndDestroy();
      }
      taken.add(id);
      ok(response);
    }));
  }
  const server = await archive('bench-push-trouble', receivers, materials);
  const since = now();
  await server.start();
  let killed = 0;
  const heal = async () => {
    for (const d of (await server.ok('dept', 'list', '--json')).json) if (d.webhook_disabled) await server.ok('dept', 'set', d.id, '--webhook', d.webhook, '--allow-private');
  };
  while (killed < kills && taken.size < materials * departments) {
    await sleep(100 + dice() * 600);
    await server.kill('SIGKILL');
    killed++;
    await server.start();
    await heal();
  }
  troubled = false;
  // what failed several times comes again by the clock; what is dead, because somebody says so
  let rest = 0;
  while (taken.size < materials * departments && rest++ < 600) {
    await sleep(1000);
    await heal();
    for (let i = 0; i < departments; i++) await server.ok('delivery', 'replay', '--dept', `d${i}`);
  }
  const more = [...came.values()].filter((n) => n > 1).length;
  const calls = [...came.values()].reduce((a, b) => a + b, 0);
  console.log(`push_trouble ${materials * departments} deliveries, ${taken.size} taken, ${materials * departments - taken.size} missing, ${came.size} distinct ids; ${calls} calls, ${more} deliveries came more than once; zongd killed ${killed} times, ${gone} times 410; ${((now() - since) / 1000).toFixed(0)} s`);
  await server.end();
  for (const r of receivers) {
    r.server.closeAllConnections();
    r.server.close();
  }
  if (taken.size !== materials * departments || came.size !== materials * departments) process.exitCode = 1;
}

if (!process.env.PUSH_ONLY || process.env.PUSH_ONLY === "idle") await idle();
if (!process.env.PUSH_ONLY || process.env.PUSH_ONLY === "throughput") await throughput();
if (!process.env.PUSH_ONLY || process.env.PUSH_ONLY === "trouble") await trouble();
