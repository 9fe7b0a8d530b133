import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AddressRefused, connectLookup } from '../../src/sources/address.ts';
import { createHttp } from '../../src/sources/http.ts';
import type { HttpDeps } from '../../src/sources/http.ts';
import { jsonSink } from '../../src/sources/json.ts';
import type { Body } from '../../src/sources/json.ts';
import type { FetchLimits } from '../../src/sources/index.ts';
import type { Fetched, Meter, Validators } from '../../src/sources/wire.ts';
import { limits, never, patience, serve } from './server.ts';

interface Got { readonly result: Fetched<Body>; readonly meter: Meter; readonly slept: readonly number[] }

async function get(url: string, with_: Partial<FetchLimits> & { guarded?: boolean; lookup?: NonNullable<HttpDeps['lookup']>; validators?: Validators; signal?: AbortSignal } = {}): Promise<Got> {
  const deps = patience();
  const http = createHttp(limits(with_), with_.guarded ?? false, with_.lookup ? { ...deps, lookup: with_.lookup } : deps);
  const meter: Meter = { requests: 0, bytes: 0 };
  const result = await http.get(new URL(url), { meter, signal: with_.signal ?? never(), validators: with_.validators ?? null, sink: () => jsonSink('it') });
  return { result, meter, slept: deps.slept };
}

const text = (got: Got): string => (got.result.ok && !got.result.unchanged ? Buffer.concat(got.result.value).toString() : `no body: ${JSON.stringify(got.result)}`);
const failed = (got: Got): { reason: string; message: string } => (got.result.ok ? { reason: 'none', message: '' } : got.result);

