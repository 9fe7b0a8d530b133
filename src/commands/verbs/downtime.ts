import type { Incident } from '../../domain/incident.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { isQuiet, type Quiet } from '../../domain/quiet.ts';
import { coded, says, type Block, type Spans } from '../../domain/text.ts';
import { moment, span } from '../../domain/time.ts';
import { afterDowntime, endedQuiet, plannedDowntime } from '../../policy/downtimes.ts';
import { called, contextOf, ownersNeeded, reasonOf } from '../incident-verbs.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb, Word } from '../verb.ts';
import { mistaken, readDuration, readMoment, readPlatform, understood } from '../words.ts';

type Args =
  | { readonly kind: 'plan'; readonly platform: PlatformId; readonly from: number; readonly to: number; readonly reason: string | null }
  | { readonly kind: 'end'; readonly platform: PlatformId };

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A longer one is no downtime but a platform that is not looked after. */
const LONGEST = 90 * DAY;

export const downtime: Verb<Args> = {
  name: 'downtime',
  usage: 'downtime <platform> <from> <to> [reason]',
  about: 'Plans a downtime: what breaks on the platform meanwhile opens no incident, and nobody is reminded.',
  who: 'owners',
  examples: ['/arch downtime linux/s390x now 4h new disks', '/arch downtime linux/s390x 2026-12-24 2026-12-27T08:00Z moving to another rack', '/arch downtime linux/s390x end'],
  more: '`from` is `now`, a day or a day and a time; `to` is one of those or a duration from there on; days begin at 00:00 UTC. 90 days at most. `/arch downtime <platform> end` ends the one that is in force, or cancels the next. Afterwards a job counts as broken again with its first run that begins after the end.',
  parse,
  needs: ({ platform }, { project }) => ownersNeeded(project, [platform]),
  run: (args, scene, spoken) => args.kind === 'plan' ? plan(args, scene, spoken) : end(args.platform, scene, spoken),
};

function parse(line: CommandLine, scene: Scene, { at }: Spoken): Parsed<Args> {
  const [name, first, last] = line.words;
  if (name === undefined) return mistaken(null, 'the platform is missing');
  const platform = readPlatform(name, scene.project);
  if (!platform.ok) return platform;
  if (first === undefined) return mistaken(null, 'when it begins is missing: `now`, a day, or a day and a time');
  if (last === undefined && /^(?:end|off)$/i.test(first.text)) return understood({ kind: 'end', platform: platform.args });
  const from = readFrom(first, scene.now, at);
  if (!from.ok) return from;
  if (last === undefined) return mistaken(null, 'when it ends is missing: a duration such as `4h`, a day, or a day and a time');
  const to = readTo(last, from.args, scene.now);
  return to.ok ? understood({ kind: 'plan', platform: platform.args, from: from.args, to: to.args, reason: reasonOf(line.rest(3)) }) : to;
}

/** `now` is when it was said, to the minute: said twice at once, it is one. The present day may have begun. */
function readFrom(word: Word, now: number, said: number): Parsed<number> {
  if (/^now$/i.test(word.text)) return understood(Math.floor(Math.min(said, now) / MINUTE) * MINUTE);
  const from = readMoment(word, now, { past: true });
  return from.ok && from.args < now - DAY ? mistaken(word, `a downtime cannot begin on ${moment(from.args, now)}, which is in the past; it is ${moment(now, now)} now`) : from;
}

function readTo(word: Word, from: number, now: number): Parsed<number> {
  const isDuration = /^\d+[a-z]$/i.test(word.text);
  const read = isDuration ? readDuration(word) : readMoment(word, now);
  if (!read.ok) return read;
  const to = isDuration ? from + read.args : read.args;
  if (to <= from) return mistaken(word, `it would end on ${moment(to, now)}, and it begins on ${moment(from, now)}; days begin at 00:00 UTC`);
  if (to <= now) return mistaken(word, `it would be over already: it is ${moment(now, now)} now`);
  return to - from > LONGEST ? mistaken(word, `that is ${span(to - from)}, and a downtime lasts 90 days at most`) : understood(to);
}

