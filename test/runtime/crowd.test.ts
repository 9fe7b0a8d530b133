import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CrowdLimits } from '../../src/runtime/crowd.ts';
import { Pieces } from '../../src/runtime/pieces.ts';
import { openFiles } from '../../src/runtime/open-files.ts';
import { createHttpServer, crowdWithin } from '../../src/runtime/server.ts';
import { stage, type Stage } from './fixtures.ts';

const KIB = 1024;
let on: Stage;
let server: Server;
let port: number;
let taken: number[];
/** What the answers wait for. */
let gate: Promise<void>;
let answer: string;
const sockets: Socket[] = [];

/** A server that takes every body, and this much of strangers at once. */
async function open(limits: CrowdLimits): Promise<void> {
  server = createHttpServer(on.rt, {
    github: (req, res) => {
      taken.push((req as typeof req & { rawBody: Buffer }).rawBody.length);
      void gate.then(() => res.end(answer));
    },
    slack: null, ready: { github: null, slack: null },
  }, limits);
  await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  ({ port } = address);
}

/** A connection, and what was said on it, up to its end. */
async function begin(words = ''): Promise<{ readonly socket: Socket; readonly heard: () => string; readonly over: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  const over = new Promise<void>((closed) => { socket.on('error', () => {}).on('data', (d) => { heard += d.toString('latin1'); }).once('close', () => { closed(); }); });
  await new Promise<void>((ready) => { socket.once('connect', ready); });
  if (words !== '') socket.write(words);
  return { socket, heard: () => heard, over };
}

const post = (length: number): string => `POST /github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n`;
const heard = async (from: { readonly heard: () => string }, what: string): Promise<void> => { await expect.poll(from.heard, { timeout: 20_000 }).toContain(what); };

beforeEach(async () => {
  on = await stage();
  taken = [];
  gate = Promise.resolve();
  answer = 'taken';
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((closed) => { server.close(closed); server.closeAllConnections(); });
  await on.store.close();
});

