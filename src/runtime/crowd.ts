import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Limits on what strangers may have begun, and not ended, at the same time. */
export interface CrowdLimits {
  /** Connections on which nobody has finished a request. */
  readonly waiting: number;
  /** Bytes of bodies that are not whole yet, of all together. */
  readonly bytes: number;
}

/** A body that is being read. */
export interface Reading {
  /** Counts a piece. False: the body was given up, and its pieces are not to be kept. */
  add(bytes: number): boolean;
  /** It is whole, or nobody reads it any more. */
  end(): void;
}

/**
 * Who stands at the door. Nobody is known before a whole request was read, so what is not whole costs a bounded amount of
 * memory: beyond it whoever takes the most room has to go, the longest-waiting connection or the largest body. A webhook is
 * small and sent at once; it is neither.
 */
export class Crowd {
  readonly #limits: CrowdLimits;
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<Socket>();
  readonly #bodies = new Map<Reading, { bytes: number; readonly giveUp: () => void }>();
  #bytes = 0;

  constructor(limits: CrowdLimits) { this.#limits = limits; }

  /** Looks after the connections of a server. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      socket.once('close', () => { this.#waiting.delete(socket); });
      this.#wait(socket);
    });
  }

  /** A whole request was read: its connection waits for us until it is answered. */
  served(res: ServerResponse): void {
    const { socket } = res;
    if (socket === null || !this.#waiting.delete(socket)) return;
    res.once('close', () => { if (!socket.destroyed) this.#wait(socket); });
  }

  /** `giveUp`: answers its sender that there is no room now. */
  read(giveUp: () => void): Reading {
    const reading: Reading = { add: (bytes) => this.#add(reading, bytes), end: () => { this.#leave(reading); } };
    this.#bodies.set(reading, { bytes: 0, giveUp });
    return reading;
  }

  #wait(socket: Socket): void {
    this.#waiting.add(socket);
    const [longest] = this.#waiting;
    if (this.#waiting.size > this.#limits.waiting) longest?.destroy();
  }

  #add(reading: Reading, bytes: number): boolean {
    const body = this.#bodies.get(reading);
    if (body === undefined) return false;
    body.bytes += bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#limits.bytes) this.#dropLargest();
    return this.#bodies.has(reading);
  }

  #dropLargest(): void {
    const [largest, body] = [...this.#bodies].reduce((most, next) => next[1].bytes > most[1].bytes ? next : most);
    this.#leave(largest);
    body.giveUp();
  }

  #leave(reading: Reading): void {
    this.#bytes -= this.#bodies.get(reading)?.bytes ?? 0;
    this.#bodies.delete(reading);
  }
}
