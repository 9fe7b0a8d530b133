import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import type { Action, Audience, Button, Receipt } from '../../src/domain/action.ts';
import type { ConflictCase } from '../../src/domain/conflict.ts';
import type { PlatformEvent } from '../../src/domain/event.ts';
import type { Fact, Incident } from '../../src/domain/incident.ts';
import type { Matter, Vote } from '../../src/domain/proposal.ts';
import type { Block, Text } from '../../src/domain/text.ts';
import { CRITERIA } from '../../src/domain/ladder.ts';
import { action, receipt } from '../../src/store/schemas/action.ts';
import { platformEvent } from '../../src/store/schemas/event.ts';
import { incident as incidentSchema } from '../../src/store/schemas/incident.ts';
import { parseAgain, parseDocument } from '../../src/store/schemas/parse.ts';
import { proposal as proposalSchema } from '../../src/store/schemas/proposal.ts';
import { quiet as quietSchema } from '../../src/store/schemas/quiet.ts';
import { HOUR, NOW, downtime, incident, proposal, quiet, vote } from './samples.ts';

/** One of each kind; the compiler names a kind that is missing here. */
type OfEach<T extends { kind: string }> = { readonly [K in T['kind']]: T extends { kind: infer U } ? K extends U ? Omit<T, 'kind'> & { readonly kind: K } : never : never };

const read = (schema: z.ZodType, value: unknown): unknown => {
  const parsed = parseDocument(schema, JSON.stringify(value));
  return parsed.ok ? parsed.value : parsed.problem;
};
const without = (value: object, ...fields: readonly string[]): object => Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)));

const SKIP = { by: 'ivan', at: NOW, reason: 'we cut today' };
const CASE: ConflictCase = {
  conflict: 'c', blocker: { kind: 'board', release: null, jobs: [{ key: 'k', name: 'e2e', url: null }] }, fixBy: NOW, tries: [{ source: 's', by: 'olga', at: NOW, text: 't', url: null }], gaveUp: SKIP, skips: [SKIP], release: 'v1', earlier: 1, cut: NOW, expiresAfter: HOUR, oneMore: null,
  evidence: { way: 'log', because: 'b', base: 'green', checks: [{ name: 'n', url: null, failure: 'f' }], log: [{ line: 1, excerpt: 'e', platform: 'linux/ppc64le', signature: 'qemu', says: 's', onError: true }] },
  times: { detected: NOW, asked: NOW, proposed: null, approved: null, off: null, helped: null, back: null }, exit: { greens: 3, jobs: ['b'], upstream: null },
  plan: { removed: [{ repo: null, file: 'f', at: null, entry: 'linux/ppc64le', controls: 'release' }], diff: null, byHand: 'No.', elsewhere: ['f:1'], waiting: ['n'] },
};

const BLOCKS: OfEach<Block> = {
  paragraph: { kind: 'paragraph', spans: ['plain \u0000\ud800 <!-- -->', { code: 'a`b' }, { bold: '@all' }, { words: 'here', link: 'https://grid.example' }, { mention: '@kubernetes/s390x' }] },
  list: { kind: 'list', items: [[{ code: 'olga' }, ' said so'], []] },
  table: { kind: 'table', head: ['job', 'why'], rows: [[['unit'], [{ code: 'boom' }]], []] },
  code: { kind: 'code', text: '- a\n+ b', language: 'diff' },
  details: { kind: 'details', summary: 'more', blocks: [{ kind: 'paragraph', spans: ['inside'] }, { kind: 'details', summary: 'and more', blocks: [] }] },
};
const TEXT = Object.values(BLOCKS) as Text;

const INCIDENT_BUTTON: Button = { verb: 'snooze', label: 'Snooze', style: null, about: { incident: 'one' } };
const PROPOSAL_BUTTON: Button = { verb: 'approve', label: 'Approve', style: 'primary', about: { proposal: 'p', edition: 2 } };
const HERE: Audience = { surface: 'github', repo: 'a/b', number: 7 };
const THERE: Audience = { surface: 'slack', channel: 'C1', user: 'U1', responseUrl: null };
const P = { kind: 'proposal', id: 'p' } as const;
const SINCE = { since: NOW, shown: 3 };

