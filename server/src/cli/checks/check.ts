/** One line of the doctor's report. Always holds: what failed or is doubtful says why and the exact command that mends it. */
export interface Check {
  id: string
  title: string
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found. */
  found: string
  why?: string
  fix?: string
}

type Finding = Omit<Check, 'id' | 'title'>

/** Runs a check; one that breaks is a failure of its own, never of the doctor. */
export async function check(id: string, title: string, look: () => Finding | Promise<Finding>): Promise<Check> {
  try {
    return { id, title, ...(await look()) }
  } catch (error) {
    return {
      id,
      title,
      state: 'failed',
      found: error instanceof Error ? error.message.split('\n')[0]! : String(error),
      why: 'The check itself broke.',
      fix: 'LOG_LEVEL=debug npm start',
    }
  }
}

export const ok = (found: string): Finding => ({ state: 'ok', found })
export const skipped = (found: string): Finding => ({ state: 'skipped', found })
export const warning = (found: string, why: string, fix: string): Finding => ({ state: 'warning', found, why, fix })
export const failed = (found: string, why: string, fix: string): Finding => ({ state: 'failed', found, why, fix })
