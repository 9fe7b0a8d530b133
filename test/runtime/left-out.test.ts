import { afterEach, expect, it } from 'vitest';
import type { LeftOut, PlannedAction } from '../../src/domain/action.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const REVIEW: LeftOut = { what: 'a review by @demo/leads', reason: 'GitHub answered 422: they are no collaborators.' };
const LABELS: LeftOut = { what: 'its labels', reason: 'GitHub answered 403: not accessible by integration.' };

const pull = (n: number): PlannedAction => ({
  key: `proposal:${n}:pull`, project: 'demo', entity: `command:${n}`, destination: 'github:demo/demo', family: null, summary: 'open a pull request',
  action: { kind: 'ensure-pull-request', repo: 'demo/demo', branch: `b${n}`, since: 0, title: 't', body: [], labels: [], tell: { surface: 'github', repo: 'demo/demo', number: 1 }, edit: { kind: 'owners', project: 'demo', platform: 'linux/s390x', change: 'add', handle: '@ada' } },
});

/** Opens a pull request that GitHub lets have everything but this. */
async function open(n: number, without: readonly LeftOut[]): Promise<string[]> {
  on.clock.now += 1_000;
  on.edge.answer = (a) => a.kind === 'ensure-pull-request' ? { ok: true, receipt: { kind: 'pull-request', repo: 'demo/demo', number: n, url: 'u' }, ...(without.length === 0 ? {} : { without }) } : null;
  await on.store.commit({ at: on.clock.now, actions: [pull(n)] });
  await new Dispatcher(on.rt).drain();
  return (await on.store.warnings('demo')).map((w) => w.text);
}

it('tells operators, and nobody else, what a pull request had to be opened without: once, until one has it all', async () => {
  on = await stage();
  expect(await open(1, [REVIEW, LABELS])).toEqual([
    'demo/demo#1 is open without a review by @demo/leads: GitHub answered 422: they are no collaborators. Everything else about it is done. Add by hand what is missed; this is over with the next pull request for which GitHub takes it.',
    expect.stringMatching(/^demo\/demo#1 is open without its labels: GitHub answered 403/),
  ]);
  expect(await open(2, [REVIEW])).toEqual([expect.stringMatching(/^demo\/demo#2 is open without a review by @demo\/leads/)]);
  const warned = on.log.filter((l) => typeof l['warning'] === 'string' && l['warning'].startsWith('without:') && l['level'] === 40);
  expect(warned.map((l) => String(l['msg']).slice(0, 40))).toEqual(['demo/demo#1 is open without a review by ', 'demo/demo#1 is open without its labels: ']);
  expect(await open(3, [])).toEqual([]);
  expect(on.edge.done.filter((d) => d.kind === 'notice')).toEqual([]);
  expect((await on.rows()).filter((r) => r.state !== 'done')).toEqual([]);
});