const HAPPENED = { id: 'e', project: 'k', platform: 'linux/arm/v7', at: NOW } as const;
const URL = 'https://github.example/1';
const EVENTS: OfEach<PlatformEvent> = {
  step: { ...HAPPENED, kind: 'step', from: 3, to: 2, by: 'olga', url: URL, proposal: 'p' },
  'sign-off': { ...HAPPENED, kind: 'sign-off', group: 'conformance', by: 'olga', url: null },
  exception: { ...HAPPENED, kind: 'exception', criterion: 'parity', until: NOW + HOUR, reason: 'a broken disk\u0000\ud800', by: 'olga', url: URL },
  owners: { ...HAPPENED, kind: 'owners', owners: ['@kubernetes/arm', '@olga'] },
  act: { ...HAPPENED, kind: 'act', by: 'olga', what: 'acknowledged' },
  adopted: { ...HAPPENED, kind: 'adopted', step: 2 },
};

const ACTIONS: OfEach<Action> = {
  'ensure-issue': { kind: 'ensure-issue', incident: 'one', generation: 1, shown: 2 },
  comment: { kind: 'comment', incident: 'one', generation: 1, fact: 4 },
  'set-issue-state': { kind: 'set-issue-state', incident: 'one', generation: 1, state: 'closed', turn: 2 },
  unassign: { kind: 'unassign', incident: 'one', generation: 1, fact: 4, login: 'olga' },
  'ensure-message': { kind: 'ensure-message', incident: 'one', channel: '#c', shown: 1, issue: null },
  reply: { kind: 'reply', incident: 'one', channel: '#c', fact: 2 },
  notice: { kind: 'notice', channel: '#c', warning: 'w', text: 'mend it' },
  react: { kind: 'react', repo: 'a/b', comment: 9_007_199_254, content: 'eyes' },
  'post-comment': { kind: 'post-comment', repo: 'a/b', number: 7, id: 'd1', since: NOW, text: TEXT },
  'ensure-document': { kind: 'ensure-document', document: P, repo: 'a/b', issue: null, ...SINCE, title: 't', labels: ['l'], body: TEXT, state: 'open' },
  'ensure-card': { kind: 'ensure-card', document: P, channel: '#c', at: { channel: 'C1', ts: '1.2' }, ...SINCE, text: TEXT, buttons: [PROPOSAL_BUTTON, INCIDENT_BUTTON] },
  'card-reply': { kind: 'card-reply', document: P, channel: '#c', parent: { channel: 'C1', ts: '1.2' }, id: 'x', since: NOW, text: TEXT },
  whisper: { kind: 'whisper', channel: 'C1', user: 'U1', responseUrl: 'https://slack.example/r', text: TEXT },
  'show-home': { kind: 'show-home', user: 'U1', cards: [{ text: TEXT, buttons: [INCIDENT_BUTTON] }, { text: [], buttons: [] }] },
  'close-pull-request': { kind: 'close-pull-request', repo: 'a/b', number: 3 },
  'ensure-pull-request': {
    kind: 'ensure-pull-request', repo: 'a/b', branch: 'archsignal/owners', since: NOW, title: 't', body: TEXT, labels: [],
    edit: { kind: 'owners', project: 'k', platform: 'linux/s390x', change: 'add', handle: '@olga' }, tell: HERE,
  },
  'ensure-switch-pull': {
    kind: 'ensure-switch-pull', repo: 'a/b', branch: 'archsignal/off/1', base: 'main', since: NOW, title: 't', body: TEXT, labels: [], reviewers: ['@a/b'], milestone: null,
    platform: 'linux/arm/v7', to: 'off', places: [{ file: 'f.json', format: 'json-list', at: null }], mark: { proposal: '#1', link: 'https://github.example/2' },
    unmarked: [{ file: 'f.json', at: null, cuts: [{ entry: 1, offset: 0, piece: '"x"' }] }],
  },
  'ensure-check-run': { kind: 'ensure-check-run', repo: 'a/b', repository: 5, sha: 'c0ffee', pull: null, id: 'configuration.1', since: NOW },
};

