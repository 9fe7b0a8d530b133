import type { Call, Seen } from '../../demo/stand-ins/common/call.ts';
import type { FaultSpec } from '../../demo/stand-ins/common/faults.ts';
import type { Moment } from '../../demo/stand-ins/common/server.ts';
import { tidy, type World } from './world.ts';

const E2E = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';

/** Breakage, a second job joins, it leaves again, recovery: every kind of write that an incident causes. */
const STEPS: readonly ((world: World) => unknown)[] = [
  (w) => w.runs(E2E, 'FFF'),
  (w) => w.runs(UNIT, 'FFF'),
  (w) => w.runs(UNIT, 'PP'),
  (w) => w.runs(E2E, 'PP'),
];

/** What the story looks like from outside after each step, and the writes that it took, when nothing disturbs it. */
export interface Told {
  readonly pictures: readonly string[];
  readonly writes: readonly string[];
}

/** Tells the story to a program that nobody disturbs. */
export async function tellInPeace(world: World): Promise<Told> {
  const writes: string[] = [];
  onWrites(world, (moment, write) => { if (moment === 'arrived' && !writes.includes(write.name)) writes.push(write.name); });
  await world.start();
  await world.quiet();
  const pictures: string[] = [];
  for (const act of STEPS) {
    const before = world.picture();
    act(world);
    await world.until(() => world.picture() !== before, 'something changes outside');
    await world.quiet();
    pictures.push(world.picture());
  }
  return { pictures, writes };
}

/** Tells the story to a program that is disturbed: each step has to end in what the undisturbed one ended in, and stay so. */
export async function tellInTrouble(world: World, told: Told, through?: (picture: string) => string): Promise<void> {
  for (const [i, act] of STEPS.entries()) {
    act(world);
    await world.shows(told.pictures[i] ?? '', `step ${i + 1}`, through);
  }
  await world.quiet();
  await world.shows(told.pictures.at(-1) ?? '', 'the end', through);
}

/** Slack does not wait long for an issue: what was said in the thread before there was one names none, and is not edited. */
export const lateIssue = (picture: string): string => picture.replaceAll('say on <<host>/demo/demo/issues/1|#1>', 'say on its issue');

/** A write to GitHub or Slack, by a name that is the same whenever the story is told. */
export interface Write {
  readonly name: string;
  readonly seen: Seen;
  /** Makes exactly this request end badly. */
  fail(trouble: FaultSpec): void;
}

/** The name of a write; null for anything else. */
function nameOf(call: Call): string | null {
  const body = (call.body ?? {}) as Record<string, string | undefined>;
  const words = (key: string): string => tidy(body[key] ?? '').replaceAll(/\s+/g, ' ').slice(0, 70);
  const slack = /^\/api\/(chat\.\w+)$/.exec(call.path);
  if (slack) return `${slack[1] ?? ''}${body['thread_ts'] === undefined ? '' : ' in thread'}: ${words('text')}`;
  if (call.method === 'GET' || !call.path.startsWith('/repos/')) return null;
  const place = `${call.method} ${call.path.replace('/repos/demo/demo', '')}`;
  return call.method === 'PATCH' ? `${place}: ${Object.keys(body).sort().join(', ')} ${words('state')}` : `${place}: ${words(call.path.endsWith('/comments') ? 'body' : call.path.endsWith('/labels') ? 'name' : 'title')}`;
}

/** Listens to every write; the request waits for the listener. */
export function onWrites(world: World, listener: (moment: Moment, write: Write) => void | Promise<void>): void {
  for (const server of [world.github, world.slack]) {
    server.onRequest(async (moment, seen) => {
      const name = nameOf(seen);
      if (name === null) return;
      await listener(moment, { name, seen, fail: (trouble) => { server.faults.add({ ...trouble, match: (call) => call === seen }); } });
    });
  }
}

/** Every n-th of a list, beginning with the i-th. */
export const every = <T>(list: readonly T[], n: number, i: number): T[] => list.filter((_, k) => k % n === i);
