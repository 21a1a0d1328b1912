/** Types of what has none: icons by deep import (the barrel would triple the build). */
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { ReactNode, SVGProps } from 'react'

  interface IconProps extends Omit<SVGProps<SVGSVGElement>, 'stroke' | 'ref'> {
    size?: number | string
    stroke?: number | string
  }
  const icon: (props: IconProps) => ReactNode
  export default icon
}
