import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog, logProblem } from '../../src/runtime/log.ts';
import { readiness } from '../../src/runtime/readiness.ts';
import { stage } from './fixtures.ts';

for (const readable of [false, true]) {
  it(`goes on without a log that cannot be written, and says so until it can, ${readable ? 'on a terminal' : 'in JSON lines'}`, async () => {
    let full = true;
    const lines: string[] = [];
    const out = new Writable({
      // What Node does with standard output, which an error does not end.
      destroy(this: Writable & { _undestroy?: () => void }, error, done) {
        done(error);
        this._undestroy?.();
      },
      write: (chunk: Buffer, _encoding, done) => {
        if (full) return done(new Error('ENOSPC: no space left on device, write'));
        lines.push(chunk.toString('utf8'));
        done();
      },
    });
    const log = createLog('info', readable, out);
    const { rt } = await stage();
    const warnings = async (): Promise<readonly string[]> => (await readiness({ ...rt, log }, { github: null, slack: null })).warnings;
    expect(await warnings()).toEqual([]);
    log.info('lost');
    log.info('lost too');
    await expect.poll(() => logProblem(log)).not.toBeNull();
    expect(await warnings()).toEqual([expect.stringMatching(/^The log cannot be written \(ENOSPC: no space left on device, write\)\. All else goes on\. Make room/)]);
    full = false;
    log.info('written');
    await expect.poll(() => logProblem(log)).toBeNull();
    expect(lines.join('')).toMatch(/written/);
    expect(lines.join('')).not.toContain('lost');
    expect(await warnings()).toEqual([]);
  });
}

for (const readable of [false, true]) {
  it(`holds a bounded part of a log that nobody reads, says so, and tells how many lines were lost once somebody does, ${readable ? 'on a terminal' : 'in JSON lines'}`, async () => {
    let hangs = true;
    const waiting: (() => void)[] = [];
    const lines: string[] = [];
    const out = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString('utf8'));
        if (hangs) waiting.push(done);
        else done();
      },
    });
    const log = createLog('info', readable, out);
    const { rt } = await stage();
    const warnings = async (): Promise<readonly string[]> => (await readiness({ ...rt, log }, { github: null, slack: null })).warnings;
    for (let i = 0; i < 4_000; i++) log.info(`line ${i} ${'x'.repeat(1_000)}`);
    expect(out.writableLength).toBeLessThan(2_000_000);
    expect(await warnings()).toEqual([expect.stringMatching(/^Nobody reads the log, .* hangs\. Lines are lost until it goes on; all else goes on\.$/)]);
    hangs = false;
    for (const done of waiting) done();
    await expect.poll(() => out.writableLength).toBe(0);
    expect(await warnings()).toEqual([]);
    const kept = lines.length;
    log.info('read again');
    await expect.poll(() => lines.length).toBe(kept + 2);
    expect(lines[kept]).toContain(`${4_000 - kept} lines of the log, up to here, went missing: nobody read it`);
    expect(lines[kept + 1]).toContain('read again');
  });
}
