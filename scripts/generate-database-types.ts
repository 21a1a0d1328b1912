/** Writes `hub/src/database-types.ts` from a migrated database: `node scripts/generate-database-types.ts <url> [out]`. `npm run check` compares. */
import { spawnSync } from 'node:child_process'

const [url, out = 'hub/src/database-types.ts'] = process.argv.slice(2)
const result = spawnSync(
  process.execPath,
  [
    'node_modules/kysely-codegen/dist/cli/bin.js',
    '--dialect',
    'postgres',
    '--default-schema',
    'public',
    '--include-pattern',
    'public.*',
    '--exclude-pattern',
    'public.kysely*',
    '--type-only-imports',
    '--type-mapping',
    '{"int8":"number"}',
    '--out-file',
    out,
  ],
  { env: { ...process.env, DATABASE_URL: url }, stdio: 'inherit' },
)
process.exit(result.status ?? 1)
