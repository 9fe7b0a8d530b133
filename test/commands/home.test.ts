import { describe, expect, it } from 'vitest';
import { homeCards, type HomePart } from '../../src/commands/home.ts';
import type { Card } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { plainText } from '../../src/domain/text.ts';
import { acknowledge, snooze } from '../../src/policy/acts.ts';
import { makeProject, DAY, HOUR, START, type Story } from '../policy/story.ts';
import { JOB, proposed, says, Table, UNTIL } from '../policy/proposals-given.ts';
import { mentionsIn, sceneOf } from './asking.ts';
import { broken } from './incident-desk.ts';

const story = broken();
const scene = (over: Parameters<typeof sceneOf>[1] = {}, of: Story = story) => sceneOf(of, over);

const partOf = (over: Partial<HomePart> = {}): HomePart => ({ scene: scene(), login: 'olga', owns: [], decides: [], signal: false, partly: false, ...over });

const words = (cards: readonly Card[]): string[] => cards.map(({ text, buttons }) => [plainText(text), ...buttons.length > 0 ? [buttons.map((b) => `[${b.label}]`).join(' ')] : []].join('\n'));
const home = (...parts: Partial<HomePart>[]): string[] => words(homeCards(parts.map(partOf)));

/** An open proposal after these words. */
function after(...votes: ReturnType<typeof says>[]): Proposal {
  const table = new Table(proposed());
  for (const vote of votes) table.hear(vote);
  return table.proposal;
}

const deciding = (proposal: Proposal, over: Partial<HomePart> = {}): Partial<HomePart> =>
  ({ scene: scene({ proposals: [proposal], now: START + HOUR }), decides: [proposal.id], ...over });

