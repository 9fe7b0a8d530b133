import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import nock from 'nock';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
/** These are run, not imported. */
const PROGRAMS = ['main.ts', 'cli.ts', 'setup.ts'];
const asked: unknown[] = [];
/** nock tells of an `http` request and of a `fetch` in different shapes; that there was one is what counts. */
const note = (request: unknown): void => { asked.push(request); };

beforeAll(() => {
  nock.disableNetConnect();
  nock.emitter.on('no match', note);
});
afterAll(() => {
  nock.emitter.removeListener('no match', note);
  nock.restore();
});

it('sends nothing anywhere when its modules are imported', async () => {
  const modules = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts') && !PROGRAMS.includes(f));
  for (const file of modules) await import(join(SRC, file));
  // Requests that an import had begun would reach the network by now.
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(modules.length).toBeGreaterThan(50);
  expect(asked).toEqual([]);
});

it('would notice a request', async () => {
  await expect(fetch('http://archsignal.invalid/')).rejects.toThrow();
  expect(asked.length).toBe(1);
});
