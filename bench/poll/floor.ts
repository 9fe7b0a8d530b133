import { Agent, get, type IncomingMessage } from 'node:http';
import { eachLimited } from '../../src/sources/pool.ts';

/**
 * The least that a program could do with the same answers: fetch them over kept connections, as many at once, with the
 * quickest client that Node has, and parse them. Nothing is compared, stored or decided.
 */
export class Floor {
  readonly #agent: Agent;
  readonly #concurrency: number;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.#agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  }

  /** Fetches and parses every one. */
  async read(urls: readonly string[]): Promise<void> {
    await eachLimited(urls, this.#concurrency, async (url) => { JSON.parse(jsonIn(await this.#text(url))); });
  }

  async #text(url: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(url, { agent: this.#agent, headers: { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'floor' } }, resolve).on('error', reject);
    const response = await promise;
    if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }
}

/** The JSON of an answer, without the `var allBuilds =` of Prow's. */
const jsonIn = (text: string): string => text.startsWith('{') ? text : text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
