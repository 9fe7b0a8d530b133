import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Limits on what strangers may have begun, and not ended, at the same time. */
export interface CrowdLimits {
  /** Connections on which nobody has finished a request. */
  readonly waiting: number;
  /** Bytes of bodies that are not whole yet, of all together. */
  readonly bytes: number;
  /** Requests of one connection that are not answered yet. */
  readonly unanswered: number;
}

/** A connection's requests: all that are not answered yet, and those of them that were read as a whole. */
interface Asked {
  unanswered: number;
  served: number;
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
 * small and sent at once; it is neither. Who asks on and on without reading the answers, each of which is kept until then, has to
 * go as well.
 */
export class Crowd {
  readonly #limits: CrowdLimits;
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<Socket>();
  readonly #asked = new WeakMap<Socket, Asked>();
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

  /** A request has begun. False: its connection has asked too much before it read an answer, and was cut; there is nobody to answer. */
  enter(req: IncomingMessage, res: ServerResponse): boolean {
    const { socket } = req;
    if (socket.destroyed) return false;
    const asked = this.#asked.get(socket) ?? { unanswered: 0, served: 0 };
    this.#asked.set(socket, asked);
    if (++asked.unanswered > this.#limits.unanswered) {
      socket.destroy();
      return false;
    }
    // The answer was handed to the connection: its turn had come, and whether it is read is no longer up to us.
    res.once('prefinish', () => { asked.unanswered -= 1; });
    return true;
  }

  /** A whole request was read: its connection waits for us until the answer was handed to it, however long its sender takes to read that. */
  served({ socket }: IncomingMessage, res: ServerResponse): void {
    const asked = this.#asked.get(socket);
    if (asked === undefined) return;
    asked.served += 1;
    this.#waiting.delete(socket);
    res.once('prefinish', () => {
      asked.served -= 1;
      if (asked.served === 0 && !socket.destroyed) this.#wait(socket);
    });
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
