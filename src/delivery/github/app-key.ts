import { createPrivateKey, type KeyObject } from 'node:crypto';

export type AppKey = { readonly ok: true; readonly pem: string } | { readonly ok: false; readonly problem: string };

/** What a PEM file's label and lines become where a shell, an editor or an environment file had it in between. */
const PEM = /-----BEGIN ([A-Z ]+)-----([^]*?)-----END \1-----/;

const WANTED = 'Generate one under “Private keys” on the App\'s settings page, and give the whole text of the .pem file with its first and its last line (BEGIN … and END …), or the file\'s path in PRIVATE_KEY_PATH.';

/**
 * The App's private key as GitHub made it, from text as it arrives: with line ends of Windows, written out as `\n`, turned into
 * blanks or in quotes, or all of it in base64. `problem`: one or two sentences on what was given instead, and never any of it.
 */
export function readAppKey(given: string): AppKey {
  const text = given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString('utf8');
  if (!text.includes('-----BEGIN')) return no(isPath(given) ? 'this is the path of a file, not a key: set PRIVATE_KEY_PATH to it instead.' : `this is no key in PEM format. ${WANTED}`);
  const [, label, inner] = PEM.exec(text) ?? [];
  if (label === undefined || inner === undefined) return no(`the key is cut off: its last line (END …) is missing. In a .env file a key of several lines stands in quotes. ${WANTED}`);
  if (label.includes('PUBLIC') || label.includes('CERTIFICATE')) return no(`this is a ${label.toLowerCase()}, not the private key. ${WANTED}`);
  if (label.includes('ENCRYPTED') || /Proc-Type:[^]*ENCRYPTED/.test(inner)) return no('the key is locked with a passphrase, and nobody is there to type it. Take it as GitHub gave it, or unlock it: openssl rsa -in KEY.pem -out PLAIN.pem');
  if (label.includes('OPENSSH')) return no(`this is a key for SSH, not the App's. ${WANTED}`);
  const pem = `-----BEGIN ${label}-----\n${inner.replace(/\\[rn]|\s/g, '').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END ${label}-----\n`;
  return checked(pem);
}

const no = (problem: string): AppKey => ({ ok: false, problem });

/** A path is one short line; a key never is. */
const isPath = (given: string): boolean => /^[^\n]{1,400}$/.test(given) && (/^[./~]|^[A-Za-z]:\\/.test(given) || /\.(?:pem|key)$/.test(given));

function checked(pem: string): AppKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Node's own words say less than this, and are another's with every version.
    return no(`what stands between BEGIN and END is no key: a part of it is missing or was changed on the way. ${WANTED}`);
  }
  return key.asymmetricKeyType === 'rsa' ? { ok: true, pem } : no(`this is a key of the kind ${key.asymmetricKeyType ?? 'unknown'}; a GitHub App's is RSA. ${WANTED}`);
}
