import { expect, it } from 'vitest';
import { Contention, troubleIn } from '../../src/store/errors.ts';

/** As PostgreSQL's driver hands on what the server says. */
const said = (code: string, message: string): Error => Object.assign(new Error(message), { severity: 'ERROR', code });

it.each([
  ['XX001', 'invalid page in block 0 of relation base/1/2', /finds a table of the store damaged: .*restore the last backup/],
  ['58030', 'could not read block 0', /The disk under PostgreSQL cannot be read or written/],
  ['08P01', 'transaction blocks not allowed in statement pooling mode', /pooler .* whole transactions \(PgBouncer: pool_mode\)/],
  ['3D000', 'database "x" does not exist', /The database in DATABASE_URL is not there/],
  ['53400', 'configuration limit exceeded', /^PostgreSQL cannot do what the store asks: look into its log\. \(configuration limit exceeded\)$/],
])('says what an operator can do about %s', (code, message, words) => {
  expect(troubleIn(said(code, message))).toMatch(words);
  expect(troubleIn(said(code, message))).toContain(`(${message})`);
});

it('sees through what was tried again and again', () => {
  expect(troubleIn(new Contention('again and again', { cause: said('55P03', 'canceling statement due to lock timeout') }))).toMatch(/another session holds a lock/);
  expect(troubleIn(new Contention('again and again', { cause: said('40001', 'could not serialize access') }))).toBeNull();
});

it('leaves what was asked wrongly, and what is not PostgreSQL\'s, to those who mend the program', () => {
  expect(troubleIn(said('42601', 'syntax error'))).toBeNull();
  expect(troubleIn(said('23505', 'duplicate key'))).toBeNull();
  expect(troubleIn(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toBeNull();
});
