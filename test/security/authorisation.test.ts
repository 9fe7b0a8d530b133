import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Who } from '../../src/commands/verb.ts';
import { allCells, furthest, wholeRoad, type Cell } from './rights/cells.ts';
import { authorisationPage, MADE_BY, rightWords } from './rights/page.ts';
import { ROLES, type RoleName } from './rights/town.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Who may, by what a verb says of itself; written here by hand, so that no verb gives itself more. */
const MAY: Readonly<Record<Who, readonly RoleName[]>> = {
  everyone: [], self: [], owners: ['owner', 'signal'], owner: ['owner'], concerned: ['owner', 'signal', 'lead'], leads: ['signal', 'lead'], lead: ['lead'], group: ['group'], proposal: ['owner', 'lead', 'proposer'],
};

/** Forms of commands that others may than their verb as a whole. */
const FORMS: readonly (readonly [RegExp, readonly RoleName[]])[] = [
  [/^\/arch owners \S+ (?:add|remove) /, MAY.leads],
  [/^\/arch (?:approve|reject)\b/, ['lead']], [/^\/arch object\b/, ['owner']], [/^\/arch withdraw\b/, ['lead', 'proposer']],
];

const mayOf = ({ verb, example }: Cell): readonly RoleName[] => FORMS.find(([form]) => form.test(example))?.[1] ?? MAY[verb.who];
const isFree = (cell: Cell): boolean => mayOf(cell).length === 0;
const named = ({ line, role, surface, state, ending, right }: Cell): string => `${line}, by ${ROLES[role].name}, ${surface}, ${state}: ${ending}, ${right ?? 'no right asked for'}`;

let cells: readonly Cell[];
beforeAll(async () => { cells = await allCells(); });

const wrong = (is: (cell: Cell) => boolean): string[] => cells.filter(is).map(named);

describe('the right to command', () => {
  it('is nobody\'s but whose the verb says it is, in every cell of verb, role, surface and state', () => {
    expect(wrong((c) => !isFree(c) && c.right !== null && (c.right === 'yes') !== mayOf(c).includes(c.role))).toEqual([]);
    expect(wrong((c) => !isFree(c) && c.right === 'everyone')).toEqual([]);
    expect(wrong((c) => isFree(c) && c.right !== null && c.right !== 'everyone')).toEqual([]);
  });

  it('is denied to whom GitHub is not sure about, and to who is not linked', () => {
    expect(wrong((c) => !isFree(c) && c.right !== null && c.role === 'unsure' && c.right !== 'unknown')).toEqual([]);
    expect(wrong((c) => !isFree(c) && c.right !== null && c.role === 'unlinked' && c.right !== 'unlinked')).toEqual([]);
  });

  it('is the same on GitHub, in Slack and by a click, and in every state', () => {
    const examples = [...new Set(cells.map((c) => `${c.example}\n${c.role}`))];
    expect(examples.filter((e) => rightWords(cells.filter((c) => `${c.example}\n${c.role}` === e)).includes(','))).toEqual([]);
  });

  it('is what every change rests on: who is refused, who asks and who mistypes changes nothing', () => {
    // A vote that comes too late is kept with the proposal, and counted by nobody.
    const late = (c: Cell): boolean => c.verb.who === 'proposal' && ['decided', 'off'].includes(c.state) && c.right === 'yes';
    expect(wrong((c) => c.changed && (c.ending === 'refused' || c.ending === 'mistake') && !late(c))).toEqual([]);
    expect(wrong((c) => c.changed && c.right !== 'yes')).toEqual([]);
    // A code for linking is stored by its hash, and is nobody's right but the member's own.
    expect(wrong((c) => c.ending === 'done' && !c.changed && c.verb.who !== 'self')).toEqual([]);
  });

  it('is exercised: every verb is understood in some state, and every right that is named is somebody\'s', () => {
    const verbs = [...new Set(cells.map((c) => c.verb))];
    expect(verbs.filter((v) => cells.every((c) => c.verb !== v || c.ending === 'mistake')).map((v) => v.name)).toEqual([]);
    expect(verbs.filter((v) => v.who !== 'everyone' && v.who !== 'self' && !cells.some((c) => c.verb === v && c.right === 'yes')).map((v) => v.name)).toEqual([]);
  });

  it('comes to the same on the whole road, from the inbox to what is stored', async () => {
    const differences: string[] = [];
    await wholeRoad(furthest(cells), (cell, told) => differences.push(`${named(cell)}; stored: ${JSON.stringify(told)}`));
    expect(differences).toEqual([]);
  });
});

describe('docs/authorisation.md', () => {
  it(`is what was decided; if not, look at what has changed and run: ${MADE_BY}`, async () => {
    await expect(authorisationPage(cells)).toMatchFileSnapshot('../../docs/authorisation.md');
  });
});
