import type { Conflict } from '../../domain/conflict.ts';
import { moment, span } from '../../domain/time.ts';
import { extendExpiry, extendFixing, isEarlier, LEADS_TO_SKIP } from '../../policy/conflict-acts.ts';
import { beforeCut, latestFix, nextCutOf } from '../../policy/conflict-deadlines.ts';
import { releaseFor } from '../../policy/world.ts';
import { answered, called, leadingConflict, leadsAlone, nowOf, refusedAs, saidBefore, sayingOf } from '../conflict-verbs.ts';
import { unlinked } from '../deciding.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { conflictSpans } from '../views/conflict.ts';
import { mistaken, readDuration, understood } from '../words.ts';

interface Args {
  readonly conflict: Conflict;
  /** Milliseconds. */
  readonly ms: number;
  readonly reason: string;
}

/** Moves the deadline of a conflict: the owners' time to fix it, or the day when a deactivation is questioned. */
export const extend: Verb<Args> = {
  name: 'extend',
  usage: 'extend [platform] <duration> <reason>',
  about: 'Gives owners more time to fix a platform first; of one that is off, moves the day on which that is questioned.',
  who: 'lead',
  examples: ['/arch extend 12h the fix is in review', '/arch extend linux/s390x 7d the new compiler is released next week'],
  more: 'The owners\' time never goes beyond 48 h before the cut, and what is off is spoken of 48 h before the next cut in any case. The time of a proposal is not extended by this: an objection of an owner does that, once.',
  parse,
  needs: ({ conflict }, scene) => leadsAlone(scene, conflict),
  run: recorded,
};

function parse(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Args> {
  const lead = leadingConflict(line, scene, spoken);
  if (!lead.ok) return lead;
  const { conflict, next } = lead.args;
  const word = line.words[next];
  if (word === undefined) return mistaken(null, 'how much longer is missing: a duration such as `12h` or `7d`');
  const ms = readDuration(word);
  if (!ms.ok) return ms;
  const reason = line.rest(next + 1).trim();
  return reason === '' ? mistaken(null, 'a reason is missing, which owners and release leads read') : understood({ conflict, ms: ms.args, reason });
}

function recorded({ conflict: meant, ms, reason }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const { now, project } = scene;
  const conflict = nowOf(scene, meant) ?? meant;
  if (isEarlier(conflict, spoken)) return saidBefore(conflict, scene, spoken);
  const saying = sayingOf(scene, spoken, login, reason);
  const off = conflict.times.off !== null;
  const cut = nextCutOf(project, now);
  const latest = off ? beforeCut(cut, now) ?? cut : latestFix(releaseFor(project, conflict.branch), now);
  const change = off ? extendExpiry(conflict, saying, { ms, latest }) : extendFixing(conflict, saying, { ms, latest });
  if (change === null) return notMoved(conflict, latest, scene);
  const [before, until] = off ? [conflict.expiresAt ?? now, change.conflict.expiresAt ?? now] : [conflict.fixBy, change.conflict.fixBy];
  const short = until - before < ms ? ` That is ${span(until - before)} more and not ${span(ms)}: ${limitWords(off)}.` : '';
  const what = off ? [`release leads are asked on ${moment(until, now)} what is to become of ${conflict.platform}, and not before`] : [`the owners have until ${moment(until, now)} to fix it, instead of ${moment(before, now)}`];
  return { ...answered('Recorded for ', ...called(conflict, scene, spoken), ': ', ...what, `.${short}`), verdict: 'done', conflicts: [change] };
}

const limitWords = (off: boolean): string => off ? 'before the next cut they are asked in any case, 48 h before it where there is time for that' : 'fixing it first ends 48 h before the cut';

function notMoved(conflict: Conflict, latest: number | null, scene: Scene): Outcome {
  const { stage, gaveUp, skips, platform, fixBy, expiresAt } = conflict;
  const { now } = scene;
  const end = conflict.times.off === null ? fixBy : expiresAt ?? now;
  const is = [`${platform} is `, ...conflictSpans(conflict, scene), '.'];
  if (conflict.times.off === null && stage !== 'fixing') return refusedAs('There is no deadline to move: ', ...is, stage === 'deciding' ? ' An owner\'s objection gives release leads more time, once; a fix ends it.' : '');
  if (stage === 'fixing' && (gaveUp !== null || skips.length >= LEADS_TO_SKIP || fixBy <= now)) return refusedAs(`The owners' time is over: ${gaveUp !== null ? `${gaveUp.by} has given up` : skips.length >= LEADS_TO_SKIP ? 'two release leads said that there is none' : `it was up on ${moment(fixBy, now)}`}. Release leads are asked now.`);
  if (latest !== null && latest <= end) return refusedAs(`${moment(end, now)} is as late as it can be: ${limitWords(conflict.times.off !== null)}.`);
  return refusedAs('There is no deadline to move: ', ...is);
}
