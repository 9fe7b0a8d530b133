import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';

/** Where in `var x = {…, "items": [ {…}, {…} ], …};` the splitter is. */
type Place = 'before' | 'object' | 'items' | 'item' | 'after';

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, SEMICOLON] = Buffer.from('"\\,:{}[];');
const MAX_PREFIX = 256;
const MAX_ITEM = 16 << 20;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Cuts the items out of a list object while it arrives, in pieces of any size, with or without `var name =` in front.
 * An item is handed on as its bytes, unparsed; they are only valid during the call. Whatever is not of this form, or ends
 * too early, is a failure.
 */
export class ItemSplitter {
  private place: Place = 'before';
  private prefix = '';
  /** Of the object, or within an item. The list lies at the object's first level. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The last text at the object's first level, and the key that it became. */
  private text = '';
  private key = '';
  private itemsSeen = false;
  /** What stands for the list instead of one: Go writes a list that has nothing in it as null. */
  private word = '';
  /** Between items: a comma, or the list's begin, came last. */
  private mayOpen = false;
  private begun: Buffer[] = [];
  private begunSize = 0;
  private readonly where: string;
  private readonly onItem: (item: Buffer) => Failure | null;

  constructor(where: string, onItem: (item: Buffer) => Failure | null) {
    this.where = where;
    this.onItem = onItem;
  }

  push(chunk: Buffer): Failure | null {
    let at = 0;
    while (at < chunk.length) {
      const next = this.place === 'item' ? this.inItem(chunk, at) : this.outside(chunk, at);
      if (typeof next !== 'number') return next;
      at = next;
    }
    return null;
  }

  end(): Failure | null {
    if (this.place === 'before') return this.prefix.trim() === '' ? failure('not-json', `${this.where} answered with nothing`) : this.garbage();
    if (this.place !== 'after') return failure('truncated', `the answer of ${this.where} breaks off in the middle`);
    return this.itemsSeen ? null : failure('schema', `the answer of ${this.where} has no list of items`);
  }

  /** Walks an item to its end or the chunk's; the one hot loop. */
  private inItem(chunk: Buffer, from: number): number | Failure {
    let { depth, inString, escaped } = this;
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) break;
    }
    this.depth = depth;
    this.inString = inString;
    this.escaped = escaped;
    const piece = chunk.subarray(from, at + 1);
    this.begunSize += piece.length;
    if (this.begunSize > MAX_ITEM) return failure('too-large', `an item in the answer of ${this.where} is too large`);
    if (depth > 0) {
      // The stream may use the chunk's memory again.
      this.begun.push(Buffer.from(piece));
      return at;
    }
    const item = this.begun.length === 0 ? piece : Buffer.concat([...this.begun, piece]);
    this.begun = [];
    this.begunSize = 0;
    this.place = 'items';
    this.depth = 1;
    return this.onItem(item) ?? at + 1;
  }

  /** One byte anywhere but in an item; answers where to go on. */
  private outside(chunk: Buffer, at: number): number | Failure {
    const byte = chunk[at] ?? 0;
    if (this.place === 'before') return this.before(byte) ?? at + 1;
    if (this.place === 'object') return this.inObject(byte) ?? at + 1;
    if (isSpace(byte)) return at + 1;
    if (this.place === 'after') return byte === SEMICOLON ? at + 1 : this.garbage();
    if (byte === COMMA && !this.mayOpen) this.mayOpen = true;
    else if (byte === CLOSE_BRACKET) this.place = 'object';
    else if (byte === OPEN_BRACE && this.mayOpen) {
      this.place = 'item';
      this.depth = 0;
      this.mayOpen = false;
      return at;
    } else return this.garbage();
    return at + 1;
  }

  private before(byte: number): Failure | null {
    if (byte !== OPEN_BRACE) {
      this.prefix += String.fromCharCode(byte);
      return this.prefix.length > MAX_PREFIX || /^\s*[<[]/.test(this.prefix) ? this.garbage() : null;
    }
    this.place = 'object';
    this.depth = 1;
    // A byte order mark, read byte by byte, may stand in front.
    return /^(?:\u00EF\u00BB\u00BF)?\s*(?:(?:var|let|const)\s+[\w$]+\s*=\s*)?$/.test(this.prefix) ? null : this.garbage();
  }

  /** In the list object, outside of its items: other fields are passed over. */
  private inObject(byte: number): Failure | null {
    if (this.inString) return this.inText(byte);
    if (byte === QUOTE) {
      this.inString = true;
      this.text = '';
    } else if (byte === COLON && this.depth === 1) this.key = this.text;
    else if (byte === OPEN_BRACKET && this.depth === 1 && this.key === 'items') {
      if (this.itemsSeen) return this.garbage();
      this.itemsSeen = true;
      this.mayOpen = true;
      this.place = 'items';
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (this.depth === 1) this.valueEnds();
      if (--this.depth === 0) this.place = 'after';
    } else if (byte === COMMA && this.depth === 1) this.valueEnds();
    else if (this.depth === 1 && this.key === 'items' && !isSpace(byte) && this.word.length < 8) this.word += String.fromCharCode(byte);
    return null;
  }

  /** A field of the list object is read to its end. */
  private valueEnds(): void {
    if (this.key === 'items' && this.word === 'null') this.itemsSeen = true;
    this.key = '';
    this.word = '';
  }

  private inText(byte: number): null {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inString = false;
    if (this.inString && this.text.length < 64) this.text += String.fromCharCode(byte);
    return null;
  }

  private garbage(): Failure {
    const page = this.place === 'before' && this.prefix.trimStart().startsWith('<');
    return failure('not-json', page ? `${this.where} answered with a web page instead of JSON` : `the answer of ${this.where} is not a list of Prow jobs`);
  }
}
