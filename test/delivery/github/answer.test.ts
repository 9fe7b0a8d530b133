import { expect, it } from 'vitest';
import { anyJson } from '../../../src/delivery/github/answer.ts';

it('takes JSON, and nothing at all, for an answer of GitHub\'s', () => {
  for (const data of [{}, [], { state: 'closed' }, null, undefined, '', ' \n', '{"ok": true}', new ArrayBuffer(0)]) expect(anyJson.safeParse(data).success).toBe(true);
});

it('takes neither a page to sign in at nor garbage for one', () => {
  for (const data of ['<!doctype html><title>Sign in</title>', '{"state": "clo', '\u001f\u008b\b{"oops', new TextEncoder().encode('x').buffer]) expect(anyJson.safeParse(data).success).toBe(false);
});
