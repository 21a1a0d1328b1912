/** Before all tests: one embedded PostgreSQL with a migrated template, and built front ends; afterwards all of it is gone. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openKeyFile, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedServer } from '../../server/src/embedded-postgres/embedded-server.ts'
import { buildFrontEnds } from '../../server/src/front-ends.ts'

declare module 'vitest' {
  interface ProvidedContext {
    ownerUrl: string
    keyFile: string
    templateDatabase: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const progress = (message: string) => process.stdout.write(`… ${message}\n`)
  // TEST_WITHOUT_PAGES: for a quick run of tests that open no page.
  if (!process.env.TEST_WITHOUT_PAGES) await buildFrontEnds(progress)
  // Root's server runs as another user, who must be able to reach the folder.
  const home = await mkdtemp(join(tmpdir(), 'dragoman-tests-'))
  await chmod(home, 0o755)
  const keyFile = join(home, 'keys', 'master.json')
  const ring = await openKeyFile(keyFile)
  const masterKey = ring.keys[ring.current]!
  const server = await startEmbeddedServer({ home, password: rolePassword(masterKey, 'owner'), progress })
  await migrate(server.url, masterKey)
  const templateDatabase = 'dragoman_template'
  const admin = new pg.Client({ connectionString: urlOf(server.url, 'postgres') })
  await admin.connect()
  await admin.query(`create database ${templateDatabase} template dragoman`)
  await admin.end()
  project.provide('ownerUrl', server.url)
  project.provide('keyFile', keyFile)
  project.provide('templateDatabase', templateDatabase)
  return async () => {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}
