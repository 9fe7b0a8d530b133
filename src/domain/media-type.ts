/**
 * Whether an answer of this content type is something else than a log. A page to sign in at, or an error's description, with
 * status 200 would tell that nothing about a platform failed.
 */
export const isNoLog = (contentType: unknown): boolean => typeof contentType === 'string' && /^\s*(?:text\/html|application\/(?:\w+\+)?json)\b/i.test(contentType);
