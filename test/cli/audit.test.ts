import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditKind } from '../../src/domain/audit.ts';
import { audit, type AuditOptions } from '../../src/cli/audit.ts';
import type { Io } from '../../src/cli/io.ts';
import { readEnv } from '../../src/env.ts';
import { openStore } from '../../src/store/open.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { DAY } from '../../src/store/values.ts';
import { incident, NOW, PROJECT, proposal, quiet } from '../store/samples.ts';

interface Place { readonly DATA_DIR?: string; readonly DATABASE_URL?: string }

/** Three things on two platforms, with somebody's words about them. */
async function fill(place: Place): Promise<void> {
  const store = await openStore({ dataDir: place.DATA_DIR ?? '/nowhere', databaseUrl: place.DATABASE_URL, mode: 'server' });
  const said = (entity: string, what: AuditKind, actor: string, ago: number, evidence: unknown = null) => ({ at: NOW - ago, project: PROJECT, entity, what, actor, evidence });
  await store.commit({
    at: NOW, incidents: [{ expected: null, incident: incident('one', { issue: { repo: 'a/b', number: 7, url: '' } }) }],
    proposals: [{ expected: null, proposal: proposal('p', { issue: { repo: 'a/b', number: 8, url: '' } }) }], quiets: [{ expected: null, quiet: quiet('q') }],
    audit: [
      said('incident:one', 'opened', 'archsignal', 40 * DAY), said('incident:one', 'acknowledged', 'github:Olga', 3 * DAY, { comment: 5 }),
      said('proposal:p', 'approval', 'slack:nina', 2 * DAY), said('quiet:q', 'muted', 'github:nina', DAY), said('platform:linux/riscv64', 'excepted', 'github:\u001b[31mnina', 0),
    ],
  });
  await store.close();
}

async function told(place: Place, options: Partial<AuditOptions> = {}): Promise<string> {
  let text = '';
  const io: Io = { env: () => readEnv({ ...place }), now: () => NOW, log: pino({ level: 'silent' }), out: (t) => { text += `${t}\n`; } };
  await audit(io, { since: '30d', limit: '200', ...options });
  return text;
}

const whats = async (place: Place, options: Partial<AuditOptions>): Promise<string[]> => (JSON.parse(await told(place, { ...options, json: true })) as { what: string }[]).map((l) => l.what);

async function answers(place: Place): Promise<void> {
  const lines = (await told(place)).trimEnd().split('\n');
  expect(lines[0]).toMatch(/^WHEN +WHO +WHAT +PLATFORM +ABOUT$/);
  expect(lines.slice(1).map((l) => l.split(/ {2,}/).slice(1))).toEqual([
    ['github:nina', 'excepted', 'linux/riscv64', 'platform:linux/riscv64'], ['github:nina', 'muted', quiet('q').platform, 'quiet:q'],
    ['slack:nina', 'approval', proposal('p').matter.platform, 'proposal:p (a/b#8)'], ['github:Olga', 'acknowledged', incident('one').platform, 'incident:one (a/b#7)'],
  ]);
  expect(await whats(place, { since: '90d' })).toHaveLength(5);
  expect(await whats(place, { since: '90d', by: 'archsignal' })).toEqual(['opened']);
  expect(await whats(place, { by: '@olga' })).toEqual(['acknowledged']);
  expect(await whats(place, { by: 'nina' })).toEqual(['muted', 'approval']);
  expect(await whats(place, { by: 'slack:nina' })).toEqual(['approval']);
  expect(await whats(place, { about: 'A/b#8' })).toEqual(['approval']);
  expect(await whats(place, { about: 'incident:one' })).toEqual(['acknowledged']);
  expect(await whats(place, { about: 'a/b#99' })).toEqual([]);
  expect(await whats(place, { platform: 'riscv64' })).toEqual(['excepted']);
  expect(await whats(place, { limit: '1' })).toEqual(['excepted']);
  expect(await told(place, { platform: 'windows/arm64' })).toBe('Nothing of this was decided in the last 30d.\n');
  expect(JSON.parse(await told(place, { by: 'olga', json: true }))).toEqual([expect.objectContaining({ at: new Date(NOW - 3 * DAY).toISOString(), evidence: { comment: 5 }, issue: 'a/b#7' })]);
}

describe('archsignal audit', () => {
  const here: Place = { DATA_DIR: mkdtempSync(join(tmpdir(), 'archsignal-audit-')) };
  beforeAll(() => fill(here));
  afterAll(() => { rmSync(here.DATA_DIR ?? '', { recursive: true }); });

  it('tells who decided what about which platform and issue, newest first', () => answers(here));

  it('is refused in a sentence', async () => {
    await expect(told(here, { since: 'ever' })).rejects.toThrow('--since: expected a duration such as 30d, found "ever".');
    await expect(told(here, { platform: 'toaster' })).rejects.toThrow('--platform: expected a platform such as linux/s390x, found "toaster".');
    await expect(told(here, { limit: '0' })).rejects.toThrow('--limit: expected a whole number, found "0".');
    await expect(told({ DATA_DIR: '/nowhere/at/all' })).rejects.toThrow('There is no store in /nowhere/at/all yet');
  });
});

const database = databaseOf('cli_audit');

describe.skipIf(!await postgresIsHere('archsignal audit'))('archsignal audit', () => {
  beforeAll(async () => {
    await database.create();
    await fill({ DATABASE_URL: database.url });
  });
  afterAll(() => database.drop());

  it('tells the same on PostgreSQL', () => answers({ DATABASE_URL: database.url }));
});
