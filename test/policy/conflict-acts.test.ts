import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/domain/text.ts';
import { askBack, extendExpiry, extendFixing, nameUpstream, upstreamDone } from '../../src/policy/conflict-acts.ts';
import { factText, placesOf } from '../../src/policy/conflict-texts.ts';
import { exitLacks } from '../../src/policy/conflict-watch.ts';
import { proposalBody } from '../../src/policy/proposal-words.ts';
import { Case, CUT, T } from './conflict-given.ts';
import { DAY, HOUR } from './story.ts';

const back = { diff: '+  linux/ppc64le', byHand: null };
const greens = (n: number) => new Map([['build-linux/ppc64le', n]]);
const lastText = (c: Case): string => plainText(factText(c.conflict.facts.at(-1) ?? (() => { throw new Error('no fact'); })(), c.conflict, { mention: true, proposal: null }));

describe('more time for the owners', () => {
  const more = (c: Case, ms: number, latest: number | null = CUT - 48 * HOUR) => extendFixing(c.conflict, c.saying('ivan', 'the fix is in review'), { ms, latest });

  it('is counted from the deadline, told on the blocker, and asks nobody', () => {
    const c = new Case().look();
    c.take(more(c, 12 * HOUR));
    expect(c.conflict).toMatchObject({ fixBy: T + 36 * HOUR, stage: 'fixing' });
    expect(lastText(c)).toBe('ivan gives 12 h more: “the fix is in review”. Owners of linux/ppc64le have until Wed 18 Nov 20:00 UTC to fix it.');
    expect(placesOf(c.conflict.facts.at(-1) ?? { n: 0, at: 0, kind: 'over', asks: [], detail: '' }, c.conflict)).toEqual(['blocker']);
    expect(c.asked).toHaveLength(2);
    expect(c.wait(36 * HOUR - 1).conflict.stage).toBe('fixing');
    expect(c.wait(1).conflict.stage).toBe('deciding');
  });

  it('ends 48 h before the cut, however much is asked for', () => {
    const c = new Case().look();
    c.take(more(c, 60 * DAY));
    expect(c.conflict.fixBy).toBe(CUT - 48 * HOUR);
    expect(more(c, HOUR)).toBeNull();
    expect(more(c, HOUR, null)?.conflict.fixBy).toBe(CUT - 47 * HOUR);
  });

  it('is none once somebody gave up, two leads have no time, the deadline has passed, or it was said of an earlier round', () => {
    expect(more(new Case().giveUp('porter'), HOUR)).toBeNull();
    expect(more(new Case().skip('ivan', 'now').skip('maria', 'now'), HOUR)).toBeNull();
    const late = new Case();
    late.now = T + 24 * HOUR;
    expect(more(late, HOUR)).toBeNull();
    expect(more(new Case().look().wait(24 * HOUR), HOUR)).toBeNull();
    const c = new Case();
    expect(extendFixing(c.conflict, { ...c.saying('ivan', 'x'), at: T - HOUR }, { ms: HOUR, latest: null })).toBeNull();
  });
});

describe('a deactivation that is to stand for longer', () => {
  const more = (c: Case, ms: number, latest: number | null = null) => extendExpiry(c.conflict, c.saying('ivan', 'the compiler comes next week'), { ms, latest });

  it('is questioned later, with a reminder of its own, told on the reactivation issue', () => {
    const c = new Case().turnOff();
    const before = c.conflict.expiresAt ?? 0;
    c.take(more(c, 7 * DAY));
    expect(c.conflict.expiresAt).toBe(before + 7 * DAY);
    expect(c.conflict.remindAt).toBe(c.now + (before + 7 * DAY - c.now) / 2);
    expect(lastText(c)).toBe('ivan gives 7 d more: “the compiler comes next week”. Release leads are asked what is to become of it on Wed 9 Dec 09:00 UTC.');
    expect(placesOf(c.conflict.facts.at(-1) ?? { n: 0, at: 0, kind: 'over', asks: [], detail: '' }, c.conflict)).toEqual(['reactivation']);
    c.wait(before - c.now);
    expect(c.told).not.toContain('escalated');
    expect(c.wait(7 * DAY).told).toContain('escalated');
  });

  it('never goes beyond the next cut, and counts from now where it was questioned already', () => {
    const c = new Case().turnOff();
    c.take(more(c, 60 * DAY, CUT));
    expect(c.conflict.expiresAt).toBe(CUT);
    expect(more(c, DAY, CUT)).toBeNull();
    c.wait(CUT - c.now);
    expect(c.conflict.expiresAt).toBeNull();
    c.take(more(c, 2 * DAY));
    expect(c.conflict.expiresAt).toBe(CUT + 2 * DAY);
  });

  it('is nothing of a platform that is on', () => {
    expect(more(new Case(), DAY)).toBeNull();
    expect(more(new Case().look().wait(24 * HOUR), DAY)).toBeNull();
  });
});

