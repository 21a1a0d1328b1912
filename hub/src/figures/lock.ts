/** One at a time: whoever moves lines into figures, or counts them anew. Always holds: the lock ends with its connection. */
import type pg from 'pg'

const figuresLock = 0x66696775

/** Runs `work` on a connection of its own, alone among all processes; `undefined` where somebody else is at it and `wait` is not set. */
export async function alone<Value>(
  pool: pg.Pool,
  wait: boolean,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value | undefined> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    if (wait) await client.query('select pg_advisory_lock($1)', [figuresLock])
    else {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [figuresLock])
      if (!rows[0]!.mine) return undefined
    }
    try {
      return await work(client)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [figuresLock]).catch(error => {
        broken = error as Error
      })
    }
  } finally {
    client.release(broken)
  }
}