const downtimesOf = ({ quiets, now }: Scene, platform: PlatformId): readonly Quiet[] =>
  quiets.filter((q) => q.kind === 'downtime' && q.platform === platform && q.ended === null && q.to > now).toSorted((a, b) => a.from - b.from);

function plan({ platform, from, to, reason }: Extract<Args, { kind: 'plan' }>, scene: Scene, spoken: Spoken): Outcome {
  const { now, project } = scene;
  const { by, actor, evidence } = contextOf(scene, spoken);
  const same = downtimesOf(scene, platform).find((q) => q.from === from && q.to === to);
  if (same) return { verdict: 'answered', reply: [says(`A downtime of ${platform} ${when(same, now)} is planned already, by `, coded(same.by), '.')] };
  const quiet = plannedDowntime({ project: project.name, platform, from, to, reason, by, at: spoken.at > now ? now : spoken.at });
  return {
    verdict: 'done', quiets: [{ expected: null, quiet }], audit: [{ at: now, project: project.name, entity: `quiet:${quiet.id}`, what: 'downtime-planned', actor, evidence: { ...quiet, said: evidence } }],
    reply: [
      says(`${platform} is in a planned downtime ${when(quiet, now)}: what breaks there opens no incident and joins none. End it early with `, coded(`/arch downtime ${platform} end`), '.'),
      ...affected(scene, spoken, platform),
    ],
  };
}

/** `until Wed 18 Nov 10:00 UTC`; one to come names both ends. */
const when = ({ from, to }: Quiet, now: number): string => from <= now ? `until ${moment(to, now)}` : `from ${moment(from, now)} until ${moment(to, now)}`;

const openHere = ({ incidents }: Scene, platform: PlatformId): readonly Incident[] =>
  incidents.filter((i) => i.state === 'open' && i.platform === platform && i.scope === 'here' && (i.kind === 'breakage' || i.kind === 'stale'));

function affected(scene: Scene, spoken: Spoken, platform: PlatformId): Block[] {
  return openHere(scene, platform).map((i) => says('Open now: ', ...called(i, scene, spoken), '. Nobody is reminded of it during the downtime, and it closes as usual when it is green again.'));
}

/** Ends what is in force; where nothing is, cancels what comes next. */
function end(platform: PlatformId, scene: Scene, spoken: Spoken): Outcome {
  const { now, project } = scene;
  const { by, actor, evidence } = contextOf(scene, spoken);
  const all = downtimesOf(scene, platform);
  const present = all.filter((q) => isQuiet(q, now));
  const [next] = all;
  if (next === undefined) return { verdict: 'answered', reply: [says(`${platform} has no downtime, now or to come. Nothing was changed.`)] };
  const ended = present.length > 0 ? present : [next];
  const then = all.find((q) => !ended.includes(q));
  const over = ended.map((quiet) => endedQuiet(quiet, by, now));
  const told: Spans = present.length > 0
    ? [`The downtime of ${platform} is over, ${span(Math.max(...present.map((q) => q.to)) - now)} before its time. A job there counts as broken again with its first run that begins from now on.`]
    : [`The downtime of ${platform} ${when(next, now)} is cancelled.`];
  return {
    verdict: 'done', reply: [says(...told, ...then === undefined ? [] : [` Another one is planned ${when(then, now)}; say this once more to cancel that too.`])],
    quiets: over.map((quiet) => ({ expected: quiet.revision - 1, quiet })),
    incidents: openHere(scene, platform).map((i) => afterDowntime(i, { project, now })).filter((c) => c !== null),
    audit: over.map((quiet) => ({ at: now, project: project.name, entity: `quiet:${quiet.id}`, what: 'downtime-ended', actor, evidence })),
  };
}
