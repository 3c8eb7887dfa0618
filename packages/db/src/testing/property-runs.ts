import { propertyRuns } from '@energy-data-service/test-support/property-runs';

/** How often properties of the storage are tried, against a real database. */
export const PROPERTY_RUNS = propertyRuns(30);

/** Long enough for a machine that has other things to do. */
export const PROPERTY_TIMEOUT_MS = 60_000 + PROPERTY_RUNS * 5_000;
