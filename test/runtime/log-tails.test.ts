import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCi, type Ci } from '../../demo/stand-ins/ci/index.ts';
import { createLogTails } from '../../src/runtime/log-tails.ts';
import type { LogPort } from '../../src/runtime/conflict-ports.ts';
import type { SourceConfig } from '../../src/domain/project.ts';
import { createTailReader, TAIL } from '../../src/sources/log-tail.ts';
import { logPlace } from '../../src/sources/log-place.ts';
import { REPO } from '../delivery/github/fixtures.ts';
import { world, type World } from '../delivery/github/world.ts';

let w: World;
let ci: Ci;
let logs: LogPort;
const in3s = { deadline: 3_000 };
const source = (url: string, guarded = false): SourceConfig => ({ name: 'prow', kind: 'prow', url, api: 'legacy', guarded });
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1} ppc64le\n`).join('');

beforeEach(async () => {
  w = await world();
  ci = await startCi();
  logs = createLogTails({ github: w.connect().releaseBlockers, web: w.gh.url, api: w.gh.url, read: createTailReader(), monotonic: () => performance.now() });
});
afterEach(async () => { await Promise.all([w.gh.close(), ci.close()]); });

describe('the end of a log', () => {
  it('of a job of GitHub Actions comes from where GitHub says, without the token', async () => {
    const run = await w.gh.reports(REPO).run('main', { name: 'build', conclusion: 'failure', log: 'ld: relocation R_PPC64_REL24\n' });
    const url = run.reported?.detailsUrl ?? '';
    expect(await logs.tail(REPO, url, [], in3s)).toEqual({ ok: true, value: { text: 'ld: relocation R_PPC64_REL24\n', first: 1 } });
    expect(w.gh.requests.at(-1)?.path).toMatch(/^\/_job-logs\//);
  });

  it.each([['where GitHub says that it is', /^\/_job-logs\//], ['at GitHub itself', /\/actions\/jobs\//]] as const)('is no page to sign in at and no garbage that came with status 200 (%s)', async (_where, path) => {
    const run = await w.gh.reports(REPO).run('main', { name: 'build', conclusion: 'failure', log: 'ld: relocation R_PPC64_REL24\n' });
    const tail = () => logs.tail(REPO, run.reported?.detailsUrl ?? '', [], in3s);
    for (const kind of ['html', 'garbage'] as const) {
      w.gh.faults.add({ kind, match: { path } });
      expect(await tail()).toMatchObject({ ok: false, lasting: false });
      expect(await tail()).toMatchObject({ ok: true });
    }
  });

  it('of a long job is its last part, with the number of its first line', async () => {
    const log = lines(40_000);
    const run = await w.gh.reports(REPO).run('main', { name: 'build', conclusion: 'failure', log });
    const look = await logs.tail(REPO, run.reported?.detailsUrl ?? '', [], in3s);
    if (!look.ok) throw new Error(look.why);
    expect(Buffer.byteLength(look.value.text)).toBeLessThanOrEqual(TAIL);
    expect(look.value.text.split('\n')[0]).toBe(`line ${look.value.first} ppc64le`);
    expect(look.value.text.endsWith('line 40000 ppc64le\n')).toBe(true);
  });

  it('of a run at Prow is asked for alone', async () => {
    const run = ci.job({ prow: 'pull-unit' }).run({ outcome: 'fail', log: lines(40_000) });
    const look = await logs.tail(REPO, `${ci.url}/view/gs/${run.job.logPath}/${run.build}`, [source(ci.url)], in3s);
    if (!look.ok) throw new Error(look.why);
    expect(ci.requests.at(-1)).toMatchObject({ path: `/${run.job.logPath}/${run.build}/build-log.txt`, status: 206 });
    expect(look.value).toMatchObject({ first: null });
    expect(look.value.text).toMatch(/^line \d+ ppc64le\n/);
    expect(look.value.text.endsWith('line 40000 ppc64le\n')).toBe(true);
  });

  it.each([
    ['a log that is not there', 404, true], ['a server that fails', 503, false], ['a page elsewhere', 302, true],
  ] as const)('is a failure that is told after %s', async (_what, status, lasting) => {
    const run = ci.job({ prow: 'pull-unit' }).run({ outcome: 'fail', log: 'x' });
    ci.faults.add({ kind: 'status', status, headers: { location: 'http://127.0.0.1:1/' } });
    expect(await logs.tail(REPO, `${ci.url}/view/gs/${run.job.logPath}/${run.build}`, [source(ci.url)], in3s)).toMatchObject({ ok: false, lasting, why: expect.stringContaining('build-log.txt') as string });
  });

  it('is a failure where the connection breaks in the middle, or nothing comes', async () => {
    const run = ci.job({ prow: 'pull-unit' }).run({ outcome: 'fail', log: lines(100) });
    const link = `${ci.url}/view/gs/${run.job.logPath}/${run.build}`;
    ci.faults.add({ kind: 'cut-middle' });
    expect(await logs.tail(REPO, link, [source(ci.url)], in3s)).toMatchObject({ ok: false, lasting: false });
    ci.faults.add({ kind: 'hang' });
    expect(await logs.tail(REPO, link, [source(ci.url)], { deadline: 60 })).toMatchObject({ ok: false, why: expect.stringContaining('within 0.06 s') as string });
  });

  it('that GitHub says is at a private address of another host is not fetched', async () => {
    const run = await w.gh.reports(REPO).run('main', { name: 'build', conclusion: 'failure', log: 'x' });
    for (const location of [`http://localhost:${ci.port}/secret`, 'https://169.254.169.254/latest']) {
      w.gh.faults.add({ kind: 'redirect', location, match: { path: /\/logs$/ } });
      expect(await logs.tail(REPO, run.reported?.detailsUrl ?? '', [], in3s)).toMatchObject({ ok: false });
    }
    expect(ci.requests).toHaveLength(0);
  });

  it('of a job whose log may not be read names the permission', async () => {
    const run = await w.gh.reports(REPO).run('main', { name: 'build', conclusion: 'failure', log: 'x' });
    w.gh.auth.permissions = { metadata: 'read' };
    expect(await logs.tail(REPO, run.reported?.detailsUrl ?? '', [], in3s)).toMatchObject({ ok: false, lasting: true, why: expect.stringContaining('`actions: read`') as string });
  });
});

