/** Reads a place from what people paste: «55.75, 37.61», with commas as decimal points, or a link of a map. Pure. */
export function readCoordinates(typed: string): { latitude: number; longitude: number } | undefined {
  const text = typed.trim()
  const found =
    /@(-?\d+\.\d+),(-?\d+\.\d+)/.exec(text) ??
    /[?&](?:q|ll|mlat)=(-?\d+(?:\.\d+)?)(?:,|%2C|&mlon=)(-?\d+(?:\.\d+)?)/i.exec(text) ??
    /^(-?\d{1,3}(?:[.,]\d+)?)\s*[°]?\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?$/.exec(text)
  if (!found) return undefined
  const latitude = Number((found[1] ?? '').replace(',', '.'))
  const longitude = Number((found[2] ?? '').replace(',', '.'))
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}