describe('what strangers begin and do not end', () => {
  it('holds no more memory than it may: the largest body has to go, and what is small is taken', async () => {
    await open({ waiting: 100, bytes: 100 * KIB, unanswered: 10 });
    const small = await begin(`${post(10 * KIB)}${'s'.repeat(9 * KIB)}`);
    const largest = await begin(`${post(200 * KIB)}${'x'.repeat(80 * KIB)}`);
    const next = await begin(`${post(200 * KIB)}${'y'.repeat(30 * KIB)}`);
    await heard(largest, 'HTTP/1.1 503');
    expect(small.heard() + next.heard()).toBe('');
    small.socket.write('s'.repeat(KIB));
    await heard(small, 'taken');
    // The room of what has gone is free again.
    const later = await begin(`${post(30 * KIB)}${'z'.repeat(30 * KIB)}`);
    await heard(later, 'taken');
    next.socket.write('y'.repeat(170 * KIB));
    await heard(next, 'HTTP/1.1 503');
    expect(taken).toEqual([10 * KIB, 30 * KIB]);
  });

  it('holds no more connections than it may: the longest-waiting has to go, and none that is being served', async () => {
    const opened = Promise.withResolvers<void>();
    gate = opened.promise;
    await open({ waiting: 3, bytes: KIB, unanswered: 10 });
    const served = await begin(`${post(1)}x`);
    await expect.poll(() => taken, { timeout: 20_000 }).toEqual([1]);
    const silent = [await begin(), await begin('POST /github/webhooks HTT'), await begin(post(5)), await begin('GET /'), await begin()];
    await Promise.all([silent[0]?.over, silent[1]?.over]);
    expect(silent.slice(2).map((s) => s.socket.destroyed)).toEqual([false, false, false]);
    opened.resolve();
    await heard(served, 'taken');
    // It waits again after that.
    await begin();
    await silent[2]?.over;
    expect(served.socket.destroyed).toBe(false);
  });

  it('answers nobody who asks on and on without reading the answers, each of which is kept until then', async () => {
    const opened = Promise.withResolvers<void>();
    gate = opened.promise;
    await open({ waiting: 100, bytes: KIB, unanswered: 3 });
    const patient = await begin(`${post(1)}x`.repeat(3));
    await expect.poll(() => taken, { timeout: 20_000 }).toEqual([1, 1, 1]);
    const greedy = await begin(`${post(1)}x`.repeat(4));
    const expecting = await begin('GET / HTTP/1.1\r\nhost: x\r\nexpect: x\r\n\r\n'.repeat(9));
    await Promise.all([greedy.over, expecting.over]);
    expect(greedy.heard()).toBe('');
    expect(expecting.heard().split('HTTP/1.1 417').length).toBeLessThan(9);
    opened.resolve();
    await expect.poll(() => patient.heard().split('taken').length - 1, { timeout: 20_000 }).toBe(3);
    // Who has read is free to ask again.
    patient.socket.write(`${post(1)}x`.repeat(3));
    await expect.poll(() => patient.heard().split('taken').length - 1, { timeout: 20_000 }).toBe(6);
  });

  it('holds no more connections than it may of those who ask and do not read the answer', async () => {
    answer = 'x'.repeat(20_000 * KIB);
    await open({ waiting: 2, bytes: KIB, unanswered: 10 });
    const unread: Awaited<ReturnType<typeof begin>>[] = [];
    for (const so of [1, 2, 3]) {
      const one = await begin();
      one.socket.pause().write(`${post(1)}x`);
      unread.push(one);
      await expect.poll(() => taken.length, { timeout: 20_000 }).toBe(so);
    }
    for (const { socket } of unread) socket.resume();
    await unread[0]?.over;
    expect(unread[0]?.heard().length).toBeLessThan(answer.length);
    await expect.poll(() => unread.slice(1).every((u) => u.heard().length > answer.length), { timeout: 20_000 }).toBe(true);
  });

  it('holds no object for every byte that is sent by itself, which would be a hundred times its size', async () => {
    await open({ waiting: 100, bytes: 100 * KIB, unanswered: 10 });
    const joins = vi.spyOn(Buffer, 'concat');
    const { socket, heard: said } = await begin('POST /github/webhooks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    socket.write(`${'1\r\nx\r\n'.repeat(30 * KIB)}0\r\n\r\n`);
    await heard({ heard: said }, 'taken');
    const most = Math.max(...joins.mock.calls.map(([list]) => list.length));
    joins.mockRestore();
    expect(taken).toEqual([30 * KIB]);
    expect(most).toBeLessThan(1000);
  });

  it('reads no body to its end that comes byte by byte for ever: each costs as much time as a network packet', async () => {
    await open({ waiting: 100, bytes: 1000 * KIB, unanswered: 10 });
    const { socket, heard: said } = await begin('POST /github/webhooks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    socket.write('1\r\nx\r\n'.repeat(100_001));
    await heard({ heard: said }, 'larger pieces');
    expect(said()).toMatch(/^HTTP\/1\.1 400 /);
    expect(taken).toEqual([]);
  });
});

describe('the pieces of a body', () => {
  it.each([[0, 1], [1, 1], [255, 1], [256, 1], [257, 1], [100_000, 1], [700, 100]])('are the whole in their order, and few (%i of %i bytes)', (count, size) => {
    const all = Array.from({ length: count }, (_, i) => Buffer.alloc(size, i));
    const pieces = new Pieces();
    for (const piece of all) pieces.add(piece);
    expect(pieces.whole().equals(Buffer.concat(all))).toBe(true);
    expect(pieces.count).toBeLessThan(1000);
    if (count === 1) expect(pieces.whole()).toBe(all[0]);
    pieces.clear();
    expect(pieces.whole().length).toBe(0);
  });
});

describe('strangers\' connections', () => {
  it('take up half of what a process may have open, and some thousands at most', () => {
    expect([64, 4_096, 1_048_576, null].map((files) => crowdWithin(files).waiting)).toEqual([32, 2_048, 4_000, 4_000]);
  });

  it('are counted against what the system says this process may have open', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'archsignal-limits-')), 'limits');
    writeFileSync(file, 'Limit                     Soft Limit           Hard Limit           Units     \nMax processes             63432                63432                processes \nMax open files            1024                 4096                 files     \n');
    expect(openFiles(file)).toBe(1_024);
    writeFileSync(file, 'Max open files            unlimited            unlimited            files     \n');
    expect([openFiles(file), openFiles(join(file, 'none'))]).toEqual([null, null]);
    rmSync(dirname(file), { recursive: true });
  });
});
