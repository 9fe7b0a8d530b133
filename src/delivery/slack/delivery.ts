import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Something that came in from Slack, as the inbox stores it: only the fields that are used. */
export interface SlackDelivery {
  readonly id: string;
  readonly surface: 'slack';
  /** `event.app_uninstalled`, `block_actions` … */
  readonly event: string;
  readonly payload: unknown;
}

const EventBody = z.object({ event_id: z.string(), event: z.object({ type: z.string(), user: z.string().optional().catch(undefined) }) });

const ActionsBody = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string() }).optional(),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string().optional(), block_id: z.string().optional(), value: z.string().optional() })).min(1),
});

/**
 * What a verified request says, with an id under which a repetition is recognised; null for what nothing is done about
 * (slash commands are answered at once).
 */
export function readDelivery(body: unknown): SlackDelivery | null {
  const event = EventBody.safeParse(body);
  if (event.success) return { id: `slack:${event.data.event_id}`, surface: 'slack', event: `event.${event.data.event.type}`, payload: event.data.event };
  const actions = ActionsBody.safeParse(body);
  if (!actions.success) return null;
  const { type, ...payload } = actions.data;
  const id = createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, 40);
  return { id: `slack:${id}`, surface: 'slack', event: type, payload };
}
