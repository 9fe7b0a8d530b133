import { z } from 'zod';
import type { ActionResult } from '../../domain/action.ts';
import type { Rendering } from './blocks.ts';
import type { Answer, Client } from './client.ts';

/** Who is to hear it, and where it was asked. */
export interface Ear {
  /** Slack's channel id; empty where there is none. */
  readonly channel: string;
  readonly user: string;
  readonly responseUrl: string | null;
}

export interface WhisperOptions {
  readonly client: Client;
  /** Web API base; an answer address on the same origin is trusted as much. */
  readonly apiUrl: string;
  /** Milliseconds that an answer address has. */
  readonly timeout: number;
}

const loopback = (url: URL): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);

/** An address as such, or this machine by any of its names: Slack's answers go to its own names, wherever they lead. */
const isBare = (url: URL): boolean => /^(?:[\d.]+|\[.*\]|(?:.+\.)?localhost\.?)$/.test(url.hostname);

/**
 * Whether an answer may be sent to the address that a request named: Slack signed it, and all the same nothing is said to
 * an address that is neither encrypted nor where the Web API is, nor to one that has no name.
 */
export function mayAnswerTo(responseUrl: string, apiUrl: string): boolean {
  if (!URL.canParse(responseUrl) || !URL.canParse(apiUrl)) return false;
  const [to, api] = [new URL(responseUrl), new URL(apiUrl)];
  if (to.username !== '' || to.password !== '') return false;
  if (to.origin === api.origin || (loopback(api) && loopback(to) && to.protocol === 'http:')) return /^https?:$/.test(to.protocol);
  return to.protocol === 'https:' && !isBare(to);
}

/**
 * What a good status says by its body: Slack answers `ok`, or JSON in which `ok` is true. A proxy's page and what is no text
 * were not written by Slack, and say nothing of what became of the word.
 */
function saidBy(body: string): 'said' | 'gone' | 'away' {
  const said = body.trim();
  if (/^ok$/i.test(said) || said === '') return 'said';
  try {
    const parsed = Refused.safeParse(JSON.parse(said));
    return parsed.success ? 'gone' : 'said';
  } catch {
    return 'away';
  }
}

const Refused = z.object({ ok: z.literal(false) });

/** Says something to one member alone. */
export class Whisperer {
  readonly #options: WhisperOptions;

  constructor(options: WhisperOptions) { this.#options = options; }

  /**
   * By the address that came with the request; where that is none, or no longer answers, as a message that only they see
   * in the channel; where they or the bot are not in it, as a direct message. Nothing of it can be looked for afterwards,
   * so a word whose answer was lost is said again: better heard twice than not at all. Never rejects.
   */
  async say(ear: Ear, rendering: Rendering): Promise<ActionResult> {
    const { responseUrl } = ear;
    const first = responseUrl !== null && mayAnswerTo(responseUrl, this.#options.apiUrl) ? await this.#respond(responseUrl, rendering) : 'gone';
    if (first === 'said') return DONE;
    const here = ear.channel === '' ? null : await this.#here(ear, rendering);
    if (here?.ok) return DONE;
    if (here !== null && here.failure.retry) return { ...here.failure, scope: 'row' };
    const direct = await this.#direct(ear, rendering);
    if (direct.ok) return DONE;
    // The address may only have been away: it is worth another try while nothing else works.
    if (first === 'away') return { ok: false, retry: true, reason: `Slack's address for the answer to ${ear.user} does not answer now.`, after: null, scope: 'row' };
    return here?.failure ?? { ...direct.failure, ...(direct.failure.retry ? { scope: 'row' as const } : {}) };
  }

  /** `gone`: the address is used up or too old. `away`: no telling. */
  async #respond(url: string, rendering: Rendering): Promise<'said' | 'gone' | 'away'> {
    try {
      await this.#options.client.beforeWrite();
      const answer = await fetch(url, {
        method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, redirect: 'error', signal: AbortSignal.timeout(this.#options.timeout),
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text: rendering.text, blocks: rendering.blocks }),
      });
      if (answer.ok) return saidBy(await answer.text());
      await answer.body?.cancel();
      return answer.status >= 500 || answer.status === 429 || answer.status === 408 ? 'away' : 'gone';
    } catch {
      // No connection, no answer in time, or a redirect: it is said in the channel instead.
      return 'away';
    }
  }

  #here({ channel, user }: Ear, { text, blocks }: Rendering): Promise<Answer<unknown>> {
    return this.#options.client.call({ channel, method: 'chat.postEphemeral' },
      (web) => web.chat.postEphemeral({ channel, user, text, blocks: [...blocks], parse: 'none', link_names: false }), z.object({}));
  }

  /** To the Messages tab of the App, which needs no scope beyond chat:write. */
  #direct({ user }: Ear, { text, blocks }: Rendering): Promise<Answer<unknown>> {
    return this.#options.client.call({ channel: user, method: 'chat.postMessage' },
      (web) => web.chat.postMessage({ channel: user, text, blocks: [...blocks], parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false }), z.object({}));
  }
}

const DONE: ActionResult = { ok: true, receipt: { kind: 'done' } };
