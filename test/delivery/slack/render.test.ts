import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactKind, Incident, IncidentJob } from '../../../src/domain/incident.ts';
import { wrongBlocks } from '../../../demo/stand-ins/slack/validate.ts';
import type { Rendering } from '../../../src/delivery/slack/blocks.ts';
import { plain } from '../../../src/delivery/slack/inert.ts';
import { renderMessage } from '../../../src/delivery/slack/render.ts';
import { renderReply } from '../../../src/delivery/slack/thread.ts';
import { about, briefing, DAY, e2e, facts, gallery, HOUR, incident, job, named, OWNERS, T0, unit } from './fixtures.ts';
import { hostileText, tokens } from './hostile.ts';

const shown = new Map(gallery());

/** The message as a person reads it, without the addresses of its links. */
const reads = (title: string): string => {
  const subject = shown.get(title);
  if (!subject) throw new Error(title);
  return plain(renderMessage(subject).text).replace(/ \(https?:[^)]*\)/g, '');
};
const tells = (title: string): string => {
  const subject = shown.get(title);
  const fact = subject?.incident.facts.at(-1);
  if (!subject || !fact) throw new Error(title);
  return plain(renderReply(subject, fact).text).replace(/ \(https?:[^)]*\)/g, '');
};

describe('the message', () => {
  const since = 'since Tue 18 Nov 14:10 UTC';
  const forms: [string, string][] = [
    ['opened', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · owners asked · #4711`],
    ['opened, before its issue is known', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · owners asked`],
    ['opened, on another port too', `:red_circle: linux/s390x: e2e and unit failing ${since}, also on linux/ppc64le · owners asked · #4711`],
    ['opened, no owners', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · no owners declared, \`release-signal\` told · #4711`],
    ['never passed', `:red_circle: linux/s390x: conformance has never passed, failing ${since}, only here · owners asked · #4711`],
    ['one job recovered', `:red_circle: linux/s390x: e2e failing ${since}, only here; unit green again · owners asked · #4711`],
    ['acknowledged', `:eyes: linux/s390x: e2e and unit failing ${since}, only here · \`olga\` has it · #4711`],
    ['reminded', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · owners reminded · #4711`],
    ['escalated', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · nobody has it after 3 d, \`release-signal\` asked · #4711`],
    ['recovered', ':large_green_circle: linux/s390x green again after 1 d 3 h · #4711'],
    ['recovered, a flake', ':large_green_circle: linux/s390x green again after 1 d 3 h, a flake: it passed on the commit it had failed on · #4711'],
    ['green for the first time', ':large_green_circle: linux/s390x green for the first time after 1 d 3 h · #4711'],
    ['reopened', `:red_circle: linux/s390x: e2e and unit failing again ${since}, only here · owners asked · #4711`],
    ['closed by hand', `:no_bell: linux/s390x: e2e and unit failing ${since}, only here; \`olga\` closed #4711, so nothing more is said until it was green once, but for one word if it is not by Fri 21 Nov 15:10 UTC`],
    ['closed by hand and still failing', `:no_bell: linux/s390x: e2e and unit failing ${since}, only here; \`olga\` closed #4711, so nothing more is said until it was green once`],
    ['closed by hand, green since', ':large_green_circle: linux/s390x green again after 1 d 3 h · `olga` had closed it before · #4711'],
    ['everywhere', `:red_circle: linux/amd64, linux/arm64 and linux/s390x: e2e failing ${since}, everywhere · \`release-signal\` told · #4711`],
    ['stale', ':hourglass: linux/s390x: e2e has not reported since Sun 16 Nov 14:10 UTC · owners asked · #4711'],
    ['stale, and back', ':large_green_circle: linux/s390x reports again after 3 d 3 h · #4711'],
    ['jobs gone at the source', ':wrench: linux/s390x and linux/amd64: `ci-kubernetes-e2e-s390x` and `ci-kubernetes-e2e` are gone at the source, renamed or deleted · `release-signal` told, `config/kubernetes.yml` has to follow · #4711'],
    ['configuration mended', ':large_green_circle: Configuration and source agree again about e2e after 1 d 3 h · #4711'],
    ['moved into another incident', ':white_circle: linux/s390x: closed here, e2e is followed in another incident · #4711'],
    ['tracked no more', ':white_circle: linux/s390x: closed, e2e is no longer tracked · #4711'],
    ['snoozed', `:zzz: linux/s390x: e2e and unit failing ${since}, only here · snoozed until Fri 21 Nov 16:10 UTC by \`olga\` · #4711`],
    ['taken, then snoozed', `:zzz: linux/s390x: e2e and unit failing ${since}, only here · \`olga\` has it, snoozed until Fri 21 Nov 16:10 UTC · #4711`],
    ['woken', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · owners asked · #4711`],
    ['said to be a flake', `:red_circle: linux/s390x: e2e and unit failing ${since}, only here · said to be a flake · #4711`],
    ['said to be the infrastructure', `:eyes: linux/s390x: e2e and unit failing ${since}, only here · said to be infrastructure trouble · \`pia\` has it · #4711`],
    ['muted', ':mute: linux/s390x: closed, e2e is muted · #4711'],
    ['flood', ':red_circle: 23 new incidents at once on 4 platforms, told together · `release-signal` told · #4711'],
    ['flood, partly over', ':red_circle: 23 new incidents at once on 4 platforms, told together, 18 of them over · `release-signal` told · #4711'],
    ['flood, over', ':large_green_circle: All 23 incidents on 4 platforms are over after 1 d 2 h · #4711'],
  ];
  for (const [title, line] of forms) it(`reads as it should: ${title}`, () => { expect(reads(title)).toBe(line); });

  it('is the same for the same state, and changes with each state', () => {
    expect(renderMessage(about())).toEqual(renderMessage(about()));
    const twins = ['opened', 'a second job joined', 'given back', 'reopened by hand', 'only here after all', 'closed by hand and still failing', 'one job went silent', 'one job is tracked no more', 'one job was a flake', 'opened, one job, nothing to compare with', 'its issue was deleted', 'its second issue was deleted', 'everywhere after all', 'one job is muted', 'woken', 'snooze ended', 'taken back', 'tried', 'fix announced', 'fix merged', 'fix closed', 'fix that failed'];
    const lines = gallery().filter(([title]) => title === 'opened' || !twins.includes(title)).map(([title]) => reads(title));
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('names jobs where their suites would not tell them apart', () => {
    const subject = about({ jobs: [job('e2e', { key: 'a', name: 'ci-e2e-serial' }), job('e2e', { key: 'b', name: 'ci-e2e-slow' }), unit] });
    expect(renderMessage(subject).text).toContain('ci-e2e-serial, ci-e2e-slow and unit failing');
  });
});

describe('what was over for some and goes on for others', () => {
  const at = T0 + 27 * HOUR;
  const everywhere = { scope: 'everywhere' as const, platform: 'linux/amd64' as const, state: 'closed' as const, closedAt: at, closedBy: 'recovery' as const,
    surroundings: { jobsTotal: 9, wellJobs: [], platformsPassing: [], platformsFailing: ['linux/ppc64le' as const] } };
  const here = job('e2e', { key: 'amd', platform: 'linux/amd64', state: 'recovered', left: at, streak: { ...e2e.streak!, since: T0 + 12 * HOUR } });
  const there = job('e2e', { key: 'arm', platform: 'linux/arm64', state: 'moved', left: at, streak: e2e.streak });

  it('names as green only what is, and where the rest is followed', () => {
    expect(plain(renderMessage(about({ ...everywhere, jobs: [here, there] })).text)).toMatch(/^:large_green_circle: linux\/amd64 green again after 15 h; e2e on linux\/arm64 is followed in another incident/);
    expect(plain(renderMessage(about({ ...everywhere, jobs: [here, { ...there, state: 'recovered' }] })).text)).toMatch(/^:large_green_circle: linux\/amd64 and linux\/arm64 green again after/);
  });

  it('does not put jobs of several platforms into one incident, as each platform has its own', () => {
    const third = { ...there, key: 'ppc', platform: 'linux/ppc64le' as const };
    expect(plain(renderMessage(about({ ...everywhere, jobs: [here, there, third] })).text)).toContain('; e2e on linux/arm64 and e2e on linux/ppc64le are followed elsewhere');
    const subject = about({ ...everywhere, jobs: [here, there, third], facts: facts({ kind: 'opened' }, { kind: 'left', jobs: [named(there), named(third)], why: 'moved' }) });
    expect(renderReply(subject, subject.incident.facts[1]!).text).toBe('e2e on linux/arm64 and e2e on linux/ppc64le are followed elsewhere from here on.');
  });

  it('does not call a platform green without a word of its muted job, which nobody has looked at', () => {
    const muted = { ...unit, state: 'muted' as const, left: at - HOUR };
    const green = { ...e2e, state: 'recovered' as const, left: at };
    expect(plain(renderMessage(about({ state: 'closed', closedAt: at, closedBy: 'recovery', jobs: [green, muted] })).text)).toContain(':large_green_circle: linux/s390x green again after 1 d 3 h; unit was muted meanwhile · #4711');
  });
});

describe('the thread', () => {
  it('says first what happened, whose it looks, and what is asked of whom until when', () => {
    const [head, ask, ...jobs] = tells('opened').split('\n');
    expect(head).toBe('*2 of 5 jobs on linux/s390x are failing.* linux/amd64 and linux/arm64 pass the same suites, so this looks specific to linux/s390x.');
    expect(ask).toBe('*Asked of `s390x-owners` and `octo-porter`:* say by Wed 19 Nov 15:10 UTC that you have it: press the button above, or comment `/arch ack` on its issue. After that they are reminded once, and on Fri 21 Nov 15:10 UTC `release-signal` is asked. No real breakage? `/arch flake` or `/arch infra <reason>` there. It closes by itself after 2 green runs in a row.');
    const shared = about({ jobs: [e2e], surroundings: { jobsTotal: 5, wellJobs: [], platformsPassing: ['linux/amd64'], platformsFailing: ['linux/arm64'] } });
    expect(plain(renderReply(shared, shared.incident.facts[0]!).text)).toContain('linux/arm64 fails the same suite. linux/amd64 passes it.');
    const several = about({ surroundings: shared.incident.surroundings });
    expect(plain(renderReply(several, several.incident.facts[0]!).text)).toContain('linux/arm64 fails at least one of the same suites. linux/amd64 passes them.');
    const own = { ...about(), briefing: { ...briefing, passesOf: new Map([[e2e.key, 5]]) } };
    expect(renderReply(own, own.incident.facts[0]!).text).toContain('It closes by itself after 2 to 5 green runs in a row, as is set for each job.');
    expect(jobs[0]).toBe('• ci-kubernetes-e2e-s390x (periodic, release-informing): failing since Tue 18 Nov 14:10 UTC · 4 failed in a row, on 3 commits · last green 9f3c2ab · suspects 9f3c2ab…c41e7b0 · 2 of 812 tests fail · logs');
    expect(tells('opened')).toContain('```\n[sig-network] Services should serve endpoints on same port\n    expected <nil>, got dial tcp 10.0.0.1:443: i/o timeout\n[sig-storage] CSI mock volume expands online\n```');
  });

  it('links the commits between the last green run and the first failed one', () => {
    const subject = about();
    const text = renderReply(subject, facts({ kind: 'opened' })[0]!).text;
    expect(text).toContain('<https://github.com/kubernetes/kubernetes/compare/9f3c2ab0123...c41e7b0aa11|9f3c2ab…c41e7b0>');
  });

  const forms: [string, string][] = [
    ['one job recovered', 'unit is green again (2 passed, fixed between c41e7b0 and d02aa91). e2e still fails.'],
    ['one job was a flake', 'unit passed on the commit that it had failed on: a flake. e2e still fails.'],
    ['one job went silent', 'unit is followed in another incident from here on. e2e still fails.'],
    ['one job is tracked no more', 'unit is no longer tracked. e2e still fails.'],
    ['acknowledged', '`olga` has it. No reminder follows.'],
    ['given back', 'Nobody has it any more: it was given back. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked.'],
    ['reminded', 'Nobody has said yet that they have it, 1 d after it opened: `s390x-owners` and `octo-porter` reminded on #4711. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked.'],
    ['escalated', 'Nobody has it 3 d after it opened: `release-signal` asked on #4711. e2e and unit still fail.'],
    ['recovered', 'Green again after 1 d 3 h: e2e and unit. First green at feed0b1. #4711 is closed.'],
    ['recovered, a flake', 'Green again after 1 d 3 h: e2e passed on the commit that had failed, a flake. #4711 is closed.'],
    ['closed by hand', '`olga` closed #4711 while e2e and unit still fail. It is watched in silence until it was green once; if it is not by Fri 21 Nov 15:10 UTC, that is said once. Reopen the issue to hear of it again.'],
    ['closed by hand and still failing', '#4711 was closed by hand, and e2e and unit still fail since Tue 18 Nov 14:10 UTC. This is said once; nothing more follows until it was green.'],
    ['reopened by hand', '`pia` reopened #4711. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked.'],
    ['everywhere after all', 'linux/amd64 and linux/arm64 break together now: not one port\'s trouble.'],
    ['only here after all', 'The reference platform is well again and this goes on, so it looks specific to linux/s390x. `s390x-owners` and `octo-porter` asked on #4711.'],
    ['stale, and back', 'Results come in again after 3 d 3 h: e2e. #4711 is closed.'],
    ['configuration mended', 'Configuration and source agree again, 1 d 2 h after it was noticed. #4711 is closed.'],
    ['moved into another incident', 'e2e is followed in another incident from here on.'],
    ['its issue was deleted', '#4711 can no longer be written to (deleted, moved, or full). Another is filed.'],
    ['its second issue was deleted', '#4712 can no longer be written to (deleted, moved, or full). It was the second, so no other is filed; what becomes of it is told here.'],
    ['one job is muted', 'unit is muted, so what it does is not followed here until the mute is over. e2e still fails.'],
    ['snoozed', '`olga` snoozed it until Fri 21 Nov 16:10 UTC: waits for kernel 6.18. No reminder comes before that; should it turn green, it closes all the same.'],
    ['taken, then snoozed', '`olga` snoozed it until Fri 21 Nov 16:10 UTC. No reminder comes before that; should it turn green, it closes all the same.'],
    ['woken', 'The snooze is over, and e2e and unit still fail. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked.'],
    ['snooze ended', '`pia` ended the snooze. `olga` has it.'],
    ['said to be a flake', '`olga` says that it is a flake: `[sig-network] Services`. No reminder follows; it closes when it is green again.'],
    ['said to be the infrastructure', '`olga` says that the infrastructure is to blame: the mainframe is being moved. It does not count against linux/s390x, and no reminder follows.'],
    ['taken back', '`olga` took back what it was said to be: it counts as a breakage again. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked.'],
    ['tried', '`olga` tried: a newer gcc, https://github.com/kubernetes/kubernetes/pull/4712'],
    ['fix announced', '`olga` says that #4712 fixes it. Should it be merged and not help, that is said here.'],
    ['fix merged', 'golang/go#77, the fix that `olga` named, is merged. The next runs show whether it helps.'],
    ['fix closed', '#4712, the fix that `olga` named, was closed without being merged, and e2e and unit still fail.'],
    ['fix that failed', '#4712 is merged, and a run that began after it failed all the same: e2e and unit still fail. `s390x-owners` and `octo-porter` asked on #4711.'],
    ['flood, over', 'All 23 incidents are over, 1 d 2 h after they opened. #4711 is closed.'],
  ];
  for (const [title, text] of forms) it(`tells it as it should: ${title}`, () => { expect(tells(title)).toBe(text); });

  it('tells of a broken job that joined with its runs and its failing tests', () => {
    const subject = about({ facts: facts({ kind: 'opened', asks: OWNERS }, { kind: 'joined', jobs: [named(e2e)] }) });
    const text = renderReply(subject, subject.incident.facts[1]!).text;
    expect(text).toContain('*e2e failing too.*');
    expect(text).toContain('[sig-storage] CSI mock volume expands online');
  });

  it('does not announce those as the next to be asked who were asked from the start: for them it is the last time', () => {
    const subject = about({ owners: [], facts: facts({ kind: 'opened', asks: ['@kubernetes/release-signal'] }, { kind: 'reminded', asks: ['@kubernetes/release-signal'] }) });
    expect(plain(renderReply(subject, subject.incident.facts[1]!).text)).toMatch(/`release-signal` reminded on #4711 .*\. If nobody has it by Fri 21 Nov 15:10 UTC, `release-signal` is asked a last time\.$/);
  });

  it('tells how long it had been closed when it is broken again', () => {
    expect(tells('reopened')).toContain('*Broken again 3 h after it had closed, so #4711 is open again.*');
  });

  it('says that nobody is to blame where it breaks everywhere', () => {
    expect(tells('everywhere').split('\n')[0]).toBe('*e2e is failing on linux/amd64, linux/arm64 and linux/s390x.* The reference platform linux/amd64 is among them, so no port is to blame and no owner is asked.');
  });

  it('names the ports alone where the reference platform\'s own recovered first', () => {
    const arm = job('e2e', { key: 'arm', platform: 'linux/arm64' });
    const subject = about({ scope: 'everywhere', platform: 'linux/amd64', jobs: [arm, job('e2e', { key: 'amd', platform: 'linux/amd64', state: 'recovered', left: T0 + DAY })] });
    expect(renderReply(subject, subject.incident.facts[0]!).text).toMatch(/^\*e2e is failing on linux\/arm64\.\* The reference platform linux\/amd64 failed with it/);
  });

  it('says that a job that never passed may never have been set up', () => {
    expect(tells('never passed')).toContain('It has never passed, so the setup is as likely a cause as the code.');
  });

  it('names the file that has to follow when jobs are gone', () => {
    expect(tells('jobs gone at the source').split('\n')[0]).toBe('*Asked of `release-signal`:* name these jobs in `config/kubernetes.yml` as the source calls them now, or take them out. Until then nobody hears if they break.');
  });

  it('says where the tests of further jobs are', () => {
    const jobs = Array.from({ length: 5 }, (_, n) => job(`suite-${n}`, { failingTests: [{ name: 'TestX', message: null }] }));
    const text = renderReply(about({ jobs }), facts({ kind: 'opened' })[0]!).text;
    expect(text).toContain('The failing tests of 2 more jobs are in <https://github.com/kubernetes/kubernetes/issues/4711|#4711>.');
  });
});

/** Slack's limits, and nothing of another's making that Slack would act on. */
function expectSendable(r: Rendering): void {
  expect(r.text.length).toBeLessThanOrEqual(3_500);
  expect(r.text.trim()).not.toBe('');
  expect(r.blocks.length).toBeGreaterThan(0);
  expect(r.blocks.length).toBeLessThanOrEqual(50);
  expect(wrongBlocks(r.blocks)).toEqual([]);
  const texts = r.blocks.filter((b) => b.type !== 'actions').map((b) => b.type === 'section' && b.text?.type === 'mrkdwn' ? b.text : null);
  for (const text of [...texts.map((t) => t?.text ?? ''), r.text]) {
    expect(text.length).toBeGreaterThan(0);
    for (const token of tokens(text)) expect(token).toMatch(/^<https?:[^<>|\s]+(\|[^<>|\n]+)?>$/);
    expect(text.replace(/<https?:[^<>]*>/g, '')).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/@(here|channel|everyone)\b/i);
    expect((text.match(/```/g) ?? []).length % 2).toBe(0);
  }
  for (const text of texts) {
    expect(text?.verbatim).toBe(true);
    expect(text?.text.length).toBeLessThanOrEqual(3_000);
  }
  expect(texts.reduce((n, t) => n + (t?.text.length ?? 0), 0)).toBeLessThanOrEqual(13_000);
}

describe('every rendering', () => {
  for (const [title, subject] of gallery()) {
    it(`can be sent: ${title}`, () => {
      expectSendable(renderMessage(subject));
      for (const fact of subject.incident.facts) expectSendable(renderReply(subject, fact));
    });
  }

  it('can be sent though its one line would be too long', () => {
    const long = (n: number): string => `${'&'.repeat(79)}${n}`;
    const rows = Array.from({ length: 6 }, (_, n) => job(`${n}${'&'.repeat(79)}`, { key: `k${n}`, name: long(n), ...(n > 2 ? { state: 'recovered', left: T0 } : {}) }));
    const asks = [long(1), long(2), long(3), long(4)];
    const message = renderMessage(about({ jobs: rows, facts: facts({ kind: 'opened', asks }), issue: { repo: 'a/b', number: 1, url: `https://example.com/${'a'.repeat(550)}` } }));
    expectSendable(message);
    expect(message.text).toMatch(/…$/);
  });

  it('can be sent and acts on nothing, whatever names, messages and addresses it is made of', () => {
    const t = hostileText();
    const kinds: FactKind[] = ['woken', 'opened', 'reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'unacknowledged', 'now-here', 'now-everywhere', 'replaced'];
    fc.assert(fc.property(fc.record({
      texts: fc.array(t, { minLength: 8, maxLength: 8 }), jobs: fc.integer({ min: 0, max: 20 }), tests: fc.integer({ min: 0, max: 8 }),
      kind: fc.constantFrom<Incident['kind']>('breakage', 'stale', 'flood', 'configuration'), state: fc.constantFrom<Incident['state']>('open', 'dismissed', 'closed'),
      scope: fc.constantFrom<Incident['scope']>('here', 'everywhere'), closedBy: fc.constantFrom<Incident['closedBy']>('recovery', 'moved', 'untracked', 'muted', 'person'),
      row: fc.constantFrom<IncidentJob['state']>('failing', 'stale', 'missing', 'recovered'), fact: fc.constantFrom(...kinds),
    }), ({ texts, jobs, tests, kind, state, scope, closedBy, row, fact }) => {
      const at = (n: number): string => texts[n % texts.length] ?? '';
      const rows = Array.from({ length: jobs }, (_, n) => job(at(n), {
        key: `k${n}`, name: at(n + 1), state: row, left: row === 'recovered' ? T0 + DAY : null, lastGreenCommit: at(n + 2), fixedAt: at(n + 3), testsTotal: 7_000, moreFailingTests: 3,
        links: { page: at(n + 4), logs: at(n + 5) }, failingTests: Array.from({ length: tests }, (_t, i) => ({ name: at(n + i), message: at(n + i + 1) })),
      }));
      const told = facts(
        { kind: 'opened', asks: [at(0), at(1)] }, { kind: 'acknowledged', by: at(2) }, { kind: 'dismissed', by: at(3) }, { kind: 'reopened-by-hand', by: at(4) },
        { kind: 'joined', jobs: rows.map((r) => named(r)) }, { kind: 'left', why: 'recovered', jobs: rows.map((r) => named(r, { fixedAt: at(5), lastFailedCommit: at(6), url: at(7) })) },
        { kind: fact as 'opened', asks: [at(5)] },
        { kind: 'snoozed', by: at(0), until: T0, reason: at(1) }, { kind: 'classified', by: at(2), as: 'flake', note: at(3) }, { kind: 'classified', by: at(4), as: 'infra', note: at(5) },
        { kind: 'attempted', by: at(6), text: at(7), url: at(0) }, { kind: 'fix-failed', by: at(1), asks: [at(2)], fix: { repo: at(3), number: 5, url: at(4) } },
        { kind: 'unsnoozed', by: at(5) }, { kind: 'unclassified', by: at(6) }, { kind: 'fix-closed', by: at(7), fix: { repo: 'a/b', number: 5, url: at(4) } },
      );
      const subject = {
        briefing: { ...briefing, configFile: at(6), escalateTo: [at(7)] },
        incident: incident({
          kind, state, scope, closedBy, jobs: rows, facts: told, closedAt: state === 'closed' ? T0 + 30 * HOUR : null, owners: [at(1)], acknowledged: scope === 'here' ? null : { by: at(2), at: T0 },
          snooze: jobs % 3 === 0 ? { by: at(3), at: T0, until: T0 + DAY, reason: at(4) } : null, classified: jobs % 2 === 0 ? { as: 'flake', by: at(5), at: T0, note: at(6) } : null,
          issue: { repo: 'a/b', number: 7, url: at(3) }, previous: { id: 'x', issue: { repo: 'a/b', number: 6, url: at(4) } },
          surroundings: { jobsTotal: 30, wellJobs: texts, platformsPassing: ['linux/amd64'], platformsFailing: ['linux/arm64'] },
          summarises: texts.map((title, n) => ({ id: `i${n}`, platform: 'linux/arm64' as const, title, over: false })), lostIssues: [{ repo: 'a/b', number: 5, url: at(5) }],
        }),
      };
      expectSendable(renderMessage(subject));
      for (const f of subject.incident.facts) expectSendable(renderReply(subject, f));
    }), { numRuns: 60 });
  });
});
