const day = Temporal.Now.plainDateISO('UTC').subtract({ days: 1 });

/** The day before this process began (UTC), for the contract's examples: what is kept current has values then, however new it is. */
export const EXAMPLE_DAY = {
  start: `${day}T00:00:00Z`,
  second: `${day}T01:00:00Z`,
  last: `${day}T23:00:00Z`,
  end: `${day.add({ days: 1 })}T00:00:00Z`,
} as const;
