/** What every icon of the inbox is. */
import type { ReactNode } from 'react'

export type Icon = (props: { size?: number | string; stroke?: number | string }) => ReactNode
