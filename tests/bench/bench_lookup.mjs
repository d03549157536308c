// SPDX-License-Identifier: GPL-3.0-or-later
// Finding: an archive with very many pages of running text is asked for phrases over HTTP, and the same pages in SQLite FTS5
// (trigram) and Groonga (bigrams) through their own programs. Prints
//
//	lookup_query          p50 and p99 of a phrase of 2 to 12 Han asked for over HTTP by two clients at once, against the others (phrases of 3
//	                      and more for all three, as trigrams know no shorter ones)
//	lookup_size           bytes of the index, against theirs (with what an index needs and no text)
//	lookup_index          seconds that making the index takes, against theirs
//	lookup_recall_truth   phrases of the truth found again on drawn pages read by our own recogniser, against grep
//	lookup_recall_text    ... of those that stand in the text as it was read
//	lookup_fresh          from the end of a page's reading until it is found, seconds: p50 and most
//
//	node tests/bench/bench_lookup.mjs BUILD [PAGES [DRAWN]]
import { execFile, spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';

process.env.ZONG_BUILD = path.resolve(process.argv[2] ?? 'build');
const pages = Number(process.argv[3] ?? 100000);
const drawn = Number(process.argv[4] ?? 40);
const { Server, corpus, mkscan, run, programs, until } = await import('../e2e/zong.mjs');
const execute = promisify(execFile);
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const took = async (work) => {
  const since = seconds();
  await work();
  return seconds() - since;
};

// the same numbers in every run
let state = 88172645463325252n;
function random(below) {
  state ^= (state << 13n) & 0xffffffffffffffffn;
  state ^= state >> 7n;
  state ^= (state << 17n) & 0xffffffffffffffffn;
  return Number((state >> 11n) % BigInt(below));
}

const han = /\p{Script=Han}/u;
/** Phrases of nothing but Han, @least to @most long, out of @texts. */
function phrases(texts, count, least, most) {
  const all = new Set();
  for (let tries = 0; all.size < count && tries < count * 200; tries++) {
    const text = texts[random(texts.length)];
    const length = least + random(most - least + 1);
    const at = random(Math.max(1, text.length - length));
    const phrase = text.slice(at, at + length);
    if (phrase.length === length && [...phrase].every((c) => han.test(c))) all.add(phrase);
  }
  return [...all];
}

/** A program that answers questions line by line; an answer ends with a line that @last tells. */
class Asked {
  constructor(command, args, last) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.last = last;
    this.lines = [];
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(line);
      if (this.last(line)) {
        const lines = this.lines;
        this.lines = [];
        this.done?.(lines);
      }
    });
  }
  ask(text) {
    return new Promise((resolve) => {
      this.done = resolve;
      this.child.stdin.write(text);
    });
  }
  async end() {
    this.child.stdin.end();
    await new Promise((resolve) => this.child.once('exit', resolve));
  }
}

/** Each phrase once by each of two askers at the same time; milliseconds. */
async function ask(makers, list) {
  const ms = [];
  await Promise.all(makers.map(async (asker, i) => {
    for (let at = 0; at < list.length; at++) {
      const phrase = list[(at + i * Math.floor(list.length / 2)) % list.length];
      const since = seconds();
      await asker(phrase);
      ms.push((seconds() - since) * 1000);
    }
  }));
  return ms;
}

const figures = (ms) => `p50 ${percentile(ms, 0.5).toFixed(2)} ms, p99 ${percentile(ms, 0.99).toFixed(2)} ms`;

async function size(folder, name) {
  let bytes = 0;
  for (const entry of await fs.readdir(folder, { withFileTypes: true, recursive: false })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await size(at);
    else if (!name || name(entry.name)) bytes += (await fs.stat(at)).blocks * 512;
  }
  return bytes;
}

const MB = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const server = await Server.fresh('bench-lookup');
const file = (name) => path.join(server.dir, name);

async function source() {
  const parts = [];
  if (corpus) {
    for (const name of (await fs.readdir(path.join(corpus, 'laws'), { recursive: false })).sort()) {
      const at = path.join(corpus, 'laws', name);
      if ((await fs.stat(at)).isFile()) parts.push(await fs.readFile(at, 'utf8'));
      else for (const inner of (await fs.readdir(at)).sort()) if (inner.endsWith('.md')) parts.push(await fs.readFile(path.join(at, inner), 'utf8'));
    }
  } else {
    // the project's own sentences, as mkscan draws them
    for (let seed = 1; seed <= 40; seed++) {
      await mkscan('--kind', 'text', '--seed', seed, '--truth', file('s.json'), file('s.tif'));
      parts.push(JSON.stringify(JSON.parse(await fs.readFile(file('s.json'), 'utf8'))));
    }
  }
  await fs.writeFile(file('source.txt'), parts.join('\n'));
}

