/** So many pieces are kept as they came; a body that is sent in one go has fewer. */
const LOOSE = 256;

/**
 * The pieces of a body that is being read. Its sender chooses how small they are, and a piece of one byte costs more than a
 * hundred bytes to keep: many are put together as they come, so that what is kept is about as large as what was sent.
 */
export class Pieces {
  #joined: Buffer[] = [];
  #loose: Buffer[] = [];

  add(piece: Buffer): void {
    this.#loose.push(piece);
    if (this.#loose.length < LOOSE) return;
    this.#joined.push(Buffer.concat(this.#loose));
    this.#loose = [];
  }

  /** How many are kept. */
  get count(): number { return this.#joined.length + this.#loose.length; }

  /** All of it in one; a body that came in one piece is that piece. */
  whole(): Buffer {
    const [first] = this.#loose;
    return this.count === 1 && first ? first : Buffer.concat([...this.#joined, ...this.#loose]);
  }

  clear(): void {
    this.#joined = [];
    this.#loose = [];
  }
}
