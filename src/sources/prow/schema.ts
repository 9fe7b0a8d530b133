import { z } from 'zod';

/** The states of a ProwJob (prowjobs/v1/types.go); one that is not known neither counts nor is waited for. */
export const FINISHED = { success: 'pass', failure: 'fail' } as const;
export const WAITING: ReadonlySet<string> = new Set(['scheduling', 'triggered', 'pending']);

const text = z.string().nullish().transform((v) => v ?? '');
const Refs = z.object({ base_sha: text });

/** One item of `prowjobs.js`, as far as it is used. */
export const ProwJob = z.object({
  metadata: z.object({ name: text, creationTimestamp: text }).partial().nullish(),
  spec: z.object({ type: z.string(), job: z.string(), refs: Refs.nullish(), extra_refs: z.array(Refs).nullish() }),
  status: z.object({
    state: text, startTime: text, completionTime: text, url: text,
    /** Text in Prow; some converters make it a number, which may have lost digits. */
    build_id: z.union([z.string(), z.number()]).nullish(),
  }),
});
export type ProwJob = z.infer<typeof ProwJob>;