describe('where a log may be read', () => {
  const prow = [source('https://prow.k8s.io')];
  it.each([
    ['https://prow.k8s.io/view/gs/k8s-bucket/pr-logs/pull/1/unit/17', 'https://storage.googleapis.com/k8s-bucket/pr-logs/pull/1/unit/17/build-log.txt'],
    ['https://prow.k8s.io/view/gcs/k8s-bucket/logs/unit/17/?x=1', 'https://storage.googleapis.com/k8s-bucket/logs/unit/17/build-log.txt'],
    ['https://storage.googleapis.com/k8s-bucket/logs/unit/17/build-log.txt', 'https://storage.googleapis.com/k8s-bucket/logs/unit/17/build-log.txt'],
    ['https://prow.k8s.io/logs/unit/17/build-log.txt', 'https://prow.k8s.io/logs/unit/17/build-log.txt'],
    ['https://prow.k8s.io//169.254.169.254/latest/build-log.txt', 'https://prow.k8s.io//169.254.169.254/latest/build-log.txt'],
    ['https://prow.k8s.io/\\127.0.0.1:6379/build-log.txt', 'https://prow.k8s.io//127.0.0.1:6379/build-log.txt'],
    ['https://storage.googleapis.com//elsewhere.example/b/build-log.txt', 'https://storage.googleapis.com//elsewhere.example/b/build-log.txt'],
  ])('%s leads to %s', (link, log) => {
    const place = logPlace(link, prow);
    expect(place.ok && place.url.href).toBe(log);
  });

  it.each([
    'https://elsewhere.example/view/gs/b/logs/unit/17', 'http://127.0.0.1:8080/build-log.txt', 'https://prow.k8s.io.example/view/gs/b/17', 'file:///etc/passwd/build-log.txt',
    'https://prow.k8s.io/job-history/gs/b/unit', 'https://prow.k8s.io:8443/view/gs/b/17', 'https://storage.googleapis.com/b/secret.txt', '', 'not a link',
  ])('%s leads nowhere', (link) => { expect(logPlace(link, prow)).toMatchObject({ ok: false }); });

  it('a source from a repository is followed to no private address', async () => {
    const run = ci.job({ prow: 'pull-unit' }).run({ outcome: 'fail', log: 'x' });
    expect(await logs.tail(REPO, `${ci.url}/view/gs/${run.job.logPath}/${run.build}`, [source(ci.url, true)], in3s)).toMatchObject({ ok: false, lasting: true });
    expect(ci.requests).toHaveLength(0);
  });
});

