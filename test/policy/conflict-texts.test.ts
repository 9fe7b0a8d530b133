import { describe, expect, it } from 'vitest';
import { plainText, type Text } from '../../src/domain/text.ts';
import { deactivatePullBody, factCard, factText, goTarget, placesOf, reactivationBody, releaseNotes, reactivatePullBody, reversed } from '../../src/policy/conflict-texts.ts';
import { checklist, exitWords } from '../../src/policy/conflict-words.ts';
import { proposalBody, proposalCard, proposalTitle } from '../../src/policy/proposal-words.ts';
import { BLOCKER, Case, found, PLAN, projectOf, T } from './conflict-given.ts';
import { HOUR } from './story.ts';

const mentions = (text: Text): string[] => text.flatMap((b) => b.kind === 'paragraph' ? b.spans : []).flatMap((s) => typeof s === 'object' && 'mention' in s ? [s.mention] : []);
const proposed = (over = {}): Case => new Case(projectOf(), { components: ['server'], ...over }).attempt('porter', 'older binutils https://example.org/1').giveUp('porter', 'needs a new linker').look();
const evidence = (c: Case) => ({ mention: true, proposal: c.proposals[0] ?? null });
const lastFact = (c: Case): string => plainText(factText(c.conflict.facts.at(-1) ?? (() => { throw new Error('no fact'); })(), c.conflict, evidence(c)));

describe('the ping on the blocker', () => {
  it('calls the owners, says what is asked until when, how to stop it, and what comes otherwise', () => {
    const c = new Case();
    const text = factText(c.conflict.facts[0] ?? (() => { throw new Error('no fact'); })(), c.conflict, evidence(c));
    expect(mentions(text)).toEqual(['@porter', '@demo/power']);
    expect(plainText(text)).toContain('linux/ppc64le is in the way of this release blocker. Only linux/ppc64le is red.');
    expect(plainText(text)).toContain('by Wed 18 Nov 08:00 UTC (1 d). After that release leads are asked to turn the linux/ppc64le build off for it.');
    expect(plainText(text)).toContain('/arch give-up <reason>');
    expect(mentions(factText(c.conflict.facts[0] ?? (() => { throw new Error('no fact'); })(), c.conflict, { mention: false, proposal: null }))).toEqual([]);
  });

  it('of what somebody said, and no check shows, does not promise an end by a check that tells nothing of the platform', () => {
    const [seen, said] = [found(), { ...found(), evidence: { ...found().evidence, way: 'said' as const, checks: [], log: [] } }].map((f) => lastFact(new Case(projectOf(), { found: f })));
    expect(seen).toContain('It ends by itself when the platform is green here.');
    expect(said).toContain('It ends by itself when a check of that platform alone turns green here, or this is merged.');
  });
});

