import './typescript-loader.js';

/** Jest's global setup: one Postgres and one Redis for the whole run. */
export default async function globalSetup() {
  const { startStores } = await import('./stores/stores.ts');
  await startStores();
}