async function many() {
  await source();
  await server.kill('SIGTERM');
  const filled = JSON.parse((await execute(path.join(process.env.ZONG_BUILD, 'tests/bench/bench_lookup'), [server.archive, String(pages), file('source.txt'), file('pages')], { maxBuffer: 1 << 20 })).stdout);
  const index = await took(async () => {
    const made = await run(programs.zong, ['--archive', server.archive, 'reindex']);
    if (made.code) throw new Error(made.stderr);
  });
  const ourSize = await size(path.join(server.archive, 'text'));
  await server.start();
  const token = await server.token('lookup');

  const sample = (await execute('sh', ['-c', `head -n 2000 "${file('pages.tsv')}"`], { maxBuffer: 64 << 20 })).stdout.split('\n').filter(Boolean)
    .flatMap((line) => line.split('\t')[1].split(' '));
  const all = phrases(sample, 1000, 2, 12);
  const long = phrases(sample, 1000, 3, 12);
  const ours = async (phrase) => {
    const reply = await server.get(`/api/v1/search?q=${encodeURIComponent(`"${phrase}"`)}&limit=20`, { token });
    if (reply.status !== 200 || !reply.json.items.length) throw new Error(`${phrase}: ${reply.text}`);
  };
  await ask([ours, ours], all.slice(0, 100));
  const zong = await ask([ours, ours], all);
  const zongLong = await ask([ours, ours], long);

  // the others: the index alone, its size that of the file without the text
  const sqlite = file('peer.db');
  await execute('sqlite3', [sqlite, 'create table pages (number integer primary key, text text)', '.mode tabs', `.import ${file('pages.tsv')} pages`], { maxBuffer: 1 << 20 });
  const before = (await fs.stat(sqlite)).size;
  const sqliteIndex = await took(() => execute('sqlite3', [sqlite, "create virtual table found using fts5(text, content='pages', content_rowid='number', tokenize='trigram')",
    "insert into found(found) values('rebuild')"]));
  const sqliteSize = (await fs.stat(sqlite)).size - before;
  const lite = () => {
    const asked = new Asked('sqlite3', [sqlite], (line) => line === 'end');
    return { ask: async (phrase) => {
      const lines = await asked.ask(`select rowid, snippet(found, 0, '[', ']', '', 40) from found where found match '"${phrase}"' order by rank limit 20;\nselect 'end';\n`);
      if (lines.length < 2) throw new Error(`sqlite: ${phrase}`);
    }, end: () => asked.end() };
  };
  const lites = [lite(), lite()];
  await ask(lites.map((l) => l.ask), long.slice(0, 100));
  const sqliteMs = await ask(lites.map((l) => l.ask), long);
  await Promise.all(lites.map((l) => l.end()));

  await fs.mkdir(file('groonga'));
  const groonga = file('groonga/db');
  const grn = async (...commands) => {
    await fs.writeFile(file('commands'), `${commands.join('\n')}\n`);
    await execute('sh', ['-c', `groonga "$0" < "$1" > /dev/null`, groonga, file('commands')]);
  };
  await execute('groonga', ['-n', groonga, 'status']);
  await grn('table_create Pages TABLE_HASH_KEY UInt32', 'column_create Pages text COLUMN_SCALAR Text');
  await execute('sh', ['-c', 'groonga "$0" < "$1" > /dev/null', groonga, file('pages.json')]);
  const groongaBefore = await size(file('groonga'));
  const groongaIndex = await took(() => grn('table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto',
    'column_create Terms pages_text COLUMN_INDEX|WITH_POSITION Pages text'));
  const groongaSize = await size(file('groonga')) - groongaBefore;
  const grnAsk = () => {
    const asked = new Asked('groonga', [groonga], () => true);
    return { ask: async (phrase) => {
      const lines = await asked.ask(`select Pages --match_columns text --query '"${phrase}"' --output_columns '_key,snippet_html(text)' --sort_keys -_score --limit 20\n`);
      if (!/^\[\[0,/.test(lines[0])) throw new Error(lines[0].slice(0, 300));
    }, end: () => asked.end() };
  };
  const grns = [grnAsk(), grnAsk()];
  await ask(grns.map((g) => g.ask), long.slice(0, 100));
  const groongaMs = await ask(grns.map((g) => g.ask), long);
  await Promise.all(grns.map((g) => g.end()));

  console.log(`lookup_query ${figures(zong)} over HTTP, 2 clients, ${pages} pages, phrases of 2 to 12 Han`);
  for (const [name, ms, bytes, made] of [['sqlite', sqliteMs, sqliteSize, sqliteIndex], ['groonga', groongaMs, groongaSize, groongaIndex]]) {
    console.log(`lookup_query_${name} ${(percentile(ms, 0.99) / percentile(zongLong, 0.99)).toFixed(2)} (phrases of 3 to 12 Han: zong ${figures(zongLong)}; ${name} ${figures(ms)})`);
    console.log(`lookup_size_${name} ${(ourSize / bytes).toFixed(2)} (zong ${MB(ourSize)}, ${name} ${MB(bytes)})`);
    console.log(`lookup_index_${name} ${(made / index).toFixed(2)} (zong ${index.toFixed(1)} s, ${name} ${made.toFixed(1)} s)`);
  }
  console.log(`lookup_filled ${filled.fill.toFixed(1)} s for ${pages} pages as they are read, of which the index was behind ${filled.behind.toFixed(1)} s at the end`);
}

/** Pages that are drawn, read, and looked for by what they say in truth. */
async function recall() {
  await run(programs.mkscan, ['--truth-set', file('set'), '--pages', String(drawn), '--seed', '7']);
  const token = await server.token('archivist');
  await server.ok('case', 'open', 'RECALL', '--kind', '转移登记');
  const set = [];
  for (const name of (await fs.readdir(file('set'))).filter((n) => n.endsWith('.txt')).sort()) {
    const stem = name.slice(0, -4);
    const scan = ['.tif', '.png', '.jpg'].map((e) => file(`set/${stem}${e}`));
    const at = (await Promise.all(scan.map((s) => fs.access(s).then(() => s, () => null)))).find(Boolean);
    if (!at) continue;
    const added = (await server.ok('add', at, '--case', 'RECALL', '--quiet', '--json')).json[0];
    set.push({ material: added.material, truth: (await fs.readFile(file(`set/${name}`), 'utf8')).split('\n').map((l) => l.replace(/\s/g, '')) });
  }
  await until('the pages are read', async () => {
    const s = (await server.ok('status', '--json')).json[0];
    return s.jobs.waiting + s.jobs.running === 0;
  }, 3600);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const page of set) page.text = (await server.get(`/api/v1/materials/${page.material}/pages/1/text`, { token })).text.split('\n').map((l) => l.replace(/\s/g, ''));
  let truth = 0, found = 0, stands = 0, foundStanding = 0;
  for (const phrase of phrases(set.flatMap((p) => p.truth), 1500, 2, 12)) {
    const hits = new Set();
    let cursor = '';
    do {
      const reply = await server.get(`/api/v1/search?q=${encodeURIComponent(phrase)}&case=RECALL&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, { token });
      for (const item of reply.json.items) hits.add(item.material);
      cursor = reply.json.next;
    } while (cursor);
    for (const page of set) {
      const standing = page.text.some((line) => line.includes(phrase));
      if (page.truth.some((line) => line.includes(phrase))) {
        truth++;
        found += hits.has(page.material);
      }
      if (standing) {
        stands++;
        foundStanding += hits.has(page.material);
      }
    }
  }
  console.log(`lookup_recall_truth ${(found / truth).toFixed(4)} (${found} of ${truth}: phrases of 2 to 12 Han on ${set.length} drawn pages with all damages, against grep of the truth)`);
  console.log(`lookup_recall_text ${(foundStanding / stands).toFixed(4)} (${foundStanding} of ${stands} that stand in the text as it was read)`);
}

async function fresh() {
  const token = await server.token('archivist');
  const waits = [];
  let unread = 0;
  for (let i = 0; waits.length < 15; i++) {
    const words = phrases([...'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥'].map((c) => c.repeat(12)), 1, 8, 8)[0].slice(0, 4) + '示例房产登记资料查询'.slice(i % 5, i % 5 + 6);
    await fs.writeFile(file('fresh.txt'), `${words}\n第${i}号\n`);
    await mkscan('--kind', 'text', '--text', file('fresh.txt'), '--seed', 1000 + i, '--dpi', 200, '--colour', 'bilevel', file(`fresh${i}.tif`));
    const { material } = (await server.ok('add', file(`fresh${i}.tif`), '--case', 'RECALL', '--quiet', '--json')).json[0];
    let read = 0;
    let text = '';
    await until(`"${words}" is read`, async () => {
      const reply = await server.get(`/api/v1/materials/${material}/pages/1/text`, { token });
      if (reply.status === 200) {
        read = seconds();
        text = reply.text;
      }
      return read;
    });
    // the recogniser makes nothing at all of some of these pages (亥亥亥亥), and of nothing nothing can be found
    const word = /\p{Script=Han}{4,6}/u.exec(text)?.[0];
    if (!word) {
      if (++unread > 15) throw new Error('these pages cannot be read');
      continue;
    }
    await until(`"${word}" of "${words}" is found`, async () => {
      const hits = (await server.get(`/api/v1/search?q=${encodeURIComponent(`"${word}"`)}&case=RECALL&limit=100`, { token })).json;
      return hits.items.some((h) => h.material === material);
    });
    waits.push(seconds() - read);
  }
  console.log(`lookup_fresh ${Math.max(...waits).toFixed(2)} s at most, p50 ${percentile(waits, 0.5).toFixed(2)} s, from when a page's text can be had until it is found (${waits.length} pages, asked every 50 ms; ${unread} more could not be read)`);
}

try {
  await many();
  await recall();
  await fresh();
} finally {
  await server.end();
}
