/** Coordinates as people type them. */
import { expect, it } from 'vitest'
import { readCoordinates } from './coordinates.ts'

it('reads what people paste', () => {
  expect(readCoordinates('55.75222, 37.61556')).toEqual({ latitude: 55.75222, longitude: 37.61556 })
  expect(readCoordinates('55,75 37,61')).toEqual({ latitude: 55.75, longitude: 37.61 })
  expect(readCoordinates('https://maps.example.org/@48.85,2.35,14z')).toEqual({ latitude: 48.85, longitude: 2.35 })
  expect(readCoordinates('https://www.openstreetmap.org/?mlat=1.5&mlon=2.5')).toEqual({ latitude: 1.5, longitude: 2.5 })
})
it('refuses what is not on the globe', () => {
  expect(readCoordinates('95, 10')).toBeUndefined()
  expect(readCoordinates('somewhere')).toBeUndefined()
})
