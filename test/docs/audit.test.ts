import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AUDIT_KINDS } from '../../src/domain/audit.ts';

/** The section of docs/operating.md, from its heading to the next. */
const section = /\n## The audit\n([^]*?)(?=\n## |$)/.exec(readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8'))?.[1] ?? '';

/** What stands in a table's rows: what it is about, the kind, what it means. */
const documented = section.split('\n').filter((l) => l.startsWith('| `')).map((l) => l.slice(2, -2).split(' | '));

it('every kind of line in the audit stands in docs/operating.md with what it means, and no other', () => {
  const kinds = Object.entries(AUDIT_KINDS).flatMap(([about, of]) => Object.entries(of).map(([kind, means]) => [`\`${about}\``, `\`${kind}\``, means]));
  expect(documented, 'the rows should be:\n' + kinds.map((row) => `| ${row.join(' | ')} |`).join('\n')).toEqual(kinds);
});

it('each meaning is a sentence', () => {
  for (const [kind, means] of Object.values(AUDIT_KINDS).flatMap((of) => Object.entries(of))) expect(means, kind).toMatch(/^[A-Z][^|]*\.$/);
});