const RECEIPTS: OfEach<Receipt> = {
  issue: { kind: 'issue', repo: 'a/b', number: 7, url: '', state: 'open', shown: 1, facts: 1, comments: 0 },
  comment: { kind: 'comment', url: 'u' },
  'issue-state': { kind: 'issue-state', state: 'closed' },
  message: { kind: 'message', channel: 'C1', ts: '1.2', shown: 1, issue: 7 },
  reply: { kind: 'reply', ts: '1.2' },
  notice: { kind: 'notice', channel: 'C1', ts: '1.2' },
  document: { kind: 'document', repo: 'a/b', number: 7, url: 'u', state: 'closed', shown: 2 },
  card: { kind: 'card', channel: 'C1', ts: '1.2', shown: 2 },
  'pull-request': { kind: 'pull-request', repo: 'a/b', number: 8, url: 'u' },
  'check-run': { kind: 'check-run', url: 'u' },
  patch: { kind: 'patch', diff: '-a', why: 'It may not.', unmarked: [] },
  switched: { kind: 'switched' },
  done: { kind: 'done' },
};

const told = { n: 1, at: NOW, asks: [] };
const fix = { repo: 'a/b', number: 8, url: 'u' };
const job = { key: 'k', name: 'unit', platform: 'linux/s390x', since: NOW, streak: 3, commits: 2, lastFailedCommit: null, fixedAt: null, passes: 0, flake: false, url: null } as const;
const plain = <K extends string>(kind: K) => ({ ...told, kind });
const by = <K extends string>(kind: K) => ({ ...told, kind, by: 'olga' });
const ofFix = <K extends string>(kind: K) => ({ ...told, kind, by: 'olga', fix });

const FACTS = {
  opened: plain('opened'), reopened: plain('reopened'), reminded: plain('reminded'), escalated: plain('escalated'), recovered: plain('recovered'),
  'still-failing': plain('still-failing'), unacknowledged: { ...told, kind: 'unacknowledged', had: 'olga' }, 'now-here': plain('now-here'), 'now-everywhere': plain('now-everywhere'),
  replaced: plain('replaced'), woken: plain('woken'),
  joined: { ...told, kind: 'joined', jobs: [job] }, left: { ...told, kind: 'left', jobs: [job], why: 'muted' },
  'kept-open': by('kept-open'), acknowledged: by('acknowledged'), dismissed: by('dismissed'), 'reopened-by-hand': by('reopened-by-hand'), unsnoozed: by('unsnoozed'), unclassified: by('unclassified'),
  snoozed: { ...told, kind: 'snoozed', by: 'olga', until: NOW + HOUR, reason: 'a new rack' },
  classified: { ...told, kind: 'classified', by: 'olga', as: 'infra', note: null },
  attempted: { ...told, kind: 'attempted', by: 'olga', text: 'a reboot', url: null },
  'fix-announced': ofFix('fix-announced'), 'fix-merged': ofFix('fix-merged'), 'fix-closed': ofFix('fix-closed'), 'fix-failed': ofFix('fix-failed'),
} satisfies { readonly [K in Fact['kind']]: Fact & { readonly kind: K } };

const STEERED: Incident = incident('one', {
  facts: Object.values(FACTS).map((f, n) => ({ ...f, n })), closedBy: 'muted',
  firstAcknowledged: { by: 'olga', at: NOW }, snooze: { by: 'olga', at: NOW, until: NOW + HOUR, reason: null }, classified: { as: 'flake', by: 'nils', at: NOW, note: 'TestA' },
  tries: [{ source: 'd1', by: 'olga', at: NOW, text: 'a reboot', url: null }],
  fixes: [{ ...fix, by: 'olga', at: NOW, state: 'merged', mergedAt: NOW, failed: true }],
});

