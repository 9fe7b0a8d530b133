import { setTimeout as sleep } from 'node:timers/promises';
import type { Aim, Figure } from '../figure.ts';
import { deliveriesOf } from '../webhooks/deliveries.ts';
import { startSender, type Answered } from '../webhooks/sender.ts';
import { Town, type Vitals } from '../webhooks/town.ts';

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

const NONE: Aim = { of: 'value', most: 0 };
/** GitHub gives up after 10 s; an answer is to be far from that (ms). */
const WELL_WITHIN: Aim = { of: 'value', most: 5_000 };
const WHOLE: Aim = { of: 'ratio', least: 0.98 };
/** Memory at the end next to the middle: it does not grow with what came. */
const FLAT: Aim = { of: 'ratio', most: 1.25 };
/** What a CI is asked meanwhile: every poll that was due. */
const GOES_ON: Aim = { of: 'ratio', least: 0.8 };

const POLL_EVERY = 2_000;
const SAMPLE_EVERY = 1_000;
const PATIENCE = 600_000;

/**
 * Deliveries at a pace that does not wait for answers, from a process of its own, to the real server on SQLite: the mix of a
 * busy repository with a command and a word about the open incident in every hundred. Then every command must have been
 * answered once, on the issue where it was said, and polls must have gone on. What a bare Probot costs for the same is told by
 * the suite `webhooks`.
 */
export async function benchLoad({ perSecond, seconds, say }: LoadOptions): Promise<Figure[]> {
  const town = await Town.begin({ every: `${POLL_EVERY / 1000}s` });
  const sender = startSender();
  try {
    say(`${perSecond} webhooks a second for ${seconds} s`);
    const before = await town.first();
    const polls = town.polls();
    const watching = new AbortController();
    const samples = sample(town, watching.signal);
    const begun = performance.now();
    const answered = await sender.ask<Answered>({ do: 'pace', urls: town.urls, secret: town.secret, mix: 'mixed', place: town.place, run: 'load', from: 0, perSecond, seconds });
    const asked = town.polls() - polls;
    const lasted = performance.now() - begun;
    const left = await town.backlog();
    const drained = await town.settled(PATIENCE);
    watching.abort();
    const [vitals, after] = [await samples, await town.first()];
    const count = perSecond * seconds;
    say(`answered ${JSON.stringify(answered.statuses)}; event loop held up for ${Math.round(Math.max(...vitals.map((v) => v.loopDelay)))} ms at most`);
    const of = `load, ${perSecond} webhooks a second for ${seconds} s`;
    const { wrong, commands } = answersMissing(town, count);
    const middle = vitals[vitals.length >> 1] ?? before;
    return [
      { name: `${of}: taken per second`, value: (answered.statuses[200] ?? 0) / (answered.wallMs / 1000), floor: perSecond, unit: '1/s', aim: WHOLE },
      { name: `${of}: not answered with 200`, value: count - (answered.statuses[200] ?? 0), floor: null, unit: 'deliveries', aim: NONE },
      { name: `${of}: median answer`, value: answered.waits.p50, floor: null, unit: 'ms', aim: null },
      { name: `${of}: 99 of 100 answers within`, value: answered.waits.p99, floor: null, unit: 'ms', aim: null },
      { name: `${of}: slowest answer`, value: answered.waits.max, floor: null, unit: 'ms', aim: WELL_WITHIN },
      { name: `${of}: CPU per delivery`, value: (after.cpu - before.cpu) / count, floor: null, unit: 'ms', aim: null },
      { name: `${of}: memory in the middle next to the start`, value: middle.rss, floor: before.rss, unit: 'MiB', aim: null },
      { name: `${of}: memory at the end next to the middle`, value: after.rss, floor: middle.rss, unit: 'MiB', aim: FLAT },
      { name: `${of}: left to handle when the last was answered`, value: left.inbox + left.outbox, floor: null, unit: 'rows', aim: null },
      { name: `${of}: until nothing was left`, value: drained, floor: null, unit: 'ms', aim: null },
      { name: `${of}: commands not answered exactly once, of ${commands}`, value: wrong, floor: null, unit: 'commands', aim: NONE },
      { name: `${of}: polls next to those that were due`, value: asked, floor: Math.floor(lasted / POLL_EVERY), unit: 'polls', aim: GOES_ON },
    ];
  } finally {
    await Promise.all([sender.stop(), town.end()]);
  }
}

async function sample(town: Town, until: AbortSignal): Promise<Vitals[]> {
  const found: Vitals[] = [];
  while (!until.aborted) {
    found.push(await town.first());
    await sleep(SAMPLE_EVERY, null, { signal: until }).catch(() => {});
  }
  return found;
}

/** Commands that have no answer, or several, or one on another issue. */
function answersMissing(town: Town, count: number): { readonly wrong: number; readonly commands: number } {
  const due = new Map<number, number>();
  const made = deliveriesOf('mixed', town.place);
  let commands = 0;
  for (let n = 0; n < count; n++) {
    const { commandOn } = made('load', n);
    if (commandOn === null) continue;
    commands++;
    due.set(commandOn, (due.get(commandOn) ?? 0) + 1);
  }
  let wrong = 0;
  for (let number = town.place.incident + 1; number <= town.place.lastIssue; number++) wrong += Math.abs(town.answersOn(number) - (due.get(number) ?? 0));
  return { wrong, commands };
}