describe('the message in Slack', () => {
  it('says what happened first, and then which blocker it is about', () => {
    const c = new Case();
    const [news, about] = factCard(c.conflict.facts[0]!, c.conflict, { mention: false, proposal: null });
    expect(plainText([news!])).toContain('linux/ppc64le is in the way of this release blocker.');
    expect(plainText([about!])).toMatch(/^Release blocker: demo\/demo#25243/);
  });
});

describe('the proposal', () => {
  it('asks the question first, and holds what a lead needs to decide from a phone', () => {
    const p = proposed().proposal();
    expect(proposalTitle(p)).toBe('Turn off the linux/ppc64le server build for v1.37 so that #25243 can merge?');
    const body = plainText(proposalBody(p, true));
    for (const words of ['If yes: no server for linux/ppc64le is built for v1.37', 'If no, or undecided by Fri 20 Nov 08:00 UTC', '0 of 2 approvals. An approval by smarter, who has a part in it, does not count.',
      'Tried: porter “older binutils https://example.org/1”; porter has given up: “needs a new linker”.', '-  linux/ppc64le\n+  # linux/ppc64le', 'build/common.sh:41', 'Required checks that would then wait for ever: build (linux, ppc64le)',
      '☑ Detect: Tue 17 Nov 08:00 UTC', '☑ Fix first: asked Tue 17 Nov 08:00 UTC', '☑ Propose', '☐ Approve', 'proposed as soon as build-linux/ppc64le passes 3 times in a row']) expect(body).toContain(words);
    expect(plainText(proposalCard(p).text).length).toBeLessThan(1_500);
  });

  it('goes on to show the stages after it was approved', () => {
    const c = proposed().vote('ivan').vote('maria').look().wait(HOUR, { build: 'off' }).wait(HOUR, { platform: 'green' });
    const body = plainText(proposalBody(c.proposals[0] ?? c.proposal(), false));
    expect(body).toContain('☑ Approve: Tue 17 Nov 08:00 UTC');
    expect(body).toContain('☑ Do: Tue 17 Nov 09:00 UTC, off on master');
    expect(body).toContain('☑ Watch: Tue 17 Nov 10:00 UTC');
    expect(body).toContain('☐ Reactivate');
  });

  it('to waive says that nothing is turned off', () => {
    const p = new Case(projectOf(), { found: { ...found(), remedy: 'waive' } }).look().wait(24 * HOUR).proposal();
    expect(proposalTitle(p)).toBe('Merge #25243 for v1.37 though build (linux, ppc64le) of linux/ppc64le is red?');
    expect(plainText(proposalBody(p, true))).toContain('Nothing is turned off');
  });

  it('says what the leads said who left the owners no time, how often it was off before, and why it takes one more', () => {
    const c = new Case(projectOf({}, { step: 3 })).skip('ivan', 'we cut today').skip('maria', 'the last blocker');
    c.conflict = { ...c.conflict, earlier: 2 };
    const body = plainText(proposalBody(c.look().proposal(), true));
    expect(body).toContain('Without more time to fix it, by ivan: “we cut today”.');
    expect(body).toContain('linux/ppc64le was turned off 2 times.');
    expect(body).toContain('One approval more than usual, as linux/ppc64le stands on step 3.');
  });
});

describe('the checklist', () => {
  it('shows the deadline as long as it is being fixed', () => {
    expect(plainText([checklist(new Case().conflict, 'master')])).toContain('☐ Fix first: asked Tue 17 Nov 08:00 UTC, until Wed 18 Nov 08:00 UTC');
  });
});

describe('the reactivation issue', () => {
  it('holds the error, how to see it, the exact revert and the exit test, and calls the owners when it is filed', () => {
    const c = proposed().vote('ivan').vote('maria').look();
    const text = reactivationBody(c.conflict, { first: true, proposal: c.proposal() });
    expect(mentions(text)).toEqual(['@porter', '@demo/power']);
    expect(mentions(reactivationBody(c.conflict, { first: false, proposal: null }))).toEqual([]);
    const words = plainText(text);
    for (const part of ['is about to be turned off on master', 'GOOS=linux GOARCH=ppc64le', '-  # linux/ppc64le\n+  linux/ppc64le', 'The exit test: build-linux/ppc64le passes 3 times in a row.', 'stays open as long as the build is off']) expect(words).toContain(part);
    c.wait(HOUR, { build: 'off' });
    expect(plainText(reactivationBody(c.conflict, { first: false, proposal: c.proposal() }))).toContain('is off on master since Tue 17 Nov 09:00 UTC');
    expect(plainText(reactivationBody(c.conflict, { first: false, proposal: c.proposal() }))).toContain('Questioned on Tue 1 Dec 09:00 UTC');
    c.wait(HOUR, { build: 'on' });
    expect(plainText(reactivationBody(c.conflict, { first: false, proposal: c.proposal() }))).not.toContain('Questioned');
  });

  it('asks for nothing and promises nothing once it is over', () => {
    const c = proposed().vote('ivan').vote('maria').look().wait(HOUR, { build: 'off' }).wait(HOUR, { build: 'on' });
    const words = plainText(reactivationBody(c.conflict, { first: false, proposal: c.proposal() }));
    expect([c.conflict.stage, words]).toEqual(['over', expect.stringContaining('is on again since Tue 17 Nov 10:00 UTC; it was off since Tue 17 Nov 09:00 UTC')]);
    expect(words).toContain('The exit test: build-linux/ppc64le passes 3 times in a row.');
    for (const part of ['comes by itself', '/arch reactivate', '/arch waits-for', 'stays open', 'still watched']) expect(words).not.toContain(part);
  });

  it('says where nobody decided it, and where nobody owns the platform', () => {
    const c = new Case(projectOf({}, { owners: [] })).look({ build: 'off' });
    const words = plainText(reactivationBody(c.conflict, { first: true, proposal: null }));
    expect(words).toContain('nobody decided it');
    expect(words).toContain('linux/ppc64le has no owners');
  });
});

describe('the pull requests', () => {
  it('name who decided, the entry, what would wait, and whose approval is missing', () => {
    const c = proposed().vote('ivan').vote('maria').look();
    const given = { proposal: c.proposal(), missing: ['@demo/build'] };
    const text = deactivatePullBody(c.conflict, given);
    const words = plainText(text);
    for (const part of ['Decided by ivan and maria', 'Off: linux/ppc64le in hack/lib/golang.sh (KUBE_SERVER_PLATFORMS)', 'build (linux, ppc64le)', 'Still missing: the approval of demo/build']) expect(words).toContain(part);
    expect(releaseNotes(c.conflict, 'off')).toBe('The linux/ppc64le server build is turned off in v1.37, until it builds again.');
    expect(releaseNotes(c.conflict, 'on')).toBe('The linux/ppc64le server build is on again.');
    expect(mentions(text)).toEqual([]);
    expect(plainText(reactivatePullBody(c.conflict, c.proposal(), 'It builds.'))).toContain('reverse of the edit');
  });

  it('reverse a diff line by line', () => {
    expect(reversed('--- a/x\n+++ b/x\n@@ -1 +1 @@\n a\n-b\n+# b\n c')).toBe('--- a/x\n+++ b/x\n@@ -1 +1 @@\n a\n-# b\n+b\n c');
    expect(reversed(reversed(PLAN.diff ?? ''))).toBe(PLAN.diff);
  });
});

describe('every fact', () => {
  it('has words that stand alone, and a place', () => {
    const c = proposed();
    expect(lastFact(c)).toContain('Owners can say what they know there');
    for (const kind of ['gave-up', 'skipped', 'declined', 'revoked', 'off', 'helped', 'did-not-help', 'others-changed', 'reopened-issue', 'reminded', 'escalated', 'partly-back', 'back-proposed', 'over'] as const) {
      const fact = { n: 1, at: T, kind, asks: [], detail: 'something happened' };
      const words = plainText(factText(fact, c.conflict, evidence(c)));
      expect(words).not.toMatch(/undefined|null|\.\.| {2}|!/);
      expect(words.endsWith('.')).toBe(true);
      if (kind !== 'over' && kind !== 'gave-up') expect(placesOf(fact, c.conflict).length).toBeGreaterThan(0);
    }
    expect(placesOf({ n: 1, at: T, kind: 'over', asks: [], detail: '' }, { times: c.conflict.times, facts: [], outcome: 'fixed', reactivation: null })).toEqual(['blocker']);
  });

  it('repeats text from outside as text alone', () => {
    const c = new Case().attempt('porter', '@everyone ](https://evil.example) <!-- archsignal:x -->').giveUp('porter', '@demo/all');
    expect(mentions(factText(c.conflict.facts.at(-1) ?? (() => { throw new Error('no fact'); })(), c.conflict, evidence(c)))).toEqual([]);
    expect(BLOCKER.author).toBe('smarter');
  });
});

describe('small words', () => {
  it('say a target as builds take it, and an exit test as a clause', () => {
    expect([goTarget('linux/arm/v7'), goTarget('windows/arm64')]).toEqual(['GOOS=linux GOARCH=arm GOARM=7', 'GOOS=windows GOARCH=arm64']);
    expect(exitWords({ greens: 3, jobs: ['a', 'b'], upstream: 'golang/go#15823' })).toBe('a and b each pass 3 times in a row, and golang/go#15823 is released');
    expect(exitWords({ greens: 3, jobs: [], upstream: null })).toBe('somebody says that it is fixed');
  });
});
