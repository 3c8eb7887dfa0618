/** How often properties of the storage are tried, against a real database; `PROPERTY_RUNS` for more. */
export const PROPERTY_RUNS = Number(process.env.PROPERTY_RUNS ?? 30);

/** Long enough for a machine that has other things to do. */
export const PROPERTY_TIMEOUT_MS = 60_000 + PROPERTY_RUNS * 5_000;
