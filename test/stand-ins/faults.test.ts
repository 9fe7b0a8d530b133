import { afterEach, describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import { json } from '../../demo/stand-ins/common/answer.ts';
import { listen, type Server } from '../../demo/stand-ins/common/server.ts';

let server: Server;
let effects = 0;
afterEach(async () => { await server.close(); });
async function start(): Promise<void> {
  effects = 0;
  server = await listen({
    now: () => 42,
    handle: (call) => {
      effects += 1;
      return call.path === '/stream' ? { status: 200, body: Readable.from(['a'.repeat(100_000), 'b']) } : json({ effects, text: 'x'.repeat(500) });
    },
  });
}
const ask = (path = '/thing', init: RequestInit = {}): Promise<string> =>
  fetch(server.url + path, init).then(async (r) => `${r.status} ${await r.text()}`, () => 'cut').catch(() => 'cut in the middle');

describe('a stand-in\'s server', () => {
  it('remembers every request with its body and its answer, and finds the writes among them', async () => {
    await start();
    await ask('/a?x=1');
    await ask('/b', { method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json' } });
    await ask('/c', { method: 'POST', body: new URLSearchParams({ k: 'v' }) });
    expect(server.requests[0]).toMatchObject({ at: 42, method: 'GET', path: '/a', status: 200, fault: null });
    expect(server.requests[0]?.query.get('x')).toBe('1');
    expect(server.requests.writes().map((r) => r.body)).toEqual([{ n: 1 }, { k: 'v' }]);
    expect(server.requests.where({ method: 'POST', path: /^\/b/ })).toHaveLength(1);
    server.requests.clear();
    expect(server.requests).toHaveLength(0);
  });

  it('fails before the effect, or after it, once unless told otherwise', async () => {
    await start();
    server.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '2' }, body: { message: 'down' } });
    expect(await ask()).toBe('503 {"message":"down"}');
    expect(effects).toBe(0);
    server.faults.add({ kind: 'status-after' });
    expect(await ask()).toMatch(/^502/);
    server.faults.add({ kind: 'cut-before' });
    expect(await ask()).toBe('cut');
    expect(effects).toBe(1);
    server.faults.add({ kind: 'cut-after' });
    expect(await ask()).toBe('cut');
    expect(effects).toBe(2);
    expect(await ask()).toMatch(/^200/);
    expect(server.requests.map((r) => r.fault)).toEqual(['status', 'status-after', 'cut-before', 'cut-after', null]);
    expect(server.requests.map((r) => r.status)).toEqual([503, 502, null, null, 200]);
  });

  it('answers with the wrong thing: a page, half of it, no JSON, another address, something altered', async () => {
    await start();
    server.faults.add({ kind: 'html' });
    expect(await ask()).toContain('<!doctype html>');
    server.faults.add({ kind: 'garbage' });
    expect(await ask()).toMatch(/oops$/);
    server.faults.add({ kind: 'truncate' });
    const half = await ask();
    expect(half).toMatch(/^200 \{"effects"/);
    expect(() => { JSON.parse(half.slice(4)); }).toThrow();
    server.faults.add({ kind: 'cut-middle' });
    expect(await ask()).toBe('cut in the middle');
    server.faults.add({ kind: 'redirect', location: 'http://127.0.0.1:1/else' });
    expect((await fetch(server.url, { redirect: 'manual' })).headers.get('location')).toBe('http://127.0.0.1:1/else');
    server.faults.add({ kind: 'alter', alter: (answer) => ({ ...answer, status: 418 }) });
    expect(await ask()).toMatch(/^418/);
  });

  it('hits only what matches, skips as many as it is told, and goes on until it is removed', async () => {
    await start();
    const fault = server.faults.add({ kind: 'status', match: { method: 'POST', path: '/b' }, skip: 1, times: Infinity });
    const post = (): Promise<string> => ask('/b', { method: 'POST', body: '{}' });
    expect([await ask('/b'), await post(), await post(), await post()].map((a) => a.slice(0, 3))).toEqual(['200', '200', '503', '503']);
    expect(fault.hits).toBe(2);
    fault.remove();
    expect(await post()).toMatch(/^200/);
  });

  it('hangs until the client gives up, with the effect or without it', async () => {
    await start();
    server.faults.add({ kind: 'hang' });
    server.faults.add({ kind: 'hang-after' });
    const givingUpAt = async (moment: 'arrived' | 'done'): Promise<string> => {
      const gone = new AbortController();
      const end = server.onRequest((at) => { if (at === moment) setImmediate(() => gone.abort()); });
      return ask('/thing', { signal: gone.signal }).finally(end);
    };
    expect(await givingUpAt('arrived')).toBe('cut');
    expect(effects).toBe(0);
    expect(await givingUpAt('done')).toBe('cut');
    expect(effects).toBe(1);
    server.faults.add({ kind: 'slow', ms: 5 });
    expect(await ask()).toMatch(/^200/);
  });

  it('lets a listener act between the arrival, the effect and the answer', async () => {
    await start();
    const seen: string[] = [];
    const end = server.onRequest(async (moment, call) => { seen.push(`${moment} ${call.path} ${effects}`); });
    await ask('/x');
    end();
    await ask('/y');
    expect(seen).toEqual(['arrived /x 0', 'done /x 1', 'answered /x 1']);
  });

  it('streams a body', async () => {
    await start();
    expect(await ask('/stream')).toHaveLength(100_005);
  });
});
