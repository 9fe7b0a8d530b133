import { join } from 'node:path';
import { growing, type Keeping } from './growth.ts';
import { wrongs } from './judge.ts';
import { measured, type Spent, type Week } from './measure.ts';
import { Story } from './story.ts';
import { DAY, Town, type TownSpec } from './town.ts';

/** A run: so many days of it, what was measured every week, and what was wrong. */
export interface SoakSpec extends TownSpec {
  readonly days: number;
  readonly seed: number;
  /** Days between measurements. */
  readonly week: number;
  /** Whether processor time is judged. */
  readonly processors: boolean;
  /** Folder for a snapshot of the heap after every fourth measurement; left out: none. */
  readonly heaps?: string | undefined;
}

export interface Soaked {
  readonly weeks: readonly Week[];
  readonly wrong: readonly string[];
  /** What the run was too short to tell. */
  readonly untold: readonly string[];
  /** What happened, by name. */
  readonly counts: Readonly<Record<string, number>>;
  readonly starts: number;
}

/** The program is restarted and killed in the beginning; the process that is judged by its memory lives for most of the time. */
const restlessDays = (days: number): number => Math.ceil(days < 60 ? days / 3 : days / 8);

const daysIn = (duration: string): number => Number.parseInt(duration, 10);

/** Lives through the days. `heard` is told of every week, as it ends. */
export async function soak(spec: SoakSpec, heard: (week: Week, wrong: readonly string[]) => void = () => {}): Promise<Soaked> {
  const town = await Town.begin(spec);
  try {
    const story = new Story(town, spec.seed, restlessDays(spec.days));
    await town.start();
    await town.settle();
    const weeks: Week[] = [];
    const wrong: string[] = [];
    let spent: Spent = { cpu: 0, read: 0 };
    for (let day = 0; day < spec.days; day += spec.week) {
      const days = Math.min(spec.week, spec.days - day);
      await story.days(days);
      await story.calm();
      const week = await measured(town, weeks.length + 1, days, spent);
      spent = { cpu: town.spent.cpu + week.cpu, read: town.spent.read + week.read };
      weeks.push(week);
      if (spec.heaps !== undefined && week.week % 4 === 0) await town.life.ask({ do: 'heap', file: join(spec.heaps, `week-${week.week}.heapsnapshot`) });
      const found = (await wrongs(town)).map((w) => `week ${week.week}: ${w}`);
      wrong.push(...found.filter((w) => !wrong.some((known) => known.slice(known.indexOf(':')) === w.slice(w.indexOf(':')))));
      heard(week, found);
    }
    const keeping: Keeping = { runsPerDay: town.jobs.reduce((n, j) => n + DAY / j.every, 0), jobs: town.jobs.length, runs: daysIn(spec.retention.runs), rollups: daysIn(spec.retention.rollups) };
    const growth = growing(weeks, keeping, spec.processors);
    return { weeks, wrong: [...wrong, ...growth.wrong], untold: growth.untold, counts: story.counts, starts: town.starts };
  } finally {
    await town.end();
  }
}
