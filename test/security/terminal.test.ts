import { describe, expect, it } from 'vitest';
import { plain, printable } from '../../src/cli/io.ts';
import { fileFinding, formatFinding } from '../../src/config/finding.ts';

const STEERING = ['\u001b[2J', '\u001b]8;;https://evil.example\u0007', '\u009b31m', '\u0000', '\b', '\r', '\u007f', '\u202eevil\u202c', '\u2066x\u2069', '\u200e', '\u061c', '\u2028'];

describe('a terminal', () => {
  it.each(STEERING)('is not steered by %j in what the command line prints: it is written out, and stays JSON where it was JSON', (steering) => {
    expect(printable(`a${steering}b\n\tc`)).toMatch(/^a[ -~]+b\n\tc$/);
    expect(JSON.parse(printable(JSON.stringify({ a: steering })))).toEqual({ a: steering });
  });

  it.each(STEERING)('is told of a mistake in one line, whatever a file holds: %j', (steering) => {
    expect(formatFinding(fileFinding('f.yml', `not readable: ${steering}\nx`))).toMatch(/^f\.yml:1:1: \(file\): not readable: [ -~]+x$/);
  });

  it('gets what CI and GitHub say without escapes, however many of them are never ended', () => {
    expect(plain('a\u001b]8;;https://evil.example\u0007b\u001b]0;title\u001b\\c\u001b[31md\u202e')).toBe('abcd');
    expect(plain('\u001b]'.repeat(500_000))).toBe(']'.repeat(500_000));
  });

  it('shows every other character as it is', () => {
    for (const text of ['é 😀 ü · “x”', 'linux/s390x', '\tcolumns\n']) expect(printable(text)).toBe(text);
  });
});
