import { createHmac, randomUUID } from 'node:crypto';

/** Where the App's webhooks go. */
export interface HookTarget { readonly url: string; readonly secret: string }

/** One attempt to deliver a webhook, as `/app/hook/deliveries` lists it. */
export interface Delivery {
  readonly id: number;
  /** The same for every attempt at one event. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  /** The JSON text that was, or is to be, sent. */
  readonly payload: string;
  readonly at: number;
  readonly redelivery: boolean;
  readonly repositoryId: number | null;
  /** `OK`, `Invalid HTTP Response: 500`, `failed to connect to host`, `timed out`; null while it is under way or held. */
  status: string | null;
  statusCode: number;
  /** Seconds. */
  duration: number;
}

export interface SendOptions {
  /** Signs with another secret than the configured one. */
  readonly secret?: string;
  /** Leaves the signature out. */
  readonly unsigned?: boolean;
  readonly guid?: string;
}

export interface HooksOptions {
  readonly now: () => number;
  readonly appId: number;
  readonly target: HookTarget | null;
  /** Milliseconds until GitHub gives up on an answer; 10 s as on GitHub. */
  readonly patience?: number;
}

/** Sends the App's webhooks, signed, and remembers how each was answered. */
export class Hooks {
  readonly deliveries: Delivery[] = [];
  target: HookTarget | null;
  readonly #options: HooksOptions;
  readonly #underWay = new Set<Promise<void>>();
  #held: Delivery[] | null = null;
  #id = 22_000_000_000;

  constructor(options: HooksOptions) {
    this.#options = options;
    this.target = options.target;
  }

  /** Sends an event; resolves when it was answered, refused or given up. Never throws. */
  send(event: string, payload: Record<string, unknown>, options: SendOptions = {}): Promise<void> {
    const repository = payload['repository'] as { id?: number } | undefined;
    const delivery = this.#record({
      guid: options.guid ?? randomUUID(), event, action: typeof payload['action'] === 'string' ? payload['action'] : null,
      payload: JSON.stringify(payload), redelivery: false, repositoryId: repository?.id ?? null,
    });
    if (this.#held) { this.#held.push(delivery); return Promise.resolve(); }
    return this.#track(this.#deliver(delivery, options));
  }

  /** Sends a recorded delivery once more, with its guid. Resolves with the new attempt when it was answered; null: unknown id. */
  async redeliver(id: number): Promise<Delivery | null> {
    const old = this.deliveries.find((d) => d.id === id);
    if (!old) return null;
    const again = this.#record({ guid: old.guid, event: old.event, action: old.action, payload: old.payload, redelivery: true, repositoryId: old.repositoryId });
    await this.#track(this.#deliver(again, {}));
    return again;
  }

  /** Keeps deliveries back until `release`. */
  hold(): void { this.#held ??= []; }

  /** Sends what was held: in order, reversed, or each several times at once. */
  async release(how: { readonly reverse?: boolean; readonly times?: number } = {}): Promise<void> {
    const held = this.#held ?? [];
    this.#held = null;
    for (const delivery of how.reverse ? held.reverse() : held) {
      await Promise.all(Array.from({ length: how.times ?? 1 }, () => this.#track(this.#deliver(delivery, {}))));
    }
  }

  /** Loses what is held, as if GitHub had never been able to reach the App. */
  lose(): void {
    for (const delivery of this.#held ?? []) Object.assign(delivery, { status: 'failed to connect to host', statusCode: 502 });
    this.#held = null;
  }

  /** Deliveries that are under way now. */
  underWay(): Promise<void>[] { return [...this.#underWay]; }

  /** Resolves when no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #record(what: Omit<Delivery, 'id' | 'at' | 'status' | 'statusCode' | 'duration'>): Delivery {
    const delivery: Delivery = { ...what, id: (this.#id += 7), at: this.#options.now(), status: null, statusCode: 0, duration: 0 };
    this.deliveries.push(delivery);
    return delivery;
  }

  #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    return work;
  }

  async #deliver(delivery: Delivery, options: SendOptions): Promise<void> {
    if (!this.target) { Object.assign(delivery, { status: 'failed to connect to host', statusCode: 502 }); return; }
    const begun = performance.now();
    try {
      const answer = await fetch(this.target.url, {
        method: 'POST', headers: this.#headers(delivery, options), body: delivery.payload, redirect: 'manual',
        signal: AbortSignal.timeout(this.#options.patience ?? 10_000),
      });
      await answer.arrayBuffer();
      Object.assign(delivery, { status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`, statusCode: answer.status });
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      Object.assign(delivery, late ? { status: 'timed out', statusCode: 504 } : { status: 'failed to connect to host', statusCode: 502 });
    }
    delivery.duration = Math.round((performance.now() - begun) / 10) / 100;
  }

  #headers(delivery: Delivery, options: SendOptions): Record<string, string> {
    const secret = options.secret ?? this.target?.secret ?? '';
    const sign = (hash: string): string => `${hash}=${createHmac(hash, secret).update(delivery.payload).digest('hex')}`;
    const signatures = options.unsigned ? {} : { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') };
    return {
      'content-type': 'application/json', accept: '*/*', 'user-agent': 'GitHub-Hookshot/5ta4d1n',
      'x-github-delivery': delivery.guid, 'x-github-event': delivery.event, 'x-github-hook-id': '449988',
      'x-github-hook-installation-target-id': String(this.#options.appId), 'x-github-hook-installation-target-type': 'integration', ...signatures,
    };
  }
}
