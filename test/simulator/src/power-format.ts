/** A power in MW as the platform writes it: at most two decimals, no trailing zeros. */
export function formatMw(mw: number): string {
  return String(Math.round(mw * 100) / 100);
}
