import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { raiseStartWarnings } from '../../src/runtime/start-warnings.ts';
import { noteTracked } from '../../src/runtime/untracked.ts';
import { raise } from '../../src/runtime/warnings.ts';
import { conflict, incident, proposal } from '../store/samples.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
beforeEach(async () => { on = await stage(); });
afterEach(() => on.store.close());

const warnings = async (): Promise<string[]> => (await on.store.warnings()).map((w) => w.text);
/** A server whose files name these projects. */
const started = (...names: readonly string[]): Promise<void> => noteTracked({ ...on.rt, projects: new Map(names.map((n) => [n, on.tracked])) });
const ISSUE = (number: number) => ({ repo: 'demo/demo', number, url: `https://github.example/${number}` });
const warned = (...keys: readonly string[]): Promise<void> => raise(on.rt, keys.map((key) => ({ key, project: 'demo', urgency: 'log', text: key })));

describe('a project on disk', () => {
  it('that is in no file any more is told of while something of it is open, and not once it is back', async () => {
    await started('demo', 'other');
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: null, incident: incident('one', { project: 'demo', issue: ISSUE(7) }) }], proposals: [{ expected: null, proposal: proposal('two', { project: 'demo', issue: ISSUE(8) }) }] });
    for (let i = 0; i < 2; i++) {
      await started('other');
      expect(await warnings()).toEqual(['demo is no longer tracked: no file names it any more. Its 1 open incident and 1 undecided proposal and their issues are left as they are; close those by hand, or put the file back.']);
    }
    await started('demo', 'other');
    expect(await warnings()).toEqual([]);
  });

  it('that left a platform turned off is told of, as nobody watches for its way back', async () => {
    await started('demo');
    const off = conflict('one', { project: 'demo' });
    await on.store.commit({ at: on.clock.now, conflicts: [{ expected: null, conflict: { ...off, times: { ...off.times, off: on.clock.now, back: null } } }] });
    await started();
    expect(await warnings()).toEqual([expect.stringContaining(`what was turned off (${off.platform})`)]);
  });

  it('leaves no warning behind that only holds while it is tracked', async () => {
    await started('demo');
    await warned('source:demo:grid:down', 'owner:demo:@demo/gone', 'channel:demo:#gone', 'outbox:incident:one:comment:1', 'issue:one;');
    await started('other');
    expect(await warnings()).toEqual(['issue:one;', 'outbox:incident:one:comment:1']);
  });
});

it('takes back what was said of a source that the configuration names no more', async () => {
  await warned('source:demo:grid:down', 'source:demo:gone:down');
  await raiseStartWarnings(on.rt, [{ project: on.tracked.project, warnings: [] }], null);
  expect(await warnings()).toEqual(['source:demo:grid:down']);
});
