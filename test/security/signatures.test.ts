import { createRequire } from 'node:module';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));

/** Every file of a package that checks signatures, as it is installed. */
function filesOf(name: string, from: string): string {
  const here = createRequire(from).resolve.paths(name)?.map((p) => join(p, name)).find((p) => { try { return realpathSync(p) !== ''; } catch { return false; } });
  if (here === undefined) throw new Error(`${name} is not installed`);
  return readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((f) => /\.(?:c|m)?js$/.test(f) && !f.includes('node_modules')).map((f) => readFileSync(join(here, f), 'utf8')).join('\n');
}

describe('a signature', () => {
  it('is compared in constant time: by GitHub\'s library, by Slack\'s, and where we check our own', () => {
    const probot = createRequire(import.meta.url).resolve('probot');
    const verify = filesOf('@octokit/webhooks-methods', probot);
    expect(verify).toMatch(/timingSafeEqual|subtle\.verify/);
    expect(verify).not.toMatch(/signature\s*={2,3}\s*(?:verificationSignature|expected)/);
    const bolt = join(dirname(createRequire(import.meta.url).resolve('@slack/bolt')), 'receivers/verify-request.js');
    expect(readFileSync(bolt, 'utf8')).toMatch(/timingSafeEqual|tsscmp/);
    expect(readFileSync(join(root, 'src/delivery/github/marker.ts'), 'utf8')).toContain('timingSafeEqual');
  });

  it('is compared by nothing of ours in any other way', () => {
    const wrong = sources.filter((f) => /(?:signature|\bmac|hmac|digest\('hex'\))\)?\s*[!=]==?\s|[!=]==?\s*(?:signature\b|mac\(|expectedSignature)/i.test(readFileSync(join(root, 'src', f), 'utf8').replaceAll('SIGNATURES_FILE', '')));
    expect(wrong).toEqual([]);
  });
});
