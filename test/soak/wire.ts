/** What the harness and the program's process say to each other. The stand-ins stay with the harness: they keep everything for ever. */

/** How the program is started. Times are epoch milliseconds. */
export interface StartSpec {
  readonly env: Readonly<Record<string, string>>;
  readonly now: number;
}

/** What the program's process is asked to do. */
export type Ask =
  | { readonly do: 'start'; readonly spec: StartSpec }
  /** The clock stands here now: one tick, and what follows from it until nothing is in hand. */
  | { readonly do: 'round'; readonly now: number }
  | { readonly do: 'upkeep' }
  | { readonly do: 'measure' }
  | { readonly do: 'heap'; readonly file: string }
  /** Stops in good order, and ends the process. */
  | { readonly do: 'stop' };

/** Where the program stands after a round. */
export interface Round {
  /** Rows and deliveries that wait or are in hand. */
  readonly left: number;
  /** When the first row that waits is due (epoch ms); null: none waits. */
  readonly next: number | null;
}

/** What the program's process uses at this moment, garbage aside. */
export interface Use {
  /** Bytes. */
  readonly heap: number;
  /** What V8 has taken for it. */
  readonly heapTotal: number;
  readonly rss: number;
  readonly external: number;
  /** Processor time of this process so far, in milliseconds; the forced collections that come with measuring left out. */
  readonly cpu: number;
  /** Characters that it has read from its store so far: what grows with the age of what it reads shows here, whatever else the machine does. */
  readonly read: number;
  readonly files: number;
  /** Node's own count of what keeps it busy, by kind (`TCPSocketWrap`, `Timeout`). */
  readonly resources: Readonly<Record<string, number>>;
  /** Entries of what the program remembers in memory, by name. */
  readonly remembered: Readonly<Record<string, number>>;
}

export interface Answers {
  readonly start: { readonly url: string };
  readonly round: Round;
  readonly upkeep: null;
  readonly measure: Use;
  readonly heap: null;
  readonly stop: null;
}

export type Reply = { readonly n: number; readonly ok: true; readonly value: unknown } | { readonly n: number; readonly ok: false; readonly error: string };
