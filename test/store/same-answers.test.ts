import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../src/domain/action.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openEngine } from '../../src/store/open.ts';
import { storeOver } from '../../src/store/over.ts';
import type { HeldDelivery, Store } from '../../src/store/store.ts';
import { DAY } from '../../src/store/values.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { empty } from './here.ts';
import { GITHUB, NOW, PROJECT, SLACK, TODAY, audit, claim, code, event, incident, ping, planned, proposal, quiet, receipt, run, state, vote, warning } from './samples.ts';

/** What a sequence of operations remembers: the last rows and deliveries in hand, and the clock. */
interface Memory {
  rows: OutboxRow[];
  held: HeldDelivery[];
  now: number;
}
type Step = (store: Store, memory: Memory) => Promise<unknown>;

const few = fc.integer({ min: 0, max: 2 });
const NAMES = ['a', 'b', 'Z', 'é', 'a\u0000', '10', '9'];
const name = fc.constantFrom(...NAMES);
const outcome = fc.constantFrom('pass', 'fail', 'flaky');
const ended = fc.constantFrom('done', 'pending', 'dead', 'superseded');

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(few, few, fc.constantFrom('open', 'dismissed', 'closed'), fc.option(few)).map(([id, place, how, expected]): Step => (s, m) => s.commit({
    at: m.now, audit: [audit(`incident:${id}`, how)], pings: [ping(`${id}:${place}`)],
    incidents: [{ expected, incident: incident(String(id), { platform: `linux/${place}`, state: how, closedAt: how === 'closed' ? m.now : null, revision: (expected ?? 0) + 1, remindAt: m.now + place * 100, issue: { repo: 'A/b', number: place, url: '' } }) }],
  })),
  fc.tuple(few, few, fc.constantFrom('open', 'approved', 'expired'), fc.option(few)).map(([id, issue, how, expected]): Step => (s, m) => s.commit({
    at: m.now, audit: [{ ...audit(`proposal:${id}`, how), at: m.now, actor: `github:${issue}` }],
    proposals: [{ expected, proposal: proposal(String(id), { state: how, decidedAt: how === 'open' ? null : m.now, revision: (expected ?? 0) + 1, warnAt: issue === 0 ? null : m.now + issue * 100, expiresAt: m.now + 150, votes: [vote('olaf', { kind: 'object', at: m.now })], issue: { repo: 'A/b', number: issue, url: '' } }) }],
  })),
  fc.tuple(name, few, fc.option(few)).map(([id, hours, expected]): Step => (s, m) => s.commit({ at: m.now, quiets: [{ expected, quiet: quiet(id, { at: m.now, to: m.now + hours * 5_000, revision: (expected ?? 0) + 1 }) }] })),
  fc.tuple(few, name, name, fc.boolean()).map(([what, hash, user, own]): Step => (s, m) => s.commit({
    at: m.now, ...(what === 2 ? {} : { codes: [code(own ? `${user}${hash}` : hash, { team: 'T', user }, { expires: m.now + 9_000 })] }),
    ...(what === 0 ? {} : { usedCode: hash, identities: [{ slack: { team: 'T', user }, login: hash, at: m.now }] }),
  })),
  fc.tuple(name, few, few).map(([id, days, who]): Step => (s, m) => s.commit({ at: m.now, events: [event(id, { at: NOW - days * DAY, by: String(who) }), event(`${id}+`)] })),
  fc.tuple(fc.array(name, { maxLength: 3 }), few).map(([sources, days]): Step => (s) => s.noteGoodDay(PROJECT, sources, TODAY - days)),
  fc.tuple(name, few, fc.boolean(), fc.option(few), fc.boolean()).map(([key, entity, github, family, record]): Step => (s, m) => s.commit({
    at: m.now, record, actions: [planned(`${key}${entity}`, { entity: `incident:${entity}`, destination: github ? GITHUB : SLACK, family: family === null ? null : `f${family}` }), planned(`${key}+`, { family: 'f0' })],
  })),
  fc.tuple(few, few, fc.boolean()).map(([owner, limit, skip]): Step => async (s, m) => (m.rows = await s.claimActions({ ...claim(`o${owner}`, m.now, { limit: limit + 1 }), skip: skip ? [SLACK] : [] }))),
  fc.tuple(ended, few).map(([how, later]): Step => (s, m) => {
    const row = m.rows.at(0);
    if (!row) return Promise.resolve(null);
    const { key, attempts } = row;
    const settled = how === 'done' ? { key, attempts, state: how, receipt: receipt() } as const
      : how === 'pending' ? { key, attempts, state: how, notBefore: m.now + later * 1_000, error: 'later' } as const : { key, attempts, state: how, error: 'no' } as const;
    return s.commit({ at: m.now, settled });
  }),
  fc.tuple(few, few).map(([owner, what]): Step => (s, m) => what === 0 ? s.release(`o${owner}`, m.now) : what === 1 ? s.renewActions({ owner: `o${owner}`, now: m.now, leaseFor: 5_000, held: m.rows.map((r) => r.key) }) : s.lease('role', `o${owner}`, m.now, 1_000)),
  fc.tuple(name, few).map(([key, entity]): Step => (s, m) => s.reviveAction(`${key}${entity}`, m.now)),
  fc.tuple(name, few).map(([id, lane]): Step => (s, m) => s.receive([{ id, surface: 'github', event: 'e', payload: { id }, lane: `lane-${lane}` }], m.now)),
  few.map((limit): Step => async (s, m) => (m.held = await s.claimDeliveries(claim('o1', m.now, { limit })))),
  fc.boolean().map((dead): Step => async (s, m) => {
    const d = m.held.at(0);
    return d ? (dead ? s.commit({ at: m.now, delivery: d }) : s.deferDelivery(d.id, d.attempts, { notBefore: m.now + 500, error: 'x', dead: false })) : null;
  }),
  fc.array(fc.tuple(name, fc.integer({ min: -100, max: 0 }), name, outcome), { maxLength: 6 }).map((runs): Step => (s, m) => s.saveReadings(PROJECT, m.now,
    runs.map(([build, day, key, how]) => ({ state: state(`j${key}`, { reason: build }), runs: [run(build, { started: NOW + day * DAY, outcome: how, commit: key })] })))),
  fc.array(name, { maxLength: 3 }).map((keys): Step => (s, m) => s.raiseWarnings(keys.map((k) => warning(`w:${k}`)), m.now)),
  fc.tuple(name, fc.array(name, { maxLength: 2 })).map(([prefix, keep]): Step => (s, m) => s.clearWarnings(PROJECT, `w:${prefix}`, keep.map((k) => `w:${k}`), m.now)),
  few.map((days): Step => async (s, m) => { m.now += days * DAY; return s.maintain(m.now, { runs: 50 * DAY, rollups: 90 * DAY }); }),
  fc.integer({ min: 0, max: 12_000 }).map((ms): Step => async (_, m) => { m.now += ms; }),
);

