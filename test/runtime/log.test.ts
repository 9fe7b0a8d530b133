import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/runtime/log.ts';

/** What a log writes: JSON lines, or lines for a person at a terminal. */
function written(readable: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  const out = new Writable({ write: (chunk: Buffer, _encoding, done) => { text += chunk.toString('utf8'); done(); } });
  write(createLog('trace', readable, out));
  return text;
}

const HARMFUL = 'a\u001b[2Jb\u001b]0;owned\u0007c\u009b31md\u202ee\u2066f\u0000g\u007fh\r\ni\\u001b[31m';
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** The colours that the log itself gives to its lines. */
const COLOURS = /\u001b\[\d{1,2}m/g;

describe('the log', () => {
  for (const readable of [false, true]) {
    it(`lets no text from outside move the cursor or turn the reading direction, ${readable ? 'on a terminal' : 'in JSON lines'}`, () => {
      const text = written(readable, (log) => {
        log.info({ job: HARMFUL, nested: { names: [HARMFUL] }, [`key${HARMFUL}`]: 1 }, `read ${HARMFUL}`);
        log.error({ err: new Error(HARMFUL) }, 'failed');
      });
      const left = readable ? text.replaceAll(COLOURS, '') : text;
      expect(CONTROL.exec(left.replaceAll('\n', ' '))).toBeNull();
      expect(left).toContain('owned');
      if (!readable) for (const line of text.trimEnd().split('\n')) expect(() => { JSON.parse(line); }).not.toThrow();
    });

    it(`writes no secret, wherever it stands, ${readable ? 'on a terminal' : 'in JSON lines'}`, () => {
      const key = `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA${'x'.repeat(64)}\n-----END RSA PRIVATE KEY-----`;
      const secrets = [`ghs_${'a'.repeat(36)}`, `github_pat_${'b'.repeat(30)}`, 'xoxb-123-456-abcdef', 'xapp-1-A0-123-abcdef', key];
      const text = written(readable, (log) => {
        for (const s of secrets) {
          log.info({ where: { deep: s } }, `said ${s}`);
          log.error({ err: new Error(`refused ${s}`) }, 'failed');
        }
        log.info({ headers: { authorization: 'Bearer plain-word' }, config: { webhookSecret: 'plain-word', privateKey: 'plain-word' } }, 'asked');
        log.info({ url: 'postgres://archsignal:plain-word@db.example:5432/x' }, 'postgres://archsignal:plain-word@db.example:5432/x does not answer');
      });
      for (const s of [...secrets, 'plain-word', 'MIIEpAIBAAKCAQEA']) expect(text).not.toContain(s);
      expect(text).toContain('[secret]');
    });
  }
});
