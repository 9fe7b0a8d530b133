import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { World, type Program } from './world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MIB = 1024 * 1024;
let world: World;
let program: Program;
beforeAll(async () => {
  world = await World.begin();
  program = await world.start();
});
afterEach(() => { if (!program.running) throw new Error(`the program has ended; its log: ${world.logs()}`); });
afterAll(() => world.end());

/** Sends `size` bytes, announced or in chunks, and reads the answer whatever becomes of the sending. */
function sends(path: string, size: number, announced: boolean): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const req = request(`${program.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': 'x', ...(announced ? { 'content-length': String(size) } : {}) } });
    let status = 0;
    req.on('response', (res) => {
      status = res.statusCode ?? 0;
      res.resume();
      resolve({ status, sent });
    });
    req.on('error', (error) => { if (status === 0) reject(error); });
    const piece = Buffer.alloc(MIB, 'x');
    const more = (): void => {
      while (sent < size && status === 0) {
        sent += piece.length;
        if (!req.write(piece)) { req.once('drain', more); return; }
      }
      if (status === 0) req.end();
    };
    more();
  });
}

/** Sends a head that announces a body, and no body: the answer's first line. */
function announces(path: string, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(program.port, '127.0.0.1');
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1').split('\r\n', 1)[0] ?? '');
    });
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`);
  });
}

/** The first line and the headers of what a request is answered, its target written as given. */
function asks(method: string, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(program.port, '127.0.0.1');
    let heard = '';
    socket.on('error', reject);
    socket.on('data', (data) => { heard += data.toString('latin1'); });
    socket.once('close', () => { resolve(heard); });
    socket.write(`${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
}

describe('the door', () => {
  it('is found by its whole address too, as a proxy may write it', async () => {
    for (const [method, path, status] of [['GET', '/healthz', 200], ['GET', '/readyz?verbose', 200], ['POST', '/github/webhooks', 401], ['POST', '/slack/events', 401], ['GET', '/nowhere', 404], ['GET', '', 404], ['GET', '?/healthz', 404]] as const) {
      for (const host of ['http://archsignal.example', 'https://archsignal.example:8443', 'HTTP://x']) expect(await asks(method, `${host}${path}`), `${host}${path}`).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
    for (const target of ['//healthz', '/healthz/', '/%68ealthz', '/x/../healthz', 'http:///healthz/../..', '/http://x/healthz']) expect(await asks('GET', target), target).toMatch(/^HTTP\/1.1 404 /);
  });

  it('says which way it opens', async () => {
    for (const path of ['/github/webhooks', '/slack/events']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) expect(await asks(method, path), `${method} ${path}`).toMatch(/^HTTP\/1.1 405 .*\r\nallow: POST\r\n/i);
    }
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      for (const method of ['POST', 'OPTIONS', 'DELETE']) expect(await asks(method, path), `${method} ${path}`).toMatch(/^HTTP\/1.1 405 .*\r\nallow: GET, HEAD\r\n/i);
      expect(await asks('HEAD', path)).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\n$/);
    }
  });

  for (const path of ['/github/webhooks', '/slack/events']) {
    it(`refuses more than 25 MiB at ${path} before it is sent`, async () => {
      expect(await announces(path, 25 * MIB + 1)).toBe('HTTP/1.1 413 Payload Too Large');
    });

    it(`refuses more than 25 MiB at ${path} where the length is not announced`, async () => {
      expect((await sends(path, 40 * MIB, false)).status).toBe(413);
    });

    it(`answers 413 to who sends more than 25 MiB to ${path} all the same`, async () => {
      for (let i = 0; i < 5; i++) expect((await sends(path, 40 * MIB, true)).status).toBe(413);
      for (let i = 0; i < 5; i++) expect((await fetch(`${program.url}${path}`, { method: 'POST', body: Buffer.alloc(30 * MIB) })).status).toBe(413);
    });

    it(`takes no word at ${path} that is not signed`, async () => {
      for (const body of ['{}', '', 'x'.repeat(10 * MIB), '{"action":"closed"', '\u0000']) {
        const { status } = await fetch(`${program.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': 'y' } });
        expect([400, 401]).toContain(status);
      }
    });
  }

  it('is shut elsewhere, and goes on after all that', async () => {
    expect((await fetch(`${program.url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${program.url}/nowhere`, { method: 'POST', body: 'x' })).status).toBe(404);
    expect((await fetch(`${program.url}/healthz`, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${program.url}/metrics`)).text()).toContain('archsignal_polls_total{');
    expect(program.running).toBe(true);
    expect(world.log).not.toContain('unexpectedly');
  });
});