describe('a server that does not send the end alone', () => {
  let server: Server;
  const listening = async (answer: RequestListener): Promise<URL> => {
    server = createServer(answer);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/build-log.txt`);
  };
  afterEach(() => { server.closeAllConnections(); server.close(); });
  const log = lines(40_000);
  const read = createTailReader({ most: 1_000_000 });
  const options = { guarded: false, deadline: 3_000 };
  const theEnd = { ok: true, text: expect.stringMatching(/^line \d+ ppc64le\n[\s\S]*line 40000 ppc64le\n$/) as string };

  it('is read past, and its lines are counted', async () => {
    const url = await listening((_req, res) => { res.end(log); });
    const tail = await read(url, options);
    expect(tail).toMatchObject(theEnd);
    if (tail.ok) expect(tail.text.split('\n')[0]).toBe(`line ${tail.first} ppc64le`);
  });

  it('is read past where it has compressed the log', async () => {
    const url = await listening((_req, res) => { res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(log)); });
    expect(await read(url, options)).toMatchObject(theEnd);
  });

  it('is asked by the number of the first byte where the log is too long for that', async () => {
    const long = lines(80_000);
    const asked: unknown[] = [];
    const url = await listening(({ headers: { range } }, res) => {
      asked.push(range);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
      if (Number.isNaN(from)) res.writeHead(200, { 'content-length': long.length }).end(long);
      else res.writeHead(206, { 'content-range': `bytes ${from}-${long.length - 1}/${long.length}` }).end(long.slice(from));
    });
    expect(await read(url, options)).toMatchObject({ ok: true, first: null, text: expect.stringMatching(/line 80000 ppc64le\n$/) as string });
    expect(asked).toEqual([`bytes=-${TAIL}`, `bytes=${long.length - TAIL}-`]);
  });

  it('is given up where it sends without end', async () => {
    const url = await listening((_req, res) => {
      const more = (): void => { while (res.write(log)); };
      res.on('drain', more);
      more();
    });
    expect(await read(url, options)).toMatchObject({ ok: false, reason: 'too-large' });
  });

  it('is asked for all of it where it refuses to send a part', async () => {
    const url = await listening(({ headers }, res) => { if (headers.range === undefined) res.end('short\n'); else res.writeHead(416).end(); });
    expect(await read(url, options)).toEqual({ ok: true, text: 'short\n', first: 1 });
  });

  it('may not switch to another protocol', async () => {
    const url = await listening(({ socket }) => { socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'); });
    expect(await read(url, options)).toMatchObject({ ok: false, reason: 'network', message: expect.stringContaining('the connection was closed before an answer') as string });
  });

  it('may send what is no text', async () => {
    const url = await listening((_req, res) => { res.end(Buffer.from([0xff, 0x00, 0xc3, 0x0a, 0x41])); });
    expect(await read(url, options)).toMatchObject({ ok: true, text: '\ufffd\u0000\ufffd\nA' });
  });
});
