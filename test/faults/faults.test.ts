import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { postgresIsHere } from '../postgres.ts';
import { diceOf } from '../sweep/dice.ts';
import { breakage } from '../sweep/flows/breakage.ts';
import { command } from '../sweep/flows/command.ts';
import type { Flow } from '../sweep/flows/index.ts';
import { removeStores, type Engine } from '../sweep/stores.ts';
import { engineFor, operationsOf, planOf, troublesOf } from './cells.ts';
import { FLOWS } from './flows/index.ts';
import { calledOff } from './flows/called-off.ts';
import { lostAnswers } from './flows/lost-answers.ts';
import { repositoryFile } from './flows/repository-file.ts';
import { otherSources } from './flows/other-sources.ts';
import { slackDoors } from './flows/slack-doors.ts';
import { ofStatement, type Operation } from './operations.ts';
import { tell, type Told } from './run.ts';
import { judge } from './verdict.ts';
import { keyOf } from './watch.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

/** Cells of each flow; the whole of the matrix is `npm run faults`. */
const SAMPLE: readonly (readonly [Flow, Engine, number])[] = [[breakage, 'sqlite', 6], [command, 'sqlite', 5], [otherSources, 'sqlite', 4], [lostAnswers, 'sqlite', 4], [slackDoors, 'sqlite', 4], [command, 'postgres', 6]];
const SEED = 2016;