describe('a stored document', () => {
  it.each(Object.entries(ACTIONS))('gives the action %s back as it was planned', (_, planned) => {
    expect(read(action, planned)).toEqual(planned);
  });

  it.each(Object.entries(RECEIPTS))('gives the receipt %s back as it was found', (_, found) => {
    expect(read(receipt, found)).toEqual(found);
  });

  it.each(Object.entries(FACTS))('gives the fact %s back as it was told', (kind, fact) => {
    const kept = read(incidentSchema, incident('one', { facts: [fact] })) as Incident;
    expect(kept.facts).toEqual([fact]);
    expect(kind).toBe(fact.kind);
  });

  it('gives an incident back with all that people did with it', () => {
    expect(read(incidentSchema, STEERED)).toEqual(STEERED);
    expect(read(action, { ...ACTIONS['ensure-pull-request'], tell: THERE })).toEqual({ ...ACTIONS['ensure-pull-request'], tell: THERE });
    const edit = { kind: 'step', project: 'a', platform: 'linux/s390x', from: 1, to: 2 } as const;
    expect(read(action, { ...ACTIONS['ensure-pull-request'], edit })).toEqual({ ...ACTIONS['ensure-pull-request'], edit });
  });

  it('gives every matter, vote and end of a proposal back', () => {
    const kinds: Record<Vote['kind'], Vote> = {
      approve: vote('a'), reject: vote('b', { kind: 'reject', reason: 'no' }), object: vote('c', { kind: 'object', surface: 'github' }),
      withdraw: vote('d', { kind: 'withdraw' }), lapse: vote('e', { kind: 'lapse', edition: 3 }),
    };
    const mute = proposal('p').matter;
    if (mute.kind !== 'mute') throw new Error(mute.kind);
    const meaning = { name: 'build', grants: ['Anybody can build it.'], build: 'off', release: 'off' } as const;
    const evidence = [{ criterion: 'pass-rate', step: 2, verdict: 'unmet', because: '40% of 20 runs.', links: [{ words: 'runs', link: 'https://x.example' }], exceptedUntil: NOW }] as const;
    const matters: OfEach<Matter> = { mute, step: { kind: 'step', platform: 'linux/s390x', from: 1, to: 2, before: meaning, after: { ...meaning, name: 'test', build: 'on' }, because: ['pass-rate'], evidence, asked: null, warned: { repo: 'a/b', number: 9, url: 'u' }, besides: [{ kind: 'switch', file: 'f', repo: null, at: 'A', controls: 'build', components: ['server'], branches: [], to: 'on' }, { kind: 'build', to: 'off' }, { kind: 'board', job: 'e2e', from: null, to: 'informing' }] },
      board: { kind: 'board', platform: 'linux/s390x', job: 'k', jobName: 'e2e', branch: null, from: 'informing', to: 'blocking', because: ['pass-rate'], evidence, days: 14 },
      deactivate: { kind: 'deactivate', platform: 'linux/ppc64le', remedy: 'deactivate', branch: 'master', components: ['server'], case: CASE },
      reactivate: { kind: 'reactivate', platform: 'linux/ppc64le', branch: 'master', components: [], conflict: 'c', removed: CASE.plan?.removed ?? [], diff: '+a', byHand: null, reactivation: { repo: 'a/b', number: 3, url: 'u' }, exit: CASE.exit, because: 'It builds.', off: NOW } };
    for (const matter of Object.values(matters)) {
      for (const state of ['open', 'approved', 'rejected', 'withdrawn', 'expired', 'invalid'] as const) {
        const p = proposal('p', { matter, state, votes: Object.values(kinds), latestEnd: NOW, warnAt: null, decidedAt: state === 'open' ? null : NOW, pull: { repo: 'a/b', number: 4, url: 'u', state: 'merged', by: 'olga', at: NOW }, inForceAt: NOW, messages: { '#c': { channel: 'C1', ts: '1.2' } } });
        expect(read(proposalSchema, p)).toEqual(p);
      }
    }
  });

  it('gives everything that happens to platforms back, whatever criterion it is about', () => {
    for (const one of Object.values(EVENTS)) expect(read(platformEvent, one)).toEqual(one);
    for (const criterion of CRITERIA) expect(read(platformEvent, { ...EVENTS.exception, criterion })).toMatchObject({ criterion });
    expect(read(platformEvent, { ...EVENTS.step, by: null, url: null, proposal: null })).toMatchObject({ by: null });
  });

  it('gives mutes and downtimes back', () => {
    for (const q of [quiet('q', { proposal: 'p', ended: { by: 'nils', at: NOW } }), downtime('d', NOW, NOW + HOUR)]) expect(read(quietSchema, q)).toEqual(q);
  });
});