const KEYS = ['ja', 'jb', 'jZ', 'jé', 'ja\u0000', 'j10', 'j9'];
const everything = async (s: Store, now: number): Promise<unknown[]> => [
  await s.jobStates(PROJECT), await s.lastRuns(PROJECT, KEYS, 3), await Promise.all(KEYS.map((k) => s.rollups(PROJECT, k, 0, 99_999))),
  await s.incidents(PROJECT, now - DAY), await s.dueIncidents(now, 2), await s.incidentByIssue('a/B', 1), await s.lastClosed(PROJECT, 'linux/1', 'breakage'),
  await s.listActions({ limit: 99 }), await s.countActions(), await s.nextActionAt(), await s.auditOf('incident:1'), await s.auditBy('github:1', NOW, 3), await s.pings({ since: 0, limit: 4 }), await s.warnings(),
  await s.proposals(PROJECT, now - DAY), await s.proposalByIssue('a/B', 1), await s.dueProposals(now, 2), await s.quiets(PROJECT, now),
  await s.platformEvents(PROJECT, NOW - DAY), await s.goodDays(PROJECT, TODAY - 1, TODAY), await s.incidentsSince(PROJECT, NOW), await Promise.all(KEYS.map((k) => s.runsSince(PROJECT, k, NOW - 60 * DAY))),
  await Promise.all(NAMES.map(async (n) => [await s.identity({ team: 'T', user: n }), await s.linkCode(n)])),
];

async function play(store: Store, steps: readonly Step[]): Promise<unknown[]> {
  const memory: Memory = { rows: [], held: [], now: NOW };
  const answers: unknown[] = [];
  for (const one of steps) answers.push(await one(store, memory));
  return [...answers, ...await everything(store, memory.now)];
}

const database = databaseOf('store_same');

describe.skipIf(!await postgresIsHere('the comparison of both engines'))('both engines', () => {
  let postgres: Engine;
  beforeAll(async () => {
    await database.create();
    postgres = await openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' });
  });
  afterAll(async () => {
    await postgres.close();
    await database.drop();
  });

  it('give the same answers to the same operations', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await empty(postgres);
      const sqlite = await openEngine({ dataDir: '/nowhere', mode: 'memory' });
      try {
        expect(await play(storeOver(postgres), steps)).toEqual(await play(storeOver(sqlite), steps));
      } finally {
        await sqlite.close();
      }
    }), { numRuns: 30 });
  });
});