describe('the home of somebody', () => {
  it('who is not linked says how to be, and shows no button', () => {
    expect(home({ login: null })).toEqual(['You are not linked to a GitHub account yet, so you can read here and not decide. Type /arch link anywhere in Slack, and write the code that it gives you as a comment on GitHub; that is needed once. Until then: /arch status, /arch explain.']);
  });

  it('who owns and decides nothing says so', () => {
    expect(home({})).toEqual(['You are olga on GitHub. You own no platform that is tracked here. Nothing waits for you.']);
  });

  it('of an owner shows what is open there with its buttons, and how the platforms are', () => {
    expect(home({ owns: ['linux/s390x', 'linux/ppc64le'] })).toEqual([
      'You are olga on GitHub. You own linux/s390x and linux/ppc64le. 1 incident is open on your platforms.',
      'linux/s390x: e2e and unit failing since Tue 17 Nov 10:00 UTC · nobody has it yet · #7\n[I have it] [Snooze…]',
      'Your platforms in demo\n\n- linux/s390x: of 2 jobs, all 2 are failing\n- linux/ppc64le: of 1 job, it is passing',
    ]);
  });

  it('of the release-signal team shows what it was asked about and nobody has taken, and no more of other people\'s', () => {
    const of = (over: Partial<Incident>, signal = true): string[] => home({ scene: scene({ incidents: [{ ...story.live(), ...over }] }), signal });
    const asked = story.live().facts.map((f) => ({ ...f, asks: ['@Demo/signal'] as const }));
    expect(of({})).toEqual(['You are olga on GitHub. You own no platform that is tracked here. Nothing waits for you.']);
    expect(of({ facts: asked })).toEqual([
      'You are olga on GitHub. You own no platform that is tracked here. 1 incident waits for the release-signal team.',
      'linux/s390x: e2e and unit failing since Tue 17 Nov 10:00 UTC · nobody has it yet · #7\n[I have it] [Snooze…]',
    ]);
    expect(of({ facts: asked }, false)[0]).toContain('Nothing waits for you.');
    expect(of({ facts: asked, acknowledged: { by: 'ivan', at: START } })[0]).toContain('Nothing waits for you.');
    // Who owns it sees it once.
    expect(home({ scene: scene({ incidents: [{ ...story.live(), facts: asked }] }), signal: true, owns: ['linux/s390x'] })[0]).toBe('You are olga on GitHub. You own linux/s390x. 1 incident is open on your platforms.');
  });

  it('follows what was done about the incident', () => {
    const held = broken();
    held.does('ivan', acknowledge);
    expect(home({ scene: scene({}, held), owns: ['linux/s390x'] })[1]).toMatch(/ · ivan has it · #7\n\[Give it back\] \[Snooze…\]$/);
    held.does('ivan', (i, context) => snooze(i, { until: held.now + DAY, reason: 'the lab moves' }, context));
    expect(home({ scene: scene({}, held), owns: ['linux/s390x'] })[1]).toMatch(/ has it, snoozed until Wed 18 Nov 12:00 UTC by ivan \(the lab moves\) · #7\n\[Wake it\]$/);
    held.does('ivan', (i, context) => snooze(i, { until: held.now + DAY, reason: 'the lab moves' }, context));
    expect(home({ scene: scene({ now: held.now + 2 * DAY }, held), owns: ['linux/s390x'] })[1]).toMatch(/ · ivan has it · #7\n\[Give it back\] \[Snooze…\]$/);
  });

  it('shows what is quiet on a platform, and since when', () => {
    const quiet = broken().quiet({ platform: 'linux/s390x' }, DAY);
    expect(home({ scene: scene({ quiets: quiet.quiets }, quiet), owns: ['linux/s390x'] }).at(-1)).toBe('Your platforms in demo\n\n- linux/s390x: of 2 jobs, all 2 are failing; downtime until Wed 18 Nov 12:00 UTC, by olga');
  });

  it('of another platform shows nothing of it, and a breakage everywhere is shown to every owner that it breaks', () => {
    expect(home({ owns: ['linux/ppc64le'] })[0]).toBe('You are olga on GitHub. You own linux/ppc64le. Nothing waits for you.');
    const incident: Incident = { ...story.live(), platform: 'linux/amd64' };
    expect(home({ scene: scene({ incidents: [incident] }), owns: ['linux/s390x'] })[0]).toContain('1 incident is open');
    expect(home({ scene: scene({ incidents: [{ ...incident, state: 'closed' }] }), owns: ['linux/s390x'] })[0]).toContain('Nothing waits');
    const partly: Incident = { ...incident, jobs: incident.jobs.map((j) => j.name === 'unit' ? { ...j, left: START, state: 'recovered' as const } : j) };
    expect(home({ scene: scene({ incidents: [partly] }), owns: ['linux/s390x'] })[1]).toMatch(/^linux\/amd64: e2e failing since/);
    const gone: Incident = { ...incident, jobs: incident.jobs.map((j) => ({ ...j, left: START, state: 'recovered' as const })) };
    expect(home({ scene: scene({ incidents: [gone] }), owns: ['linux/s390x'] })[0]).toContain('Nothing waits');
  });

  it('names the project where there are several', () => {
    const other = { ...scene(), project: { ...story.project, name: 'other' } };
    const shown = home({ owns: ['linux/s390x'] }, { scene: other, owns: ['linux/s390x'] });
    expect(shown[1]).toMatch(/^demo: linux\/s390x: /);
    expect(shown[2]).toMatch(/^other: linux\/s390x: /);
    expect(shown[3]).toMatch(/^Your platforms in demo/);
    expect(shown[4]).toMatch(/^Your platforms in other/);
  });

  it('claims nothing that could not be looked up', () => {
    expect(home({ partly: true })).toEqual(['You are olga on GitHub. Some of what you own or decide could not be looked up on GitHub just now, so it may be missing here: open this page again in a minute.']);
    expect(home({ partly: true, owns: ['linux/ppc64le'] })[0]).toBe('You are olga on GitHub. You own linux/ppc64le. Some of what you own or decide could not be looked up on GitHub just now, so it may be missing here: open this page again in a minute.');
  });

  it('fits on one page, and counts what does not', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...story.live(), id: `i${i}` }));
    const shown = home({ scene: scene({ incidents: many }), owns: ['linux/s390x'] });
    expect(shown).toHaveLength(32);
    expect(shown[30]).toBe('And 11 more: /arch status shows them.');
    expect(shown[31]).toMatch(/^Your platforms/);
  });
});