describe('what an older version wrote', () => {
  it('is read with nothing done to it by people, and keeps what a newer one adds', () => {
    const old = without(incident('one'), 'firstAcknowledged', 'snooze', 'classified', 'tries', 'fixes');
    expect(read(incidentSchema, old)).toEqual(incident('one'));
    expect(read(incidentSchema, { ...old, later: { deep: 1 } })).toEqual({ ...incident('one'), later: { deep: 1 } });
  });
});

describe('what a newer version wrote', () => {
  it.each([
    ['action', action, { ...ACTIONS.react, kind: 'wave' }, /kind/],
    ['text of an action', action, { ...ACTIONS.whisper, text: [{ kind: 'film', url: 'u' }] }, /text\.0\.kind/],
    ['button', action, { ...ACTIONS['show-home'], cards: [{ text: [], buttons: [{ ...INCIDENT_BUTTON, verb: 'launch' }] }] }, /cards\.0\.buttons\.0\.verb/],
    ['receipt', receipt, { ...RECEIPTS.card, kind: 'film' }, /kind/],
    ['matter', proposalSchema, { ...proposal('p'), matter: { kind: 'launch' } }, /matter\.kind/],
    ['vote', proposalSchema, { ...proposal('p'), votes: [vote('a'), { ...vote('b'), kind: 'shrug' }] }, /votes\.1\.kind/],
    ['quiet', quietSchema, { ...quiet('q'), kind: 'whisper' }, /kind/],
    ['happening', platformEvent, { ...EVENTS.act, kind: 'sung' }, /kind/],
    ['criterion', platformEvent, { ...EVENTS.exception, criterion: 'charm' }, /criterion/],
    ['fact', incidentSchema, { ...incident('one'), facts: [{ ...told, kind: 'sung' }] }, /facts\.0\.kind/],
  ] as const)('is named where it cannot be read: %s', (_, schema, value, where) => {
    expect(read(schema, value)).toMatch(where);
  });

  it.each([
    ['action', action, ACTIONS['post-comment']], ['receipt', receipt, RECEIPTS.document], ['proposal', proposalSchema, proposal('p')], ['quiet', quietSchema, quiet('q')], ['happening', platformEvent, EVENTS.step],
  ] as const)('is read and kept where it only says more: %s', (_, schema, value) => {
    expect(read(schema, { ...value, later: { deep: [1] } })).toEqual({ ...value, later: { deep: [1] } });
  });
});

it('says what is wrong with text that is no document, and never throws', () => {
  for (const json of ['', '{', 'null', '[]', '7', '{"kind":"whisper"}', '"x"']) {
    for (const schema of [action, receipt, proposalSchema, quietSchema, incidentSchema, platformEvent]) expect(parseDocument(schema as z.ZodType, json)).toMatchObject({ ok: false });
  }
});

describe('what was read again and again', () => {
  const text = (id: string, length = 0): string => JSON.stringify(incident(id, { repo: `a/${'b'.repeat(length)}` }));
  const value = (json: string): unknown => {
    const parsed = parseAgain(incidentSchema, json);
    return parsed.ok ? parsed.value : parsed.problem;
  };

  it('is one value as long as it is read now and then', () => {
    const [often, once] = [value(text('often')), value(text('once'))];
    for (let i = 0; i < 998; i++) value(text(`other ${i}`));
    expect([value(text('often')) === often, value(text('once')) === once]).toEqual([true, true]);
    for (let i = 0; i < 999; i++) value(text(`another ${i}`));
    expect([value(text('once')) === once, value(text('often')) === often]).toEqual([true, false]);
  });

  it('is remembered by its length, since a year makes documents long, and not at all where one is very long', () => {
    const first = value(text('first'));
    for (let i = 0; i < 45; i++) value(text(`long ${i}`, 40_000));
    expect(value(text('first')) === first).toBe(true);
    for (let i = 0; i < 50; i++) value(text(`long too ${i}`, 40_000));
    expect(value(text('first')) === first).toBe(false);
    expect(value(text('huge', 60_000)) === value(text('huge', 60_000))).toBe(false);
  });
});
