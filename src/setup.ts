import { run } from 'probot';

/**
 * Registers the GitHub App from app.yml: without APP_ID, Probot serves a page that does so and writes APP_ID, PRIVATE_KEY
 * and WEBHOOK_SECRET into `.env`, which `npm start` reads. With one there is nothing to set up.
 */
process.umask(0o077); // What it writes holds the App's key.
await run(() => {
  console.error('APP_ID is set already: the App is registered. Start the program with `npm start`.');
  process.exit(1);
});
