import { sql } from 'kysely';
import type { PlatformEvent } from '../domain/event.ts';
import { pages, readable } from './documents.ts';
import type { DocumentRow } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { platformEvent } from './schemas/event.ts';
import { dayOf, ms, textsFrom } from './values.ts';

const PAGE = 1_000;

interface EventRow extends DocumentRow {
  readonly at: number;
  readonly seq: number;
}

/** Adds to the platforms' record, which on both engines refuses to change or lose a line; one whose id is known stays as it is. */
export async function addEvents(trx: Handle, events: readonly PlatformEvent[]): Promise<void> {
  for (const event of events) {
    const { id, project, platform, kind, at } = event;
    await trx.insertInto('platform_events').values({ id, project, platform, kind, at: ms(at), document: JSON.stringify(event) })
      .onConflict((oc) => oc.columns(['project', 'id']).doNothing()).execute();
  }
}

/** What is on record since a moment, oldest first, at one time in the order in which it was learned. */
export async function platformEvents(engine: Engine, project: string, since: number): Promise<PlatformEvent[]> {
  const found: PlatformEvent[] = [];
  const first = { at: ms(since), seq: 0 };
  for await (const rows of pages(PAGE, async (last: EventRow | null) => {
    const { at, seq } = last ?? first;
    return (await sql<EventRow>`select id, document, at, seq from platform_events
      where project = ${project} and (at, seq) > (${at}, ${seq}) order by at, seq limit ${PAGE}`.execute(engine.db)).rows;
  })) found.push(...readable(engine, 'platform_events', platformEvent, rows));
  return found;
}

/** Days from `fromDay` to `toDay`, both included, on which a source was read well, by source; one without such a day has no entry. */
export async function goodDays(engine: Engine, project: string, fromDay: number, toDay: number): Promise<Map<string, ReadonlySet<number>>> {
  const [first, last] = [Math.max(fromDay, dayOf(-Infinity)), Math.min(toDay, dayOf(Infinity))];
  const rows = await engine.db.selectFrom('good_days').select(['source', 'day'])
    .where('project', '=', project).where('day', '>=', first).where('day', '<=', last).orderBy('day').orderBy('source').execute();
  const days = new Map<string, Set<number>>();
  for (const { source, day } of rows) days.set(source, (days.get(source) ?? new Set()).add(day));
  return days;
}

/** Remembers a day of these sources. What this process has written is not written again, so that every poll can say it. */
export async function noteGoodDay(engine: Engine, project: string, sources: readonly string[], day: number): Promise<void> {
  const known = engine.goodDays.get(project) ?? new Map<string, number>();
  const fresh = sources.filter((source) => known.get(source) !== day);
  if (fresh.length === 0) return;
  // Sorted, because replicas that insert the same rows in different orders would wait for each other.
  await sql`insert into good_days (project, day, source) select ${project}, cast(${day} as integer), s.value
    from ${textsFrom(engine.kind, 's', [...fresh].sort())} where true on conflict do nothing`.execute(engine.db);
  for (const source of fresh) known.set(source, day);
  engine.goodDays.set(project, known);
}
