/** GitHub's side of the wire, in a process of its own, so that its work is counted as nobody's. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { obey, startChild, type Child } from '../child.ts';
import { deliveriesOf, type MixName, type Place, type Sent } from './deliveries.ts';

/** `right`, as GitHub signs; `wrong`: with another secret; `none`: not at all. */
export type Signed = 'right' | 'wrong' | 'none';

interface Addressed {
  /** Taken in turn. */
  readonly urls: readonly string[];
  readonly secret: string;
  readonly mix: MixName;
  readonly place: Place;
  /** The run's name, part of each delivery's id: the same one again repeats the deliveries. */
  readonly run: string;
  /** The number of the first delivery. */
  readonly from: number;
}

export type SenderCommand =
  /** So many, as fast as they are answered, at most `atOnce` under way. */
  | Addressed & { readonly do: 'send'; readonly count: number; readonly atOnce: number; readonly signed: Signed }
  /** So many a second, whether or not those before are answered. */
  | Addressed & { readonly do: 'pace'; readonly perSecond: number; readonly seconds: number };

export interface Answered {
  /** How many were answered with which status; 0: not at all. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly wallMs: number;
  /** From the moment at which each was due to be sent to its answer (ms). */
  readonly waits: { readonly p50: number; readonly p99: number; readonly max: number };
}

export const startSender = (): Child<SenderCommand> => startChild<SenderCommand>(import.meta.filename);

/** GitHub gives up on an answer after this long (ms). */
const PATIENCE = 10_000;

class Tally {
  readonly #statuses: Record<number, number> = {};
  readonly #waits: number[] = [];
  readonly #begun = performance.now();

  note(status: number, wait: number): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#waits.push(wait);
  }

  get answered(): Answered {
    const sorted = this.#waits.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { statuses: this.#statuses, wallMs: performance.now() - this.#begun, waits: { p50: at(0.5), p99: at(0.99), max: at(1) } };
  }
}

/** Sends one; its status, 0 where there was no answer. */
function deliver(agent: Agent, url: string, sending: Sent, secret: string, signed: Signed, again = true): Promise<number> {
  const { id, event, body } = sending;
  const bytes = Buffer.from(body);
  const signature = signed === 'none' ? {} : { 'x-hub-signature-256': `sha256=${createHmac('sha256', signed === 'right' ? secret : `not ${secret}`).update(bytes).digest('hex')}` };
  const headers = { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'GitHub-Hookshot/bench', 'content-length': bytes.length, 'x-github-delivery': id, 'x-github-event': event, 'x-github-hook-id': '449988', 'x-github-hook-installation-target-type': 'integration', ...signature };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers, timeout: PATIENCE }, (answer) => {
      answer.resume();
      answer.once('end', () => { resolve(answer.statusCode ?? 0); });
      answer.once('error', () => { resolve(0); });
    });
    sent.once('timeout', () => { sent.destroy(); });
    // A kept connection may be closed for its idleness at the moment in which it is used again.
    sent.once('error', () => { resolve(sent.reusedSocket && again ? deliver(agent, url, sending, secret, signed, false) : 0); });
    sent.end(bytes);
  });
}

async function send({ urls, secret, mix, place, run, from, count, atOnce, signed }: Extract<SenderCommand, { do: 'send' }>): Promise<Answered> {
  const made = deliveriesOf(mix, place);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const tally = new Tally();
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let i = next++; i < count; i = next++) {
      const due = performance.now();
      tally.note(await deliver(agent, urls[i % urls.length] ?? '', made(run, from + i), secret, signed), performance.now() - due);
    }
  }));
  agent.destroy();
  return tally.answered;
}

/** An open loop: what is late is sent as well, and its wait counts from when it was due. */
function pace({ urls, secret, mix, place, run, from, perSecond, seconds }: Extract<SenderCommand, { do: 'pace' }>): Promise<Answered> {
  const made = deliveriesOf(mix, place);
  const agent = new Agent({ keepAlive: true });
  const tally = new Tally();
  const count = perSecond * seconds;
  const begun = performance.now();
  const { promise, resolve } = Promise.withResolvers<Answered>();
  let [sent, answered] = [0, 0];
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor((performance.now() - begun) / 1000 * perSecond));
    for (; sent < due; sent++) {
      const at = begun + sent * 1000 / perSecond;
      void deliver(agent, urls[sent % urls.length] ?? '', made(run, from + sent), secret, 'right').then((status) => {
        tally.note(status, performance.now() - at);
        if (++answered < count) return;
        agent.destroy();
        resolve(tally.answered);
      });
    }
    if (sent >= count) clearInterval(timer);
  }, 5);
  return promise;
}

if (import.meta.main) obey<SenderCommand>((command) => command.do === 'send' ? send(command) : pace(command));
