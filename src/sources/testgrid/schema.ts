import { z } from 'zod';

/** A list whose entries are judged when they are walked: tables hold up to millions of cells. */
const list = z.custom<readonly unknown[]>(Array.isArray, 'expected a list');
/** Go writes an empty list as null; the newer API leaves it out. */
const maybeList = list.nullish().transform((v) => v ?? []);

/** What a summary says of one tab, in both APIs. An empty status is TestGrid's way to say that it has none. */
export const SummaryEntry = z.object({ overall_status: z.string().nullish().transform((v) => v ?? '') });

/** `<dashboard>/table`. */
export const LegacyTable = z.object({
  timestamps: list.nullable().transform((v) => v ?? []),
  changelists: maybeList,
  column_ids: maybeList,
  'custom-columns': maybeList,
  'column-header-names': maybeList,
  query: z.string().nullish().transform((v) => v ?? null),
  'open-test-template': z.object({ url: z.string() }).nullish().catch(null),
  tests: maybeList,
});
export type LegacyTable = z.infer<typeof LegacyTable>;

export const LegacyRow = z.object({ name: z.string(), statuses: maybeList, messages: maybeList });

/** `…/tab-summaries`. */
export const V1Summaries = z.object({ tab_summaries: maybeList });
export const V1Summary = z.object({ tab_name: z.string() });

/** protojson writes RFC 3339; servers of before 2023 wrote the two numbers. */
const V1Time = z.union([z.string(), z.object({ seconds: z.union([z.number(), z.string()]).optional(), nanos: z.number().optional() })]);

/** `…/tabs/{t}/headers`. */
export const V1Headers = z.object({ headers: maybeList });
export const V1Header = z.object({
  build: z.string().default(''),
  name: z.string().default(''),
  started: V1Time.nullish(),
  extra: z.array(z.unknown()).nullish().transform((v) => v ?? []),
});
export type V1Header = z.infer<typeof V1Header>;

/** `…/tabs/{t}/rows`. Cells of a column without a result are there, as empty objects. */
export const V1Rows = z.object({ rows: maybeList });
export const V1Row = z.object({ name: z.string().default(''), cells: maybeList });