describe('a proposal in the home', () => {
  const buttons = (over: Partial<HomePart>): string => home(over).find((w) => w.startsWith('Mute'))?.split('\n').at(-1) ?? 'none';

  it('waits for those who decide, before what is open, with what they can press', () => {
    const shown = home(deciding(after(), { login: 'ivan', owns: ['linux/s390x'] }));
    expect(shown[0]).toBe('You are ivan on GitHub. You own linux/s390x. 1 decision waits for you; 1 incident is open on your platforms.');
    expect(shown[1]).toMatch(/^Mute ci-e2e-s390x on linux\/s390x, which blocks the release[^]*\[Approve\] \[Reject…\] \[Object…\]$/);
    expect(shown[2]).toMatch(/^linux\/s390x: /);
  });

  it('waits no more for who has approved it, who may still stop it', () => {
    const part = deciding(after(says('Ivan', 'approve', 0.5)), { login: 'ivan' });
    expect(home(part)[0]).toContain('Nothing waits for you.');
    expect(buttons(part)).toBe('[Reject…]');
    expect(buttons({ ...part, login: 'maria' })).toBe('[Approve] [Reject…]');
  });

  it('is no decision for who proposed it: they take it back', () => {
    const part = deciding(after(), { login: 'Olga' });
    expect(home(part)[0]).toContain('Nothing waits for you.');
    expect(buttons(part)).toBe('[Take it back]');
  });

  it('does not wait for who has a part in it', () => {
    expect(buttons(deciding({ ...after(), recused: ['ivan'] }, { login: 'ivan' }))).toBe('[Reject…]');
  });

  it('can be objected to by an owner, once', () => {
    const part = (proposal: Proposal) => deciding(proposal, { login: 'paula', decides: [], owns: ['linux/s390x'] });
    expect(buttons(part(after()))).toBe('[Object…]');
    expect(home(part(after()))[0]).not.toContain('decision');
    expect(buttons(part(after(says('paula', 'object', 0.5))))).toBe('none');
    expect(buttons({ ...part(after()), owns: ['linux/ppc64le'] })).toBe('none');
  });

  it('is shown to nobody else, and to nobody once it is decided', () => {
    expect(buttons(deciding(after(), { login: 'stranger', decides: [] }))).toBe('none');
    expect(buttons(deciding(after(), { login: null }))).toBe('none');
    const approved = after(says('ivan', 'approve', 0.2), says('maria', 'approve', 0.3));
    for (const login of ['anna', 'olga']) expect(home(deciding(approved, { login }))).toHaveLength(1);
  });

  it('is about the edition that it shows, and calls nobody', () => {
    const cards = homeCards([partOf(deciding({ ...after(), edition: 3 }, { login: 'ivan' }))]);
    const back = homeCards([partOf(deciding({ ...after(), edition: 3 }, { login: 'olga' }))]);
    expect([...cards[1]?.buttons ?? [], ...back[1]?.buttons ?? []].map((b) => [b.verb, b.about])).toEqual(['approve', 'reject', 'withdraw'].map((verb) => [verb, { proposal: after().id, edition: 3 }]));
    expect(mentionsIn(cards.flatMap((c) => c.text))).toEqual([]);
  });

  it('comes after those that wait', () => {
    const other: Proposal = { ...proposed({ by: 'ivan' }), matter: { kind: 'mute', platform: 'linux/arm64', job: JOB.key, jobName: 'other', until: UNTIL, reason: 'x' } };
    const both = home({ scene: scene({ proposals: [other, after()], now: START + HOUR }), decides: [other.id, after().id], login: 'ivan' });
    expect(both.map((w) => w.slice(0, 10))).toEqual(['You are iv', 'Mute ci-e2', 'Mute other']);
  });
});

it('makes a home where nothing is tracked', () => {
  expect(home({ scene: { ...scene(), project: makeProject([]), incidents: [], jobs: [] } })).toHaveLength(1);
  expect(homeCards([])).toHaveLength(1);
});
