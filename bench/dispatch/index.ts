import { postgresIsHere } from '../../test/postgres.ts';
import { onPostgres } from '../breakages/index.ts';
import type { Figure } from '../figure.ts';
import { Town, type Written } from '../town.ts';

export interface DispatchOptions {
  /** Platforms that break at once; each is an issue, a message and a reply. */
  readonly platforms: number;
  /** How long GitHub and Slack take for an answer (ms): so long that their answers are waited for, and not the processor. */
  readonly answersAfter: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

/** Servers on one database. */
const SERVERS = 2;
/** Two servers write at least so much more than one (issue 6). */
const AIM = { of: 'ratio', least: 1.7 } as const;

/** Measures how much several servers on one PostgreSQL write in a second, next to one; nothing where no PostgreSQL answers. */
export async function benchDispatch({ say, ...spec }: DispatchOptions): Promise<Figure[]> {
  if (!await postgresIsHere('two servers on one PostgreSQL')) return [];
  say('what one server writes in a second, where GitHub and Slack take their time');
  const one = await rate(spec, 1);
  say(`what ${SERVERS} servers on one PostgreSQL write`);
  const several = await rate(spec, SERVERS);
  const name = `dispatch, answers after ${spec.answersAfter} ms`;
  return [
    { name: `${name}: writes per second of ${SERVERS} servers next to one`, value: several.perSecond, floor: one.perSecond, unit: 'writes', aim: AIM },
    ...one.cpuMs > 0 ? [{ name: `${name}: CPU per write of ${SERVERS} servers next to one`, value: several.cpuMs, floor: one.cpuMs, unit: 'ms', aim: { of: 'ratio', most: 1.5 } } as const] : [],
  ];
}

const rate = ({ platforms, answersAfter }: Omit<DispatchOptions, 'say'>, servers: number): Promise<{ perSecond: number; cpuMs: number }> => onPostgres(async (database) => {
  const town = await Town.open({ platforms, answersAfter, cap: 10 * platforms, database });
  try {
    for (let n = 0; n < servers; n++) await town.start();
    const opening = await town.written(() => { town.break(); }, () => town.messages('|#') === platforms && town.replies() >= platforms, 'every breakage is filed and told');
    if (town.issues('open') !== platforms) throw new Error(`${town.issues('open')} issues instead of ${platforms}`);
    return { perSecond: steady(opening), cpuMs: opening.cpuMs / opening.answeredAt.length };
  } finally {
    await town.close();
  }
});

/** Writes per second between the first fifth of them and the last, in which everybody has enough to do. */
function steady({ answeredAt }: Written): number {
  const [from, to] = [Math.floor(answeredAt.length / 5), Math.floor(answeredAt.length * 4 / 5)];
  return (to - from) / (((answeredAt[to] ?? 0) - (answeredAt[from] ?? 0)) / 1000);
}
