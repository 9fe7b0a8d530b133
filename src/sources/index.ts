import type { SourceReading } from '../domain/job.ts';
import type { SourceConfig } from '../domain/project.ts';
import { withoutFuture } from './future.ts';
import { createHttp } from './http.ts';
import type { HttpDeps } from './http.ts';
import { createProwSource } from './prow/index.ts';
import type { FetchLimits, Source } from './source.ts';
import { createTestGridSource } from './testgrid/index.ts';

export type { FetchLimits, HandOn, Source } from './source.ts';
export type { HttpDeps as SourceDeps } from './http.ts';

/** The configured source, ready to be polled. It opens nothing before its first poll, and keeps the process for nothing. */
export function createSource(config: SourceConfig, limits: FetchLimits, deps: HttpDeps): Source {
  const http = createHttp(limits, config.guarded, deps);
  switch (config.kind) {
    case 'testgrid': return isolated(withoutFuture(createTestGridSource(config, limits, http)));
    case 'prow': return isolated(withoutFuture(createProwSource(config, http)));
    default: return config.kind satisfies never;
  }
}

/**
 * An exception in a source is a bug of that source: it ends that poll, as a failure, and no other. What a poll that ended
 * early has read may go unheard, so it is read again.
 */
export function isolated(source: Source): Source {
  return {
    name: source.name,
    forget: (keys) => source.forget(keys),
    async poll(jobs, now, signal, handOn): Promise<SourceReading> {
      try {
        const reading = await source.poll(jobs, now, signal, handOn);
        if (signal.aborted) source.forget(jobs.map((j) => j.key));
        return reading;
      } catch (error) {
        source.forget(jobs.map((j) => j.key));
        const what = error instanceof Error ? error.message : String(error);
        return { source: source.name, ok: false, error: `${source.name}: the poll failed for an unforeseen reason (${what}).`, requests: 0, bytes: 0, readings: [], warnings: [] };
      }
    },
  };
}
