import { loadProject } from '../../src/config/load.ts';
import type { LoadOptions, LoadedProject } from '../../src/config/load.ts';
import { formatFinding } from '../../src/config/finding.ts';

/** The least that is a configuration; line 1 to 12. */
export const LEAST = `version: 1
project: demo
repo: octo/demo
sources:
  grid: { kind: testgrid, url: "https://testgrid.example.org" }
  prow: { kind: prow, url: "https://prow.example.org" }
platforms:
  linux/s390x:
    step: 2
    build: on
    jobs:
      - { name: unit, source: prow }
`;

const OPTIONS: LoadOptions = { file: 'p.yml', origin: 'disk' };

/** Loads a text that must be valid. */
export function valid(text: string, options: Partial<LoadOptions> = {}): LoadedProject {
  const result = loadProject(text, { ...OPTIONS, ...options });
  if (!result.ok) throw new Error(`not valid:\n${result.errors.map(formatFinding).join('\n')}`);
  return result;
}

/** The lines that a text's mistakes are printed as; none where it is valid. */
export function mistakes(text: string, options: Partial<LoadOptions> = {}): string[] {
  const result = loadProject(text, { ...OPTIONS, ...options });
  return result.ok ? [] : result.errors.map(formatFinding);
}

/** The lines that a valid text's doubts are printed as. */
export const doubts = (text: string, options: Partial<LoadOptions> = {}): string[] => valid(text, options).warnings.map(formatFinding);

/** The least configuration with more after it, from line 13. */
export const plus = (more: string): string => `${LEAST}${more}\n`;

/** The least configuration with one line in place of another. */
export function change(from: string, to: string): string {
  if (!LEAST.includes(from)) throw new Error(`the least configuration does not hold ${from}`);
  return LEAST.replace(from, () => to);
}

/** The least configuration with other jobs, from line 12. */
export const jobs = (...lines: readonly string[]): string => change('      - { name: unit, source: prow }\n', lines.map((line) => `      - ${line}\n`).join(''));
