import type { Seen } from '../../demo/stand-ins/common/call.ts';
import { appKey } from '../../demo/stand-ins/index.ts';
import { postgresIsHere, databaseOf } from '../../test/postgres.ts';
import type { Aim, Figure } from '../figure.ts';
import { REPO, Town, type TownSpec, type Written } from '../town.ts';
import { measureFloor, type Chain, type FloorResult } from './floor.ts';

export interface BreakagesOptions {
  /** Platforms that break at once. */
  readonly platforms: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

/** Writes that the program has under way at one destination. */
const AT_ONCE = 16;
/** A distant GitHub and Slack take this long for an answer (ms). */
const DISTANT = 50;
/** Polls that see what the one before them saw. */
const AGAIN = 5;
/** GitHub's 80 writes a minute and its wait, in small: the clock of this bench is not held. */
const SECONDARY = { writes: 60, perMs: 2_000, retryAfter: 2 } as const;

const most = (n: number): Aim => ({ of: 'value', most: n });
/** Requests of a new breakage, of its repetition and of its recovery. */
const AIMS = { opening: most(3), again: most(0), closing: most(2) } as const;
/** Decided once, and each of its three writes claimed and settled: that many, if they did not share. */
const COMMITS = 1 + 2 * 3;

interface Aims { readonly cpu: Aim | null; readonly wall: Aim | null }
/** Deciding, storing and looking up may cost several times what the bare writing does; where GitHub and Slack are distant it is hidden behind their answers. */
const NEAR: Aims = { cpu: { of: 'ratio', most: 6 }, wall: null };
const FAR: Aims = { cpu: null, wall: { of: 'ratio', most: 3 } };

interface Told { readonly opening: Written; readonly again: Written; readonly closing: Written; readonly floor: FloorResult }

/** Measures many platforms that break at once, stay broken and mend, at the stand-ins of GitHub and Slack. */
export async function benchBreakages({ platforms, say }: BreakagesOptions): Promise<Figure[]> {
  const name = `breakages, ${platforms} at once`;
  const plain: TownSpec = { platforms, answersAfter: 0, cap: 10 * platforms, database: null };
  say(`${platforms} platforms that break at once and mend`);
  const figures = whole(name, platforms, await told(plain), NEAR);
  if (await postgresIsHere('breakages on PostgreSQL')) {
    say('the same on PostgreSQL');
    figures.push(...await onPostgres(async (database) => times(`${name}, PostgreSQL`, platforms, await told({ ...plain, database }), NEAR)));
  }
  say(`the same where GitHub and Slack answer after ${DISTANT} ms`);
  figures.push(...times(`${name}, answers after ${DISTANT} ms`, platforms, await told({ ...plain, answersAfter: DISTANT }), FAR));
  say('the same while GitHub asks for fewer writes');
  figures.push(...await limited(name, plain));
  say('the same with the cap as it is');
  return [...figures, ...await summarised(name, plain)];
}

/** Runs the work on a new database, which is gone afterwards. */
export async function onPostgres<T>(work: (name: string) => Promise<T>): Promise<T> {
  const database = databaseOf('bench');
  await database.create();
  try {
    return await work('bench');
  } finally {
    await database.drop();
  }
}

async function told(spec: TownSpec): Promise<Told> {
  const town = await Town.open(spec);
  const { platforms } = spec;
  try {
    await town.start();
    const opening = await town.written(() => { town.break(); }, () => town.issues('open') === platforms && town.messages('|#') === platforms && town.replies() >= platforms, 'every breakage is filed and told');
    const again = await town.written(() => {}, () => town.polls() >= AGAIN, 'it has polled again');
    const closing = await town.written(() => { town.mend(); }, () => town.issues('closed') === platforms && town.replies() >= 2 * platforms, 'every breakage is over');
    await town.stop();
    return { opening, again, closing, floor: await floorOf(town, opening, closing) };
  } finally {
    await town.close();
  }
}

/** What was written once more, by bare clients to the same stand-ins. */
function floorOf({ world: { github, slack } }: Town, opening: Written, closing: Written): Promise<FloorResult> {
  const bodies = (seen: readonly Seen[], path: RegExp, more: (body: Record<string, string>) => boolean = () => true): Record<string, string>[] =>
    seen.filter((s) => path.test(s.path)).map((s) => s.body as Record<string, string>).filter(more);
  const posted = (w: Written, isReply: boolean) => bodies(w.toSlack, /postMessage$/, (b) => ('thread_ts' in b) === isReply);
  const [issues, messages, replies] = [bodies(opening.toGithub, /\/issues$/), posted(opening, false), posted(opening, true)];
  const [comments, closes, updates, last] = [bodies(closing.toGithub, /\/comments$/), bodies(closing.toGithub, /\/issues\/\d+$/), bodies(closing.toSlack, /update$/), posted(closing, true)];
  const chains = issues.map((issue, i): Chain => ({
    issue, message: messages[i] ?? {}, reply: replies[i] ?? {}, comment: comments[i] ?? {}, close: closes[i] ?? {}, update: updates[i] ?? {}, lastReply: last[i] ?? {},
  }));
  return measureFloor({
    github: { url: github.url, appId: github.appId, privateKey: appKey(), installation: github.installationId, repo: REPO }, slack: { url: slack.apiUrl, token: slack.token }, chains, atOnce: AT_ONCE,
  });
}

function whole(name: string, platforms: number, all: Told, aims: Aims): Figure[] {
  const { opening, again, closing } = all;
  const requests = (what: string, w: Written, floor: number | null, held: Aim): Figure => ({ name: `${name}: GitHub requests ${what}`, value: w.github / platforms, floor, unit: 'requests', aim: held });
  return [
    requests('per new breakage', opening, opening.toGithub.length / platforms, AIMS.opening),
    requests(`per breakage that ${AGAIN} more polls see`, again, null, AIMS.again),
    requests('per recovery', closing, closing.toGithub.length / platforms, AIMS.closing),
    { name: `${name}: commits per new breakage`, value: opening.commits / platforms, floor: COMMITS, unit: 'commits', aim: { of: 'ratio', most: 0.5 } },
    ...times(name, platforms, all, aims),
  ];
}

function times(name: string, platforms: number, { opening, closing, floor }: Told, aims: Aims): Figure[] {
  const figures = (what: string, w: Written, of: FloorResult['opening']): Figure[] => [
    { name: `${name}: ${what}: wall clock`, value: w.ms / 1000, floor: of.wallMs / 1000, unit: 's', aim: aims.wall },
    ...w.cpuMs > 0 ? [{ name: `${name}: ${what}: CPU per breakage`, value: w.cpuMs / platforms, floor: of.cpuMs / platforms, unit: 'ms', aim: aims.cpu }] : [],
  ];
  return [...figures('from the poll that sees them to the last write', opening, floor.opening), ...figures('from the poll that sees them mended to the last write', closing, floor.closing)];
}

/** GitHub asks for a wait in the midst: nothing is lost, nothing comes twice, and it is obeyed. */
async function limited(name: string, spec: TownSpec): Promise<Figure[]> {
  const town = await Town.open(spec);
  const { platforms } = spec;
  try {
    await town.start();
    town.world.github.limits.set({ secondary: SECONDARY });
    const opening = await town.written(() => { town.break(); }, () => town.issues('open') >= platforms && town.messages('|#') >= platforms && town.replies() >= platforms, 'every breakage is filed and told');
    const asked = opening.toGithub.length - opening.refused;
    const of = `${name}, ${SECONDARY.writes} writes per ${SECONDARY.perMs / 1000} s`;
    return [
      { name: `${of}: issues filed`, value: asked, floor: platforms, unit: 'issues', aim: { of: 'ratio', most: 1 } },
      { name: `${of}: refused writes per wait that GitHub asked for`, value: opening.refused / Math.max(1, waits(opening)), floor: AT_ONCE, unit: 'requests', aim: { of: 'ratio', most: 1 } },
      { name: `${of}: from the poll that sees them to the last write: wall clock`, value: opening.ms / 1000, floor: Math.ceil(platforms / SECONDARY.writes - 1) * SECONDARY.perMs / 1000, unit: 's', aim: null },
    ];
  } finally {
    await town.close();
  }
}

/** Groups of refusals: the wait lies between them. */
function waits({ toGithub }: Written): number {
  const refused = toGithub.filter((s) => s.status === 403).map((s) => s.at);
  return refused.filter((at, i) => i === 0 || at - (refused[i - 1] ?? 0) > SECONDARY.retryAfter * 500).length;
}

/** More than the cap: one summary, which is ticked off and closed. */
async function summarised(name: string, spec: TownSpec): Promise<Figure[]> {
  const town = await Town.open({ ...spec, cap: null });
  try {
    await town.start();
    const opening = await town.written(() => { town.break(); }, () => town.issues('open') === 1 && town.messages('|#') === 1, 'the summary is filed and told');
    const closing = await town.written(() => { town.mend(); }, () => town.issues('closed') === 1, 'the summary is closed');
    const of = `${name}, with the cap as it is`;
    return [
      { name: `${of}: GitHub requests in all`, value: opening.github, floor: opening.toGithub.length, unit: 'requests', aim: AIMS.opening },
      { name: `${of}: GitHub requests of the recovery in all`, value: closing.github, floor: closing.toGithub.length, unit: 'requests', aim: AIMS.closing },
      { name: `${of}: from the poll that sees them to the last write: wall clock`, value: opening.ms / 1000, floor: null, unit: 's', aim: null },
    ];
  } finally {
    await town.close();
  }
}
