// SPDX-License-Identifier: GPL-3.0-or-later
// zong verify: what was proven stays proven without server and archive, and what was changed is not.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, mkscan, programs, run, until } from './zong.mjs';

/** A witness of its own making: cosignature/v1. */
function makeWitness(name) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const bytes = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(Buffer.concat([Buffer.from(`${name}\n\x04`), bytes])).digest().subarray(0, 4);
  return {
    key: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([4]), bytes]).toString('base64')}`,
    cosign(note) {
      const text = `${note.split('\n\n')[0]}\n`;
      const time = Math.floor(Date.now() / 1000);
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(BigInt(time));
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
      return `${note}— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`;
    },
  };
}

describe('verify', () => {
  const witness = makeWitness('witness.example/w');
  const stranger = makeWitness('stranger.example/s');
  let server, material, file, key, dir;
  const at = (name) => path.join(dir, name);
  /** Without any server: the environment has none either. */
  const verify = (...args) => run(programs.zong, ['verify', ...args], { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
  const proven = async (...args) => {
    const result = await verify(...args);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result.stdout;
  };
  const refuted = async (...args) => {
    const result = await verify(...args);
    assert.equal(result.code, 1, result.stdout + result.stderr);
    return result.stdout + result.stderr;
  };

  before(async () => {
    server = await Server.fresh('verify', { conf: `log-witness = ${witness.key}\n` });
    dir = server.dir;
    await server.ok('dept', 'add', 'tax', '--name', '税务');
    await server.ok('case', 'open', 'V-1', '--kind', '转移登记', '--party', '示例甲');
    file = await mkscan('--kind', 'text', '--dpi', '150', '--compress', 'g4', at('p.tif'));
    material = (await server.ok('add', file, '--case', 'V-1', '--to', 'tax', '--quiet', '--json')).json[0].material;
    await server.ok('log', 'key', '-o', at('key'));
    key = (await server.ok('log', 'key')).stdout.trim();
    await server.ok('log', 'head', '-o', at('older'));
    await server.ok('proof', material, '-o', at('proof'));
  });
  after(() => server?.end());

  it('a file is the one that a line of the signed log names', async () => {
    const told = await proven('--key', at('key'), at('proof'), file);
    assert.match(told, /Proven: this line is number \d+ of the log of zong\//);
    assert.ok(told.includes(`material/${material}`));
    assert.match(told, /Proven: the file is, to the bit/);
    assert.match(told, /Not proven: /);
    assert.match(await proven('--key', key, at('proof')), /name one to have it compared/);
    const [line] = (await proven('--key', key, '--json', at('proof'), file)).split('\n').filter(Boolean).map((l) => JSON.parse(l));
    assert.equal(line.proven, true);
    assert.equal(line.file, true);
    assert.equal(line.verb, 'material.add');
    const chinese = await run(programs.zong, ['verify', '--key', key, at('proof'), file], { env: { PATH: process.env.PATH, LC_ALL: 'zh_CN.UTF-8' } });
    assert.match(chinese.stdout, /已证明：文件与该行所记的文件逐位相同/);
  });

  it('its SM3 is what openssl computes, wherever it is told, and is proven with it', async () => {
    const judged = await run('openssl', ['dgst', '-sm3', '-r', file]);
    assert.equal(judged.code, 0, judged.stderr);
    const sm3 = `sm3:${judged.stdout.split(' ')[0]}`;
    assert.match(sm3, /^sm3:[0-9a-f]{64}$/);
    const token = await server.token('archivist');
    assert.equal((await server.get(`/api/v1/materials/${material}`, { token })).json.sm3, sm3);
    const again = (await server.ok('add', file, '--case', 'V-1', '--type', '示例', '--quiet', '--json')).json[0];
    assert.equal(again.sm3, sm3);
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: await server.token('department', 'tax') })).json.items;
    assert.equal(event.manifest.sm3, sm3);
    assert.ok((await server.ok('show', material)).stdout.includes(`${sm3}\n`));
    const [line] = (await proven('--key', key, '--json', at('proof'), file)).split('\n').filter(Boolean).map((l) => JSON.parse(l));
    assert.equal(line.sm3, true);
    assert.ok(line.detail.endsWith(` ${sm3}`), line.detail);
    assert.match(await proven('--key', key, at('proof'), file), /its SM3 \(GB\/T 32905\)/);
  });

  it('another file, another key or another byte is not', async () => {
    const bytes = await fs.readFile(file);
    bytes[bytes.length >> 1] ^= 1;
    await fs.writeFile(at('other.tif'), bytes);
    assert.match(await refuted('--key', key, at('proof'), at('other.tif')), /NOT PROVEN: .*another file/);
    assert.match(await refuted('--key', stranger.key, at('proof')), /NOT PROVEN/);
    const proof = JSON.parse(await fs.readFile(at('proof'), 'utf8'));
    const altered = async (change) => {
      const copy = structuredClone(proof);
      change(copy);
      await fs.writeFile(at('altered'), typeof copy === 'string' ? copy : JSON.stringify(copy));
      return refuted('--key', key, at('altered'));
    };
    const record = Buffer.from(proof.record, 'base64');
    for (let i = 0; i < record.length; i += 7) {
      await altered((p) => {
        const other = Buffer.from(record);
        other[i] ^= 0x10;
        p.record = other.toString('base64');
      });
    }
    await altered((p) => { p.index++; });
    await altered((p) => { p.path[0] = p.path[1]; });
    await altered((p) => { p.path.pop(); });
    await altered((p) => { p.checkpoint = p.checkpoint.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`); });
    assert.match(await altered((p) => { p.format = 'x'; }), /is no proof: format/);
    assert.match(await altered((p) => { p.path = Array(70).fill(p.path[0]); }), /is no proof: path/);
    assert.match(await altered((p) => { delete p.checkpoint; }), /is no proof: checkpoint/);
    for (const text of ['', '{', '[]', 'null', '{"format":"zong-proof/1"}', '\0']) {
      await fs.writeFile(at('altered'), text);
      await refuted('--key', key, at('altered'));
    }
    assert.match(await refuted('--key', key, at('nothing')), /nothing/);
    assert.match(await refuted('--key', 'no+key', at('proof')), /no\+key is no key/);
    assert.equal((await verify(at('proof'))).code, 2);
    assert.equal((await verify('--key', key)).code, 2);
  });

  it('a receipt is proven by the line that names what was received', async () => {
    const tax = await server.token('department', 'tax');
    const [event] = (await server.get('/api/v1/departments/tax/feed', { token: tax })).json.items;
    await server.post(`/api/v1/deliveries/${event.id}/receipt`, {}, { token: tax });
    await server.ok('proof', '--receipt', event.id, '-o', at('receipt'));
    assert.match(await proven('--key', key, at('receipt'), file), /delivery\.receipt {2}delivery\//);
    await refuted('--key', key, at('receipt'), at('other.tif'));
  });

  it('a printed result is proven to the byte', async () => {
    const query = (await server.ok('query', 'new', '--as', 'owner', '--querent', '示例甲:11010519491231002X', '--for', '示例', '--json')).json[0];
    const none = await server.cli('proof', query.no);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no line in the log|还没有/);
    await server.ok('query', 'refuse', query.no, '--reason', '示例');
    await server.ok('query', 'print', query.no, '-o', at('paper.pdf'));
    await server.ok('proof', query.no, '-o', at('paper'));
    assert.match(await proven('--key', key, at('paper'), at('paper.pdf')), /query\.paper {2}query\//);
    await fs.appendFile(at('paper.pdf'), '\n');
    await refuted('--key', key, at('paper'), at('paper.pdf'));
  });

  it('witnesses can be asked for', async () => {
    const note = await until('a head that has all of it', async () => {
      const now = (await server.get('/tlog/checkpoint')).text;
      return Number(now.split('\n')[1]) >= (await server.ok('status', '--json')).json[0].log && now;
    }, 10);
    await refuted('--key', key, '--witness', witness.key, '--', at('proof'));
    assert.equal((await server.request('POST', '/tlog/cosignature', { body: witness.cosign(note), headers: { 'Content-Type': 'text/plain' } })).status, 200);
    await server.ok('proof', material, '-o', at('witnessed'));
    assert.match(await proven('--key', key, '--witness', witness.key, '--', at('witnessed'), file), /and 1 witnesses signed, too/);
    assert.match(await refuted('--key', key, '--witness', stranger.key, '--', at('witnessed'), file), /has not signed/);
    await server.ok('log', 'head', '--witnessed', '-o', at('head'));
    assert.match(await fs.readFile(at('head'), 'utf8'), /— witness\.example\/w /);
  });

  it('a later head goes on from an older one', async () => {
    await server.ok('proof', '--from', at('older'), '-o', at('consistency'));
    assert.match(await proven('--key', key, '--consistency', at('consistency'), at('older')), /none was changed, taken out or put in/);
    const proof = JSON.parse(await fs.readFile(at('consistency'), 'utf8'));
    await fs.writeFile(at('later'), proof.checkpoint);
    await proven('--key', key, '--consistency', at('consistency'), at('older'), at('later'));
    await refuted('--key', key, '--consistency', at('consistency'), at('head'), at('later'));
    proof.hashes[0] = proof.hashes.at(-1);
    await fs.writeFile(at('altered'), JSON.stringify(proof));
    assert.match(await refuted('--key', key, '--consistency', at('altered'), at('older')), /does not go on/);
  });

  it('the log in a folder is held against a head that was kept; any changed byte of a line is named', async () => {
    await server.ok('log', 'head', '-o', at('last'));
    const why = '用途待改';
    await server.ok('--why', why, 'case', 'show', 'V-1');
    const [line] = (await server.ok('log', '--words', why, '--json')).json;
    // beside the server
    await proven('--archive', server.archive, '--key', key, '--log', at('last'));
    await server.kill('SIGTERM');
    await proven('--archive', server.archive, '--key', key, '--log', at('last'));
    const database = path.join(server.archive, 'catalog/data.mdb');
    const sound = await fs.readFile(database);
    const changed = Buffer.from(sound);
    let places = 0;
    for (let i = changed.indexOf(why); i >= 0; i = changed.indexOf(why, i + 1), places++) changed[i + 2] ^= 1;
    assert.ok(places > 0);
    await fs.writeFile(database, changed);
    const told = await refuted('--archive', server.archive, '--key', key, '--log', at('older'));
    assert.match(told, new RegExp(`^line ${line.seq} was changed`, 'm'));
    assert.match(told, new RegExp(`^line ${line.seq} is not what the tree has`, 'm'));
    const check = await run(programs.zong, ['check', '--archive', server.archive, '--quick', '--json']);
    assert.equal(check.code, 1);
    assert.ok(check.stdout.includes(`"log/${line.seq}"`) && check.stdout.includes('log-tree'), check.stdout);
    await fs.writeFile(database, sound);
    await proven('--archive', server.archive, '--key', key, '--log', at('last'));
    assert.match(await refuted('--archive', at('none'), '--key', key, '--log', at('last')), /none/);
  });
});
