import type { JobKey, JobReading, SourceReading, SourceWarning } from '../domain/job.ts';
import type { RunsReading, Source } from './source.ts';
import { listed } from './text.ts';

/** Clocks differ, and zones are mistaken for one another; nothing that has finished begins further ahead than this (ms). */
const AHEAD = 24 * 3_600_000;

/**
 * The same source without runs that are said to begin in the future. One wrong date would stand before every later run for
 * as long as it lies ahead: its job would never be stale, and never broken again. Their jobs are read again with every
 * poll, as it may be this machine's clock that is wrong.
 */
export function withoutFuture(source: Source): Source {
  return {
    name: source.name,
    forget: (keys) => source.forget(keys),
    async poll(jobs, now, signal, handOn): Promise<SourceReading> {
      const odd = new Set<JobKey>();
      const past = <R extends JobReading>(reading: R): R => pastOf(reading, now + AHEAD, odd);
      const reading = await source.poll(jobs, now, signal, handOn && ((readings) => handOn(readings.map(past<RunsReading>))));
      const readings = reading.readings.map(past<JobReading>);
      if (odd.size === 0) return reading;
      source.forget([...odd]);
      const names = jobs.filter((j) => odd.has(j.key)).map((j) => j.name);
      return { ...reading, readings, warnings: [...reading.warnings, warning(source.name, names)] };
    },
  };
}

/** The reading with its runs up to `latest`; a job that has others is added to `odd`. */
function pastOf<R extends JobReading>(reading: R, latest: number, odd: Set<JobKey>): R {
  if (reading.kind !== 'runs' || reading.runs.every((r) => r.started <= latest)) return reading;
  odd.add(reading.key);
  return { ...reading, runs: reading.runs.filter((r) => r.started <= latest) };
}

const warning = (source: string, names: readonly string[]): SourceWarning => ({
  key: 'future-runs',
  text: `${source}: runs of ${listed(names, 3)} are said to begin more than a day from now, and were left out. Either their times are wrong, or the clock of this machine is.`,
});
