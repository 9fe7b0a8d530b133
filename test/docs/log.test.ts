import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const LEVELS = new Set(['fatal', 'error', 'warn', 'info', 'debug', 'trace']);

/** pino's own, which stand in every line. */
const ALWAYS = ['level', 'time', 'msg'];

/** Written by libraries into the program's log: Probot names its logger, and puts the webhook's name and id beside an error. */
const BY_LIBRARIES = ['edge', 'name', 'id'];

/** Names of the properties that an object literal has, and of those that it takes over from a literal that a name stands for. */
function fieldsOf(literal: ts.Expression, named: ReadonlyMap<string, ts.Expression>): string[] {
  if (ts.isIdentifier(literal)) {
    const stands = named.get(literal.text);
    return stands && stands !== literal ? fieldsOf(stands, named) : [];
  }
  if (!ts.isObjectLiteralExpression(literal)) return [];
  return literal.properties.flatMap((p) => ts.isSpreadAssignment(p) ? fieldsOf(p.expression, named) : p.name && (ts.isIdentifier(p.name) || ts.isStringLiteral(p.name)) ? [p.name.text] : []);
}

const isLog = (node: ts.Expression): boolean => (ts.isPropertyAccessExpression(node) && node.name.text === 'log') || (ts.isPropertyAccessExpression(node) && node.name.text === '#log') || (ts.isIdentifier(node) && node.text === 'log');

/** Fields of every call of a log in a file. */
function logged(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const named = new Map<string, ts.Expression>();
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) named.set(node.name.text, node.initializer);
    if (ts.isCallExpression(node)) {
      const to = node.expression;
      const level = ts.isPropertyAccessExpression(to) && LEVELS.has(to.name.text) && isLog(to.expression);
      const chosen = ts.isElementAccessExpression(to) && isLog(to.expression);
      const [first] = node.arguments;
      if ((level || chosen || (level === false && ts.isPropertyAccessExpression(to) && to.name.text === 'child' && isLog(to.expression))) && first) found.push(...fieldsOf(first, named));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The fields that docs/operating.md explains: what stands in code in the first column of the log's table. */
const documented = (): string[] => (/\n## The log\n([^]*?)(?=\n## |$)/.exec(readFileSync(join(ROOT, 'docs/operating.md'), 'utf8'))?.[1] ?? '')
  .split('\n').filter((l) => l.startsWith('| `')).flatMap((l) => [...(l.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''));

it('every field of the program\'s log is explained in docs/operating.md, and no other', () => {
  const used = new Set([...globSync('src/**/*.ts', { cwd: ROOT }).filter((f) => !f.startsWith('src/cli')).flatMap(logged), ...ALWAYS, ...BY_LIBRARIES]);
  expect(used.size).toBeGreaterThan(20);
  expect([...used].filter((f) => !documented().includes(f)).toSorted(), 'not explained').toEqual([]);
  expect(documented().filter((f) => !used.has(f)).toSorted(), 'explained, and never logged').toEqual([]);
});
