import type { CircumstanceName, CriterionName, Grace, Ladder } from '../../domain/ladder.ts';
import { counted, day, listed } from '../../domain/time.ts';
import { neverAnswered } from '../criteria/owner-response.ts';
import { timeLimit } from '../criteria/words.ts';
import { DAY } from './days.ts';
import type { Ground, PlatformGround } from './ground.ts';

/** Something about a platform that speeds up warnings and demotions, whichever criterion does not hold (policy.md: "faster on repeated release delays … or unresponsive maintainers"). */
export interface Circumstance extends Grace {
  readonly name: CircumstanceName;
  /** What the record says, as a clause that begins small and has no full stop. */
  readonly because: () => string;
}

type When = Ladder['demotion']['when'];

/** The circumstances that the ladder names and that the record shows on a platform as of `now` (epoch ms). What is not on record speeds up nothing. */
export function circumstancesOf(when: When, platform: PlatformGround, ground: Ground, now: number): readonly Circumstance[] {
  if (when === undefined) return [];
  return [ownersUnresponsive(when, platform, ground, now), releaseDelayed(when, platform, ground, now)].filter((c) => c !== null);
}

/** Nobody has come to any of the last breakages whose acknowledgement was due. One who comes, late or not, ends it. */
function ownersUnresponsive(when: NonNullable<When>, { evidence, calendar }: PlatformGround, { actsSince }: Ground, now: number): Circumstance | null {
  const rule = when['owners-unresponsive'];
  if (rule === undefined || now < actsSince) return null;
  const last = neverAnswered(evidence.incidents, rule, { now, calendar }).slice(-rule.incidents);
  if (last.length < rule.incidents || !last.every((i) => i.unanswered)) return null;
  const since = last[0]?.openedAt ?? now;
  const which = rule.incidents === 1 ? 'the last breakage' : `any of the last ${rule.incidents} breakages`;
  return { ...rule, name: 'owners-unresponsive', because: () => `nobody has acknowledged ${which} (since ${day(since, now)}; ${timeLimit(rule.ackWithin)} are given; acknowledging one gives the usual time back)` };
}

/** It held up so many releases lately. */
function releaseDelayed(when: NonNullable<When>, { evidence, facts }: PlatformGround, { project }: Ground, now: number): Circumstance | null {
  const rule = when['release-delayed'];
  if (rule === undefined) return null;
  const configured = project.releases.flatMap(({ name = null, planned = null, delayedBy = [] }) => planned === null || !delayedBy.includes(facts.platform) ? [] : [{ at: planned + DAY, release: name }]);
  const recorded = (evidence.delays ?? []).filter((d) => d.release === null || !configured.some((c) => c.release === d.release));
  const lately = [...configured, ...recorded].filter((d) => d.at <= now && d.at > now - rule.within).sort((a, b) => a.at - b.at);
  if (lately.length < rule.times) return null;
  const names = listed(lately.map((d) => d.release ?? `one on ${day(d.at, now)}`), 4);
  return { ...rule, name: 'release-delayed', because: () => `it delayed ${counted(lately.length, 'release')} within the last ${timeLimit(rule.within)}: ${names}` };
}

/** Days until a warning, and from there to a proposal: the ladder's own, its criterion's, or those of a circumstance, whichever come first. */
export function graceFor({ demotion }: Ladder, criterion: CriterionName, circumstances: readonly Circumstance[]): Grace {
  const own: Grace = demotion.faster[criterion] ?? demotion;
  return {
    warnAfter: Math.min(own.warnAfter, ...circumstances.map((c) => c.warnAfter)),
    proposeAfter: Math.min(own.proposeAfter, ...circumstances.map((c) => c.proposeAfter)),
  };
}
