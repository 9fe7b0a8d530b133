import { createPublicKey, createVerify, randomBytes } from 'node:crypto';
import type { Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';
import { refusal } from './errors.ts';

/** Who is calling: the App itself (with its JWT), one of its installations (its number; with a token), or nobody that can be told. */
export type Caller = 'app' | number | 'nobody';

export type Access = 'read' | 'write';

/**
 * Issues and checks the App's tokens. Tokens live by the wall clock, whatever the stand-in's own clock says: the
 * client's cache of them does too.
 */
export class Auth {
  /** How long a new token is good, milliseconds; GitHub's is an hour. */
  tokenLife = 3_600_000;
  /** What the installation was granted; what is absent was not. */
  permissions: Record<string, Access> = { issues: 'write', members: 'read', metadata: 'read', pull_requests: 'write', contents: 'write', actions: 'read', checks: 'write', statuses: 'read' };
  /** False: the App was suspended or uninstalled; no token is issued. */
  installed = true;
  readonly #tokens = new Map<string, { readonly expires: number; readonly installation: number }>();
  readonly #appId: number;
  readonly #publicKey: ReturnType<typeof createPublicKey> | null;

  constructor(appId: number, privateKey: string | null) {
    this.#appId = appId;
    this.#publicKey = privateKey === null ? null : createPublicKey(privateKey);
  }

  /** Makes a token of an installation; `expiresAt` is wall-clock time. */
  issue(installation: number): { token: string; expiresAt: number } {
    const token = `ghs_${randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
    const expiresAt = Date.now() + this.tokenLife;
    this.#tokens.set(token, { expires: expiresAt, installation });
    return { token, expiresAt };
  }

  /** Makes every token bad that was issued so far. */
  revokeAll(): void { this.#tokens.clear(); }

  /** Says who calls, or refuses. */
  identify(call: Call): Caller | Answer {
    const header = call.headers.authorization;
    if (header === undefined) return 'nobody';
    const credential = header.replace(/^(?:bearer|token)\s+/i, '');
    if (credential.split('.').length === 3) return this.#checkJwt(credential);
    const known = this.#tokens.get(credential);
    return known && Date.now() < known.expires ? known.installation : refusal(401, 'Bad credentials');
  }

  /** Refuses where the installation was not granted this. */
  lacks(permission: string, access: Access): Answer | null {
    const has = this.permissions[permission];
    return has === 'write' || has === access ? null : refusal(403, 'Resource not accessible by integration');
  }

  #checkJwt(jwt: string): Caller | Answer {
    const [head = '', body = '', signature = ''] = jwt.split('.');
    const undecodable = refusal(401, 'A JSON web token could not be decoded');
    try {
      const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg?: string };
      const { iss } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iss?: string | number };
      if (alg !== 'RS256') return undecodable;
      if (this.#publicKey && !createVerify('RSA-SHA256').update(`${head}.${body}`).verify(this.#publicKey, signature, 'base64url')) return undecodable;
      return String(iss) === String(this.#appId) || String(iss) === `Iv1.${this.#appId}` ? 'app' : refusal(404, 'Integration not found');
    } catch {
      return undecodable;
    }
  }
}
