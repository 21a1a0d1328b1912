/** `node scripts/build-pages.ts`: builds inbox, widget and simulator page beforehand, for images and installations whose program folder is read-only. */
import { buildFrontEnds } from '../server/src/front-ends.ts'

await buildFrontEnds(line => process.stdout.write(`… ${line}\n`))
