// SPDX-License-Identifier: GPL-3.0-or-later
// What the end-to-end tests share: a real zongd on a free port over a fresh archive, its command line, its
// interface, and sample papers drawn by mkscan. ZONG_BUILD is the build folder.
import { spawn, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promises as fs, closeSync, existsSync, openSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const top = path.resolve(here, '../..');
export const build = path.resolve(process.env.ZONG_BUILD ?? path.join(top, 'build'));
export const corpus = existsSync(path.join(top, '../shared/corpus/README.md')) ? path.join(top, '../shared/corpus') : null;

export const programs = {
  zong: path.join(build, 'tools/zong'),
  zongd: path.join(build, 'src/zongd'),
  mkscan: path.join(build, 'tools/mkscan'),
};

export async function temporary(name) {
  return fs.mkdtemp(path.join(os.tmpdir(), `zong-${name}-`));
}

/** Runs a program; answers {code, stdout, stderr}. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 256 << 20, encoding: 'utf8', ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, signal: error?.signal, stdout, stderr });
    });
  });
}

export async function mkscan(...args) {
  const result = await run(programs.mkscan, args.map(String));
  if (result.code) throw new Error(`mkscan ${args.join(' ')}: ${result.stderr}`);
  return args.at(-1);
}

export const digest = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Asks until the answer is truthy; a test waits for a condition, never for a time. */
export async function until(what, ask, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Server {
  constructor(dir, archive) {
    this.dir = dir;
    this.archive = archive;
  }

  /** A fresh archive, served. */
  static async fresh(name, options = {}) {
    const dir = await temporary(name);
    const server = new Server(dir, path.join(dir, 'archive'));
    const made = await run(programs.zong, ['init', server.archive, '--json']);
    if (made.code) throw new Error(made.stderr);
    server.password = JSON.parse(made.stdout).password;
    if (options.conf) await fs.writeFile(path.join(server.archive, 'zong.conf'), options.conf);
    await server.start(options);
    return server;
  }

  async start(options = {}) {
    const log = openSync(path.join(this.dir, 'zongd.log'), 'a');
    const command = options.wrap ?? [];
    const argv = [...command, programs.zongd, '--archive', this.archive, '--listen', '127.0.0.1:0', ...(options.args ?? [])];
    this.child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', log], env: { ...process.env, ...options.env } });
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    let out = '';
    this.address = await new Promise((resolve, reject) => {
      this.child.stdout.on('data', (chunk) => {
        out += chunk;
        const match = /(https?:\/\/[0-9.]+:\d+)/.exec(out);
        if (match) resolve(match[1]);
      });
      // Also called when it ends after it had started; its folder may be gone by then.
      this.exited.then(async ({ code, signal }) =>
        reject(new Error(`zongd ended (${code ?? signal}): ${(await this.log().catch(() => 'no log')).slice(-2000)}`)));
    });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  }

  log() {
    return fs.readFile(path.join(this.dir, 'zongd.log'), 'utf8');
  }

  alive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill(signal = 'SIGKILL') {
    this.agent?.destroy();
    if (this.alive()) this.child.kill(signal);
    return this.exited;
  }

  /** Ends it as a service manager does, and throws its folder away. */
  async end() {
    const result = await this.kill('SIGTERM');
    await fs.rm(this.dir, { recursive: true, force: true });
    return result;
  }

  /** The command line over the local socket; answers {code, stdout, stderr, json} where json are the lines. */
  async cli(...args) {
    const result = await run(programs.zong, ['--archive', this.archive, ...args.map(String)]);
    if (args.includes('--json')) {
      try {
        result.json = result.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      } catch (error) {
        throw new Error(`not JSON lines: ${result.stdout} ${result.stderr}`);
      }
    }
    return result;
  }

  async ok(...args) {
    const result = await this.cli(...args);
    if (result.code) throw new Error(`zong ${args.join(' ')}: ${result.code} ${result.stderr}`);
    return result;
  }

  /** One request; body may be a string, a Buffer, an object (sent as JSON) or a stream. */
  request(method, address, { token, body, headers = {} } = {}) {
    const url = new URL(address, this.address);
    const all = { ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    let data = body;
    if (body !== undefined && !(body instanceof Buffer) && typeof body !== 'string' && typeof body.pipe !== 'function') {
      data = JSON.stringify(body);
      all['Content-Type'] = 'application/json';
    }
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, headers: all, agent: this.agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const type = response.headers['content-type'] ?? '';
          resolve({
            status: response.statusCode,
            headers: response.headers,
            bytes,
            text: bytes.toString('utf8'),
            json: type.includes('json') && bytes.length ? JSON.parse(bytes.toString('utf8')) : undefined,
          });
        });
      });
      request.on('error', reject);
      if (data && typeof data.pipe === 'function') data.pipe(request);
      else request.end(data);
    });
  }

  get(address, options) {
    return this.request('GET', address, options);
  }

  post(address, body, options = {}) {
    return this.request('POST', address, { body, ...options });
  }

  /** Hands in a file; meta and bytes as they should go over the wire. */
  upload(token, meta, bytes, { order = ['meta', 'file'], headers = {}, base = '/api/v1' } = {}) {
    const boundary = `zong${Math.random().toString(36).slice(2)}`;
    const parts = [];
    for (const name of order) {
      const filename = name === 'file' ? '; filename="scan"' : '';
      const type = name === 'file' ? 'application/octet-stream' : 'application/json';
      const content = name === 'file' ? bytes : Buffer.from(typeof meta === 'string' ? meta : JSON.stringify(meta));
      parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\nContent-Type: ${type}\r\n\r\n`));
      parts.push(content, Buffer.from('\r\n'));
    }
    parts.push(Buffer.from(`--${boundary}--\r\n`));
    return this.request('POST', `${base}/materials`, {
      token,
      body: Buffer.concat(parts),
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, ...headers },
    });
  }

  async token(role, department) {
    const result = await this.ok('token', 'new', '--role', role, ...(department ? ['--department', department] : []), '--json');
    return result.json[0].token;
  }

  /** Until nothing waits to be read. */
  async read() {
    return until('everything read', async () => {
      const status = (await this.ok('status', '--json')).json[0];
      return status.jobs.waiting + status.jobs.running === 0 && status;
    }, 300);
  }
}
