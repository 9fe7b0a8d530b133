import { z } from 'zod';
import type { Answer, Client } from './client.ts';
import { carries, readMessages, type FoundMessage, type Mark } from './marker.ts';

const Page = z.object({
  messages: z.array(z.unknown()),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** Where to look: a channel, or the thread below a message in it. */
export interface Place {
  /** As configured, for the sentences that people read. */
  readonly name: string;
  /** Slack's id. */
  readonly id: string;
  /** The thread's first message; null: the channel itself. */
  readonly thread: string | null;
}

/** 2,000 messages of one place are looked through. */
const MAX_PAGES = 10;
const PAGE_SIZE = 200;

/**
 * Looks for a message of ours that an earlier attempt may have posted; null: it is not there. A channel is read from its
 * newest message back to `since` (epoch milliseconds); its newest page always, so that no clock has to agree with Slack's.
 */
export async function look(client: Client, place: Place, mark: Mark, since: number): Promise<Answer<FoundMessage | null>> {
  const { botId } = await client.identity();
  let cursor = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await read(client, place, cursor);
    if (!answer.ok) return answer.code === 'thread_not_found' ? { ok: true, value: null } : answer;
    const messages = readMessages(answer.value.messages);
    const found = messages.find((m) => carries(m, mark, botId));
    if (found) return { ok: true, value: found };
    cursor = answer.value.response_metadata?.next_cursor ?? '';
    const reached = Math.min(...messages.map((m) => Number(m.ts) * 1000));
    if (cursor === '' || (place.thread === null && reached < since)) break;
  }
  return { ok: true, value: null };
}

function read(client: Client, place: Place, cursor: string): Promise<Answer<z.infer<typeof Page>>> {
  const { id: channel, thread } = place;
  const paging = { limit: PAGE_SIZE, include_all_metadata: true, ...(cursor === '' ? {} : { cursor }) };
  return thread === null
    ? client.call({ channel: place.name, method: 'conversations.history' }, (web) => web.conversations.history({ channel, ...paging }), Page)
    : client.call({ channel: place.name, method: 'conversations.replies' }, (web) => web.conversations.replies({ channel, ts: thread, ...paging }), Page);
}
