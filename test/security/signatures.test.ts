import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Probot } from 'probot';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../src/delivery/github/signature.ts';

const root = resolve(import.meta.dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));

describe('a signature', () => {
  it('of GitHub\'s is GitHub\'s own over the same text, and holds over bytes that are no text', async () => {
    const text = '{"action":"opened","title":"\u{1f600} \u00e9"}';
    const probot = new Probot({ appId: 1, privateKey: 'none', secret: 'secret' });
    await probot.ready();
    expect(isSigned('secret', Buffer.from(text), await probot.webhooks.sign(text))).toBe(true);
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const given = `sha256=${createHmac('sha256', 'secret').update(bytes).digest('hex')}`;
    expect(isSigned('secret', bytes, given)).toBe(true);
    expect(isSigned('secret', Buffer.from(bytes.toString('utf8')), given), 'the same after a look at it as text').toBe(false);
    for (const [secret, body, claimed] of [['other', bytes, given], ['secret', bytes, given.slice(0, -1)], ['secret', bytes, given.toUpperCase()], ['secret', bytes, ''], ['', bytes, given], ['secret', Buffer.alloc(0), `sha256=${createHmac('sha256', 'secret').digest('hex')}`]] as const) {
      expect(isSigned(secret, body, claimed), claimed).toBe(false);
    }
  });

  it('is compared in constant time: GitHub\'s and our own by us, Slack\'s by its library', () => {
    for (const file of ['signature.ts', 'marker.ts']) expect(readFileSync(join(root, 'src/delivery/github', file), 'utf8')).toMatch(/ timingSafeEqual\(/);
    const bolt = join(dirname(createRequire(import.meta.url).resolve('@slack/bolt')), 'receivers/verify-request.js');
    expect(readFileSync(bolt, 'utf8')).toMatch(/timingSafeEqual|tsscmp/);
  });

  it('is compared by nothing of ours in any other way', () => {
    const wrong = sources.filter((f) => /(?:signature|\bmac|hmac|digest\('hex'\))\)?\s*[!=]==?\s|[!=]==?\s*(?:signature\b|mac\(|expectedSignature)/i.test(readFileSync(join(root, 'src', f), 'utf8').replaceAll('SIGNATURES_FILE', '')));
    expect(wrong).toEqual([]);
  });
});
