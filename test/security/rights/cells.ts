import { VERBS } from '../../../src/commands/index.ts';
import type { Verb } from '../../../src/commands/verb.ts';
import { VERBS as CLICKED } from '../../../src/delivery/slack/buttons.ts';
import { ROLES, STATES, Town, type RoleName, type StateName, type Surface, type Told } from './town.ts';

/** One command by one person, at one place, in one state. */
export interface Cell extends Told {
  readonly verb: Verb;
  /** As the table of verbs has it. */
  readonly example: string;
  /** As it was said. */
  readonly line: string;
  readonly role: RoleName;
  readonly surface: Surface;
  readonly state: StateName;
}

const roles = Object.keys(ROLES) as RoleName[];
const states = Object.keys(STATES) as StateName[];

/** Who can speak at all: without a GitHub login nobody comments there. */
const speakers = (surface: Surface): readonly RoleName[] => surface === 'github' ? roles.filter((r) => ROLES[r].login !== null) : roles;

/** Every cell of one state: each example of each verb, by each role, on GitHub, typed in Slack, and clicked where there is a button for it. */
async function cellsIn(state: StateName): Promise<Cell[]> {
  const town = await Town.in(state);
  const cells: Cell[] = [];
  for (const verb of VERBS) {
    const clicked = (CLICKED as readonly string[]).includes(verb.name) && town.about !== null;
    for (const [n, example] of verb.examples.entries()) {
      const line = await town.line(example);
      for (const surface of ['github', 'slack', ...clicked && n === 0 ? ['button' as const] : []] as const) {
        for (const role of speakers(surface)) cells.push({ verb, example, line, role, surface, state, ...await town.decide(ROLES[role], surface, line) });
      }
    }
  }
  await town.end();
  return cells;
}

/** The whole matrix: verb × role × surface × state. */
export async function allCells(): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const state of states) cells.push(...await cellsIn(state));
  return cells;
}

/**
 * Of the cells one for each example, role and surface, where it comes furthest: what is written is written, else what is
 * refused, else what is answered.
 */
export function furthest(cells: readonly Cell[]): readonly Cell[] {
  const rank = ['mistake', 'answered', 'refused', 'done'] satisfies Told['ending'][];
  const chosen = new Map<string, Cell>();
  for (const cell of cells) {
    const key = `${cell.example} ${cell.role} ${cell.surface}`;
    const before = chosen.get(key);
    if (before === undefined || rank.indexOf(cell.ending) > rank.indexOf(before.ending)) chosen.set(key, cell);
  }
  return [...chosen.values()];
}

/** What a cell comes to on the whole road: a delivery into the inbox, and what is stored when it has been worked. */
export async function wholeRoad(cells: readonly Cell[], differs: (cell: Cell, told: Told) => void): Promise<void> {
  for (const state of states) {
    let town: Town | null = null;
    for (const cell of cells.filter((c) => c.state === state)) {
      town ??= await Town.in(state);
      const told = await town.say(ROLES[cell.role], cell.surface, cell.line);
      if (told.ending !== cell.ending || told.right !== cell.right || told.changed !== cell.changed) differs(cell, told);
      if (!told.changed) continue;
      await town.end();
      town = null;
    }
    await town?.end();
  }
}