describe('a careful GET', () => {
  it('hands on the body and counts what was asked and received', async () => {
    const server = await serve((_, res) => void res.end('{"a":1}'));
    const got = await get(`${server.url}/x`);
    expect(text(got)).toBe('{"a":1}');
    expect(got.meter).toEqual({ requests: 1, bytes: 7 });
  });

  it('tries again after a 500 and a closed connection, with growing pauses', async () => {
    const server = await serve((req, res, nth) => {
      if (nth === 1) res.writeHead(500).end('oops');
      else if (nth === 2) req.socket.destroy();
      else res.end('{}');
    });
    const got = await get(`${server.url}/x`);
    expect(text(got)).toBe('{}');
    expect(got.slept).toEqual([250, 500]);
    expect(got.meter.requests).toBe(3);
  });

  it('gives up after three attempts and says how many they were', async () => {
    const server = await serve((_, res) => void res.writeHead(503).end());
    const got = await get(`${server.url}/x?secret=1`);
    expect(failed(got)).toMatchObject({ reason: 'http', message: `${server.url}/x answered 503 (after 3 attempts)` });
    expect(server.hits).toHaveLength(3);
  });

  it.each([[404, 'not-found'], [410, 'not-found'], [403, 'http'], [204, 'http']])('does not repeat a %i', async (status, reason) => {
    const server = await serve((_, res) => void res.writeHead(status).end());
    expect(failed(await get(server.url)).reason).toBe(reason);
    expect(server.hits).toHaveLength(1);
  });

  it('waits as long as a 429 asks', async () => {
    const server = await serve((_, res, nth) => void (nth === 1 ? res.writeHead(429, { 'retry-after': '7' }).end() : res.end('{}')));
    const got = await get(server.url);
    expect([text(got), got.slept]).toEqual(['{}', [7000]]);
  });

  it('reads a date to wait for against the clock of the answer', async () => {
    const server = await serve((_, res, nth) => {
      if (nth > 1) res.end('{}');
      else res.writeHead(503, { date: 'Fri, 20 Nov 2026 10:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 10:00:03 GMT' }).end();
    });
    expect((await get(server.url)).slept).toEqual([3000]);
  });

  it('does not wait longer than the time-out', async () => {
    const server = await serve((_, res) => void res.writeHead(503, { 'retry-after': '3600' }).end());
    const got = await get(server.url);
    expect(failed(got)).toMatchObject({ reason: 'http', message: `${server.url}/ answered 503 and asked to wait 3600 s` });
    expect([got.slept, server.hits.length]).toEqual([[], 1]);
  });

  it('ends a pause when the time is up, with the last failure', async () => {
    const server = await serve((_, res) => void res.writeHead(503).end());
    const http = createHttp(limits({ timeout: 80 }), false, { random: () => 0, sleep: () => new Promise(() => undefined) });
    const result = await http.get(new URL(server.url), { meter: { requests: 0, bytes: 0 }, signal: never(), validators: null, sink: () => jsonSink('it') });
    expect(result).toMatchObject({ ok: false, reason: 'http', message: `${server.url}/ answered 503` });
  });

  it('calls a body that is shorter than announced truncated, and tries again', async () => {
    const server = await serve((req, res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('{"a":');
      setImmediate(() => req.socket.destroy());
    });
    const got = await get(server.url);
    expect(failed(got).reason).toBe('truncated');
    expect(failed(got).message).toContain('of 100 bytes');
    expect(server.hits).toHaveLength(3);
  });

  it('calls a chunked body without its end truncated', async () => {
    const server = await serve((req, res) => {
      res.write('{"a":');
      setImmediate(() => req.socket.destroy());
    });
    expect(failed(await get(server.url)).reason).toBe('truncated');
  });

  it('unpacks gzip, and calls half of it truncated', async () => {
    const packed = gzipSync('{"packed":true}');
    const whole = await serve((_, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
    expect(text(await get(whole.url))).toBe('{"packed":true}');
    const half = await serve((_, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, 20)));
    expect(failed(await get(half.url)).reason).toBe('truncated');
  });

  it('refuses an encoding that it did not ask for', async () => {
    const server = await serve((_, res) => void res.writeHead(200, { 'content-encoding': 'br' }).end('x'));
    expect(failed(await get(server.url)).reason).toBe('not-json');
  });

  it('refuses by its announced length what is too large, before reading it', async () => {
    const server = await serve((_, res) => {
      res.writeHead(200, { 'content-length': String(2 << 20) });
      res.write('{');
    });
    const got = await get(server.url, { bodyLimit: 1 << 20 });
    expect(failed(got)).toMatchObject({ reason: 'too-large', message: expect.stringContaining('limit of 1 MiB') as string });
    expect(got.meter.bytes).toBe(0);
  });

  it('counts the limit after unpacking too', async () => {
    const bomb = gzipSync(Buffer.alloc(4 << 20, ' '));
    const server = await serve((_, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.concat([gzipSync('{'), bomb])));
    expect(bomb.length).toBeLessThan(100_000);
    expect(failed(await get(server.url, { bodyLimit: 1 << 20 })).reason).toBe('too-large');
    expect(server.hits).toHaveLength(1);
  });

  it('times out where nothing answers, and where the body never ends', async () => {
    const silent = await serve(() => undefined);
    expect(failed(await get(silent.url, { timeout: 60 }))).toMatchObject({ reason: 'timeout', message: `${silent.url}/ did not answer completely within 0.06 s` });
    const endless = await serve((_, res) => void res.write('{"a":'));
    expect(failed(await get(endless.url, { timeout: 60 })).reason).toBe('timeout');
    expect(endless.hits).toHaveLength(1);
  });

  it('ends where the server would speak another protocol', async () => {
    const server = await serve((req) => void req.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'));
    expect(failed(await get(server.url))).toMatchObject({ reason: 'network', message: `${server.url}/ could not be reached: the connection was closed before an answer (after 3 attempts)` });
  });

  it('ends when the caller says so', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    expect(failed(await get(server.url, { signal: controller.signal })).reason).toBe('aborted');
    const before = await get(server.url, { signal: AbortSignal.abort() });
    expect([failed(before).reason, server.hits.length]).toEqual(['aborted', 1]);
  });

  it('says what is wrong where nobody listens', async () => {
    const got = await get('http://127.0.0.1:9/x');
    expect(failed(got)).toMatchObject({ reason: 'network', message: 'http://127.0.0.1:9/x could not be reached: the connection was refused (after 3 attempts)' });
  });

  it('sends the validators of an earlier answer and takes a 304 as unchanged', async () => {
    const server = await serve((req, res) => {
      if (req.headers['if-none-match'] === '"v1"') res.writeHead(304).end();
      else res.writeHead(200, { etag: '"v1"', 'last-modified': 'Fri, 20 Nov 2026 10:00:00 GMT' }).end('{}');
    });
    const first = await get(server.url);
    expect(first.result).toMatchObject({ ok: true, unchanged: false, validators: { etag: '"v1"', lastModified: 'Fri, 20 Nov 2026 10:00:00 GMT' } });
    const second = await get(server.url, { validators: { etag: '"v1"', lastModified: null } });
    expect(second.result).toEqual({ ok: true, unchanged: true });
  });
});

describe('a redirect', () => {
  it('is followed within the host', async () => {
    const server = await serve((req, res) => void (req.url === '/new' ? res.end('{"moved":1}') : res.writeHead(301, { location: '/new' }).end()));
    const got = await get(`${server.url}/old`);
    expect(text(got)).toBe('{"moved":1}');
    expect(got.meter.requests).toBe(2);
  });

  it('to another host is a failure that names both', async () => {
    const server = await serve((_, res) => void res.writeHead(302, { location: 'https://elsewhere.example/summary' }).end());
    const got = await get(`${server.url}/old`);
    expect(failed(got).reason).toBe('redirect');
    expect(failed(got).message).toContain(server.url);
    expect(failed(got).message).toContain('https://elsewhere.example');
    expect(server.hits).toHaveLength(1);
  });

  it('to another port of the host is another host', async () => {
    const other = await serve((_, res) => void res.end('{}'));
    const server = await serve((_, res) => void res.writeHead(307, { location: `${other.url}/x` }).end());
    expect(failed(await get(server.url)).reason).toBe('redirect');
    expect(other.hits).toEqual([]);
  });

  it.each(['/round', '', 'http://', 'file:///etc/passwd'])('to %j leads nowhere', async (location) => {
    const server = await serve((_, res) => void res.writeHead(302, { location }).end());
    expect(failed(await get(`${server.url}/round`)).reason).toBe('redirect');
    expect(server.hits.length).toBeLessThan(10);
  });
});

describe('a source from a repository\'s configuration', () => {
  it.each(['127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'])('may not name %s', async (host) => {
    const server = await serve((_, res) => void res.end('{}'));
    expect(failed(await get(`http://${host}:${server.port}/`, { guarded: true })).reason).toBe('address');
    expect(server.hits).toEqual([]);
  });

  it('may not name a host that leads to a private address, not even among others', async () => {
    const server = await serve((_, res) => void res.end('{}'));
    const lookup = async () => [{ address: '93.184.215.14', family: 4 }, { address: '127.0.0.1', family: 4 }];
    const got = await get(`http://ci.example:${server.port}/`, { guarded: true, lookup });
    expect(failed(got)).toMatchObject({ reason: 'address', message: 'ci.example leads to 127.0.0.1, a private or reserved address, which a configuration from a repository may not reach' });
    expect([got.meter.requests, server.hits]).toEqual([1, []]);
  });

  it('is connected to at the very address that was judged, however often the name changes its mind', async () => {
    const answers = ['93.184.215.14', '10.0.0.1'];
    const lookup = connectLookup(async () => [{ address: answers.shift() ?? '', family: 4 }], true);
    const connect = (all: boolean) => new Promise((done) => lookup('ci.example', { all }, (error, address) => done(error ?? address)));
    expect(await connect(true)).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(await connect(false)).toBeInstanceOf(AddressRefused);
  });

  it('is the operator\'s business where the configuration is the operator\'s', async () => {
    const server = await serve((_, res) => void res.end('{"mine":1}'));
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(text(await get(`http://ci.internal:${server.port}/`, { lookup }))).toBe('{"mine":1}');
  });
});
