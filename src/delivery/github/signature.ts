import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `given` (`X-Hub-Signature-256`) is GitHub's signature of these very bytes under the secret, compared in constant
 * time. GitHub's library signs text: a body that is no UTF-8 would be another one before it is looked at. An empty secret or
 * an empty body is never signed.
 */
export function isSigned(secret: string, body: Buffer, given: string): boolean {
  if (secret === '' || body.length === 0) return false;
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const claimed = Buffer.from(given);
  return claimed.length === right.length && timingSafeEqual(claimed, right);
}