const page = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8');
/** The operations that the page has a row for, each with its system. */
const listed = new Set(page.split('\n## ').flatMap((section) => [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((m) => `${section.split('\n')[0] ?? ''} ${m[1] ?? ''}`)));
const here = await postgresIsHere('troubles of PostgreSQL');

afterAll(() => removeStores());

/** So many cells of what a telling asked for, drawn by chance. */
function sampleOf(peace: Told, engine: Engine, n: number) {
  const dice = diceOf(SEED);
  const cells = operationsOf(peace).filter((o) => engineFor(o.system) === engine).flatMap((operation) => troublesOf(operation).map((trouble) => ({ operation, trouble, at: dice() })));
  return cells.sort((a, b) => a.at - b.at).slice(0, n);
}

describe('a trouble outside', () => {
  it.each(SAMPLE.filter(([, engine]) => engine === 'sqlite' || here).map(([flow, engine, n]) => [flow.name, engine, flow, n] as const))('is made good, or told, wherever it is: %s on %s', async (_, engine, flow, n) => {
    const peace = await tell(flow, engine, null);
    for (const word of flow.ends) expect(peace.pictures.at(-1)).toMatch(word);
    for (const { operation, trouble } of sampleOf(peace, engine, n)) {
      const plan = planOf(peace, [operation], trouble);
      const verdict = judge(plan, peace, await tell(flow, engine, plan, false)).get(keyOf(operation));
      expect(verdict, `${keyOf(operation)}, ${trouble.name}`).not.toMatchObject({ end: expect.stringMatching(/^(?:wrong|not met)$/) as string });
    }
  });
});

describe('what the matrix has shown', () => {
  /** How one cell ends. */
  async function endOf(flow: Flow, key: string, trouble: string): Promise<{ readonly end: string | undefined; readonly warnings: readonly string[] }> {
    const peace = await tell(flow, 'sqlite', null);
    const operation = operationsOf(peace).find((o) => keyOf(o) === key) ?? expect.fail(`${key} is asked for`);
    const plan = planOf(peace, [operation], troublesOf(operation).find((t) => t.name === trouble) ?? expect.fail(`there is ${trouble}`));
    const told = await tell(flow, 'sqlite', plan, false);
    return { end: judge(plan, peace, told).get(key)?.end, warnings: told.warnings.map((w) => `${w.key} ${w.told ? 'told' : 'not told'} ${w.over ? 'over' : 'standing'}: ${w.text}`) };
  }

  it('leaves no change of a configuration unchecked for one wrong 404', async () => {
    expect((await endOf(repositoryFile, 'GitHub POST /repos/{repo}/check-runs', '404')).end).toMatch(/again/);
  });

  it("takes its own branch for nobody else's for one wrong 404", async () => {
    expect((await endOf(calledOff, 'GitHub GET /repos/{repo}/compare/{range}', '404')).end).not.toBe('wrong');
  });

  it('says to who has asked in Slack what its own address did not take, whatever its status', async () => {
    expect((await endOf(command, 'Slack response_url', 'page')).end).not.toBe('wrong');
  });

  it('tells once that a write is tried in vain for long, and that it got through', async () => {
    const { end, warnings } = await endOf(breakage, 'GitHub POST /repos/{repo}/issues', '500 for hours');
    expect(end).toBe('as soon as it is over');
    expect(warnings.filter((w) => w.startsWith('waits:'))).toEqual([expect.stringMatching(/^waits:demo;github:demo\/demo told over: Archsignal has tried in vain since .* to file .*: GitHub answered 500 to POST .* It goes on trying, and makes all of it good as soon as it gets through\.$/)]);
  });
});

describe('the page of troubles', () => {
  it('has a row for everything that the flows ask of the outside', async () => {
    const asked = new Map<string, Operation>();
    for (const flow of FLOWS) for (const operation of operationsOf(await tell(flow, 'sqlite', null))) asked.set(keyOf(operation), operation);
    if (here) for (const operation of operationsOf(await tell(breakage, 'postgres', null))) asked.set(keyOf(operation), operation);
    expect([...asked.keys()].filter((key) => !listed.has(key))).toEqual([]);
  });

  it('tells of no cell that is wrong', () => {
    expect(page).toMatch(/, 0 wrong\.$/m);
    expect(page).not.toContain('**wrong**');
  });
});

describe('the fault matrix itself', () => {
  const operation = ofStatement('insert into "outbox" values (1)');
  const peace = (picture: string): Told => ({ asked: [{ operation, key: keyOf(operation), to: '', what: '', at: 0, hit: true }], atStart: 0, hits: 1, pictures: [picture], before: picture, dead: [], warnings: [], deaf: [], heldBack: [], stuck: null, failedStarts: [] });
  const plan = { targets: new Map([[keyOf(operation), 0]]), trouble: troublesOf(operation)[0] ?? expect.fail('there is a trouble') };

  it('sees what is lost, there twice, given up without a word, told twice and held back', () => {
    const calm = peace('#1 open\nfiled');
    const end = (told: Partial<Told>) => judge(plan, calm, { ...calm, ...told }).get(keyOf(operation))?.end;
    expect(end({ pictures: ['#1 open'] })).toBe('wrong');
    expect(end({ pictures: ['#1 open\nfiled\nfiled'] })).toBe('wrong');
    expect(end({ dead: [{ key: 'incident:1:ensure-issue:1.1', error: 'no' }] })).toBe('wrong');
    expect(end({ before: 'signal: :warning: it is down\nsignal: :warning: it is down' })).toBe('wrong');
    expect(end({ heldBack: ['a row'] })).toBe('wrong');
    expect(end({ stuck: 'there is no pull request' })).toBe('wrong');
    expect(end({ stuck: 'there is no pull request', pictures: ['#1 open\nfiled\nArchsignal cannot open that pull request: no'] })).toBe('told otherwise');
    expect(end({ deaf: ['a delivery'] })).toBe('wrong');
    expect(end({ dead: [{ key: 'k', error: 'no' }], warnings: [{ key: 'outbox:k;', text: 'no', told: true, over: false }] })).toBe('given up, told');
    expect(end({ pictures: ['#1 open\nfiled\nIt could not be looked up. Nothing was changed.'] })).toBe('refused, told');
  });

  it('calls statements by what they do to which table', () => {
    const names = (...texts: string[]): string[] => texts.map((t) => ofStatement(t).name);
    expect(names('BEGIN', 'select * from "jobs" for update of j', 'with due as (select 1 from outbox) update outbox as o set state = 1', 'insert into "audit" ("a") values ($1)', 'update "leases" set x = 1', 'create table "jobs" (id int)'))
      .toEqual(['begin', 'select jobs', 'claim outbox', 'insert audit', 'update leases', 'migrate']);
  });
});
