import type { Aim, Figure } from '../figure.ts';
import type { Pair } from '../measure.ts';
import { measureGrid, type GridResult } from './grid.ts';
import { measureProw, type ProwPlan, type ProwResult } from './prow.ts';
import { measureQuiet, type QuietResult } from './quiet.ts';

export interface PollOptions {
  /** Sizes of TestGrids, in jobs. */
  readonly jobs: readonly number[];
  /** Polls that are measured, in each of three blocks. */
  readonly rounds: number;
  /** Size of `prowjobs.js` in bytes; 0: none. */
  readonly prowBytes: number;
  /** Jobs that the real program tracks while its requests are counted; 0: it is not run. */
  readonly quietJobs: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

const BLOCKS = 3;
const PROW_JOBS = 200;
const PROW_ROUNDS = 3;

/** With nothing new a poll may cost half as much again as fetching and parsing the same bytes. */
const NOTHING_NEW: Aim = { of: 'ratio', most: 1.5 };
/** What is held after many polls is what was held after a few. */
const FLAT: Aim = { of: 'ratio', most: 1.1 };
/** Five times the jobs may take 6.5 times as long. */
const LINEAR: Aim = { of: 'ratio', most: 1.3 };
const AS_MANY: Aim = { of: 'ratio', most: 1 };
const NONE: Aim = { of: 'value', most: 0 };
/** A 100 MB answer must not need 1 GB. */
const PEAK: Aim = { of: 'value', most: 1024 };

/** Measures polls next to their floor; see `docs/bench.md`. */
export async function benchPoll(options: PollOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  const grids: GridResult[] = [];
  for (const jobs of options.jobs) {
    options.say(`polls of a TestGrid with ${count(jobs)} jobs`);
    const grid = await measureGrid({ jobs, blocks: BLOCKS, rounds: options.rounds });
    grids.push(grid);
    figures.push(...gridFigures(grid));
  }
  figures.push(...growth(grids));
  if (options.prowBytes > 0) {
    options.say(`polls of a Prow with ${megabytes(options.prowBytes)}`);
    figures.push(...await prowFigures(options.prowBytes));
  }
  if (options.quietJobs > 0) {
    options.say('requests of the real program while nothing happens');
    figures.push(...quietFigures(await measureQuiet(options.quietJobs), options.quietJobs));
  }
  return figures;
}

const count = (n: number): string => n.toLocaleString('en-US');
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** The processor's time and the clock's. */
const times = (name: string, { ours, floor }: Pair, aim: Aim | null): Figure[] => [
  { name: `${name}: CPU`, value: ours.cpuMs, floor: floor.cpuMs, unit: 'ms', aim },
  { name: `${name}: wall clock`, value: ours.wallMs, floor: floor.wallMs, unit: 'ms', aim },
];

function gridFigures(grid: GridResult): Figure[] {
  const of = `poll, ${count(grid.jobs)} jobs`;
  const { early, late } = grid.polls;
  const after = (n: number): string => `after ${n} polls next to after ${early}`;
  return [
    ...times(`${of}, nothing new`, grid.nothingNew, NOTHING_NEW),
    ...times(`${of}, 1% new`, grid.someNew, null),
    ...times(`${of}, the first one, with all tables`, grid.first, null),
    { name: `${of}: memory in use ${after(late)}`, value: grid.heldLate.heap, floor: grid.heldEarly.heap, unit: 'MiB', aim: FLAT },
    { name: `${of}: memory of the process ${after(late)}`, value: grid.heldLate.rss, floor: grid.heldEarly.rss, unit: 'MiB', aim: FLAT },
    { name: `${of}, nothing new: requests next to dashboards`, value: sum(grid.asked.nothingNew), floor: grid.dashboards, unit: 'requests', aim: AS_MANY },
    { name: `${of}, 1% new: requests next to dashboards and tables that changed`, value: sum(grid.asked.someNew), floor: grid.dashboards + grid.changed, unit: 'requests', aim: AS_MANY },
  ];
}

const sum = (asked: GridResult['asked']['nothingNew']): number => asked.summaries + asked.tables + asked.others;

/** How a poll's time grows from one size to the next, next to how the jobs do. */
function growth(grids: readonly GridResult[]): Figure[] {
  return grids.slice(1).flatMap((large, i) => {
    const small = grids[i] ?? large;
    const of = `from ${count(small.jobs)} to ${count(large.jobs)} jobs`;
    const times = (kind: 'nothingNew' | 'someNew' | 'first'): number => large[kind].ours.cpuMs / small[kind].ours.cpuMs;
    const floor = large.jobs / small.jobs;
    return [
      { name: `growth ${of}, nothing new: CPU`, value: times('nothingNew'), floor, unit: 'times', aim: LINEAR },
      { name: `growth ${of}, 1% new: CPU`, value: times('someNew'), floor, unit: 'times', aim: LINEAR },
      { name: `growth ${of}, the first poll: CPU`, value: times('first'), floor, unit: 'times', aim: LINEAR },
    ];
  });
}

async function prowFigures(bytes: number): Promise<Figure[]> {
  const measured = (who: ProwPlan['who']): Promise<ProwResult> => measureProw({ jobs: PROW_JOBS, bytes, blocks: BLOCKS, rounds: PROW_ROUNDS, who });
  const both = await measured('both');
  const ours = await measured('ours');
  const floor = await measured('floor');
  const of = `poll, prowjobs.js of ${megabytes(both.bytes)}, ${PROW_JOBS} jobs`;
  return [
    ...times(`${of}, nothing new`, both.nothingNew, NOTHING_NEW),
    ...times(`${of}, 1% new`, both.someNew, null),
    { name: `${of}: most memory of the process`, value: ours.peak, floor: floor.peak, unit: 'MiB', aim: PEAK },
    { name: `${of}: requests`, value: both.asked, floor: 1, unit: 'requests', aim: AS_MANY },
  ];
}

function quietFigures(quiet: QuietResult, jobs: number): Figure[] {
  const of = `the server, ${count(jobs)} jobs and ${quiet.issues} open issues, nothing new`;
  return [
    { name: `${of}: requests to TestGrid per poll`, value: quiet.summaries + quiet.tables, floor: quiet.dashboards, unit: 'requests', aim: AS_MANY },
    { name: `${of}: requests to GitHub in ${quiet.polls} polls`, value: quiet.github, floor: null, unit: 'requests', aim: NONE },
  ];
}