describe('the fix elsewhere', () => {
  it('keeps the way back until somebody says that it is released', () => {
    const c = new Case().turnOff();
    c.take(nameUpstream(c.conflict, c.saying('porter', 'golang/go#15823')));
    expect(c.wait(DAY, { greens: greens(9), back }).conflict.stage).toBe('watching');
    expect(exitLacks(c.conflict, { greens: greens(9), upstreamReleased: null })).toBe('golang/go#15823 is not released, as far as is known');
    c.take(upstreamDone(c.conflict, c.saying('porter', '')));
    expect(c.conflict.exit).toMatchObject({ upstream: 'golang/go#15823', released: { by: 'porter', at: c.now } });
    expect(upstreamDone(c.conflict, c.saying('porter', ''))).toBeNull();
    expect(c.look().conflict.stage).toBe('returning');
  });

  it('that is named anew is not released, and without one there is nothing to say it of', () => {
    const c = new Case();
    expect(upstreamDone(c.conflict, c.saying('porter', ''))).toBeNull();
    c.take(nameUpstream(c.conflict, c.saying('porter', 'one')));
    c.take(upstreamDone(c.conflict, c.saying('porter', '')));
    c.take(nameUpstream(c.conflict, c.saying('porter', 'one')));
    expect(c.conflict.exit.released).toBeNull();
    expect(nameUpstream(c.conflict, c.saying('porter', 'one'))).toBeNull();
  });
});

describe('a way back that is asked for', () => {
  const asked = (facts = {}): Case => {
    const c = new Case().turnOff().wait(DAY, { greens: greens(1), back, ...facts });
    return c.take(askBack(c.conflict, c.saying('maria', 'the toolchain is fixed')));
  };

  it('is proposed with what the exit test lacks, in the name of who asked, whose approval does not count', () => {
    const c = asked().look();
    expect(c.conflict.stage).toBe('returning');
    expect(c.proposal()).toMatchObject({ proposer: { by: 'maria' }, matter: { kind: 'reactivate', because: 'maria asks for it: “the toolchain is fixed”. The exit test does not hold yet: build-linux/ppc64le passed 1 of 3 times in a row.' } });
    expect(lastText(c)).toContain('The exit test does not hold yet: build-linux/ppc64le passed 1 of 3 times in a row. Release leads are asked to turn it on again, in');
    expect(c.vote('maria').vote('ivan').proposal().state).toBe('open');
    expect(c.vote('anna').proposal().state).toBe('approved');
  });

  it('stays open though the exit test does not hold, and is not proposed again by itself after a no', () => {
    const c = asked().look().wait(DAY, { greens: greens(0) });
    expect(c.conflict.stage).toBe('returning');
    c.vote('ivan', 'reject').look();
    expect(c.conflict).toMatchObject({ stage: 'watching', wishedBack: null });
    expect(c.wait(DAY).conflict.stage).toBe('watching');
  });

  it('is left to whoever reads of a no: it says when it is proposed again by itself, and how to ask sooner', () => {
    const c = new Case().turnOff().wait(DAY, { greens: greens(3), back });
    const open = c.proposal();
    expect(plainText(proposalBody(open, false))).toContain('; it is proposed again after a while if the exit test holds then, and /arch reactivate linux/ppc64le <reason> asks sooner.');
    expect(plainText(proposalBody(c.vote('ivan', 'reject').proposals.find((p) => p.id === open.id) ?? open, false))).toContain('If it holds it is proposed again after a while, and /arch reactivate linux/ppc64le <reason> asks sooner.');
    // The exit test holds all the time, and nothing is proposed before the while is over.
    expect(c.look().wait(7 * DAY, { greens: greens(3), back }).conflict.stage).toBe('watching');
    expect(lastText(c)).toMatch(/it has been off since Wed 18 Nov 09:00 UTC\. Its exit test holds\. Leads are asked about it on Wed 2 Dec 09:00 UTC; \/arch reactivate <reason> here proposes to turn it on again before that\.$/);
    expect(c.wait(7 * DAY, { greens: greens(3), back }).told).toContain('escalated');
    expect(plainText(factText(c.conflict.facts.find((f) => f.kind === 'escalated')!, c.conflict, { mention: true, proposal: null }))).toContain('/arch reactivate <reason> proposes to turn it on again.');
    expect(c.wait(DAY, { greens: greens(3), back }).conflict.stage).toBe('returning');
  });

  it('names in the reminder what is missing at that moment, and not what is there already', () => {
    const c = new Case().turnOff();
    c.take(nameUpstream(c.conflict, c.saying('porter', 'golang/go#15823')));
    c.wait(7 * DAY, { greens: greens(3), back });
    expect(lastText(c)).toContain('What is missing for its way back: golang/go#15823 is not released, as far as is known. Leads');
  });

  it('does not wait out the time after a no, and says so where the exit test holds', () => {
    const c = new Case().turnOff().wait(DAY, { greens: greens(3), back }).vote('ivan', 'reject').look();
    expect(c.wait(DAY).conflict.stage).toBe('watching');
    c.take(askBack(c.conflict, c.saying('maria', ''))).look();
    expect(JSON.stringify(c.proposal().matter)).toContain('maria asks for it. The exit test holds: build-linux/ppc64le of linux/ppc64le passed 3 times');
  });

  it('waits until the reverse edit is known, is asked for once, and only of what is off', () => {
    const c = asked({ back: null }).look();
    expect(c.conflict).toMatchObject({ stage: 'watching', wishedBack: { by: 'maria', reason: 'the toolchain is fixed', surface: 'github' } });
    expect(askBack(c.conflict, c.saying('ivan', 'me too'))).toBeNull();
    expect(c.look({ back }).conflict.stage).toBe('returning');
    expect(askBack(new Case().conflict, c.saying('ivan', ''))).toBeNull();
    const off = new Case().turnOff();
    expect(askBack(off.conflict, { ...off.saying('ivan', ''), at: T })).toBeNull();
  });
});
