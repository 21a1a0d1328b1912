/** Shows its children only after a while: what comes sooner needs no skeleton. */
import { type ReactNode, useEffect, useState } from 'react'

export function Later({ afterMs = 200, children }: { afterMs?: number; children: ReactNode }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), afterMs)
    return () => clearTimeout(timer)
  }, [afterMs])
  return shown ? children : null
}
