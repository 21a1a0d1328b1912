/** Which of several database servers is used: the one that takes writes, found again when another takes over. */
import { type AddressInfo, createServer } from 'node:net'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { createServers, isOutage, serversOf } from './servers.ts'

test('an address may name several servers, each with its port', () => {
  expect(serversOf('postgres://desk:secret@one:5433,two,[::1]:5434/desk?sslmode=require')).toEqual({
    list: [
      { host: 'one', port: 5433 },
      { host: 'two', port: 5432 },
      { host: '::1', port: 5434 },
    ],
    url: 'postgres://desk:secret@one:5433/desk?sslmode=require',
  })
  expect(serversOf('postgresql://127.0.0.1/desk').list).toEqual([{ host: '127.0.0.1', port: 5432 }])
  for (const wrong of ['mysql://one/desk', 'one:5432', 'postgres://one:70000/desk', 'postgres://a b/desk'])
    expect(() => serversOf(wrong), wrong).toThrow(TypeError)
})

test('an outage is told from a refusal', () => {
  expect(isOutage(Object.assign(new Error('duplicate key'), { code: '23505', severity: 'ERROR' }))).toBe(false)
  expect(isOutage(Object.assign(new Error('cannot execute in a read-only transaction'), { code: '25006', severity: 'ERROR' }))).toBe(true)
  expect(isOutage(Object.assign(new Error('the database system is shutting down'), { code: '57P01', severity: 'FATAL' }))).toBe(true)
  expect(isOutage(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isOutage(new Error('timeout exceeded when trying to connect'))).toBe(true)
  expect(isOutage(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toBe(true)
  // A mistake of ours is no outage: it would be waited for in vain.
  expect(isOutage(new Error('Sealed by an unknown version'))).toBe(false)
  expect(isOutage(new TypeError("Cannot read properties of undefined (reading 'connect')"))).toBe(false)
})

test('a server that is not there is passed by', async () => {
  const there = new URL(inject('ownerUrl'))
  const closed = await closedPort()
  const address = `postgres://${there.username}:${there.password}@127.0.0.1:${closed},${there.host}${there.pathname}`
  const servers = createServers(address)
  const pool = new pg.Pool({ connectionString: servers.url, Client: servers.Client, max: 2 })
  try {
    expect((await pool.query('select inet_server_port() as port')).rows).toEqual([{ port: Number(there.port) }])
    expect(servers.current()).toEqual({ host: '127.0.0.1', port: Number(there.port) })
  } finally {
    await pool.end()
    servers.close()
  }
})

test('where none takes writes, it says which were asked', async () => {
  const [one, two] = [await closedPort(), await closedPort()]
  const servers = createServers(`postgres://nobody@127.0.0.1:${one},127.0.0.1:${two}/desk`)
  const client = new servers.Client({ connectionString: servers.url })
  await expect(client.connect()).rejects.toThrow(`127.0.0.1:${one}, 127.0.0.1:${two}`)
  servers.close()
})

test('a server that recovers is asked by one at a time, and everybody is told what it said', async () => {
  let asked = 0
  const recovering = createServer(socket => {
    asked++
    socket.on('error', () => {})
    socket.once('data', () => {
      const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is in recovery mode\0\0')
      const head = Buffer.alloc(5)
      head.write('E')
      head.writeInt32BE(fields.length + 4, 1)
      socket.end(Buffer.concat([head, fields]))
    })
  })
  await new Promise<void>(resolve => recovering.listen(0, '127.0.0.1', resolve))
  const { port } = recovering.address() as AddressInfo
  const servers = createServers(`postgres://nobody@127.0.0.1:${port}/desk`)
  const connect = () => new servers.Client({ connectionString: servers.url }).connect()
  try {
    await expect(connect()).rejects.toMatchObject({ code: '57P03' })
    const errors = await Promise.all(Array.from({ length: 50 }, () => connect().catch((error: { code?: string }) => error.code)))
    expect(new Set(errors)).toEqual(new Set(['57P03']))
    // One more at most, where the machine was slow in between.
    expect(asked).toBeLessThanOrEqual(2)
  } finally {
    servers.close()
    await new Promise(resolve => recovering.close(resolve))
  }
})

test('a connection that breaks between two statements ends no process, and the next one is made anew', async () => {
  const servers = createServers(inject('ownerUrl'))
  const pool = new pg.Pool({ connectionString: servers.url, Client: servers.Client, max: 1 })
  pool.on('error', () => {})
  const client = await pool.connect()
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const killer = new pg.Client(inject('ownerUrl'))
  await killer.connect()
  await killer.query('select pg_terminate_backend($1)', [rows[0].pid])
  await killer.end()
  await expect(
    (async () => {
      for (;;) await client.query('select pg_sleep(0.01)')
    })(),
  ).rejects.toThrow()
  client.release(true)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
  servers.close()
})

async function closedPort(): Promise<number> {
  return await new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
