declare module 'vitest' {
  /** What the global setup hands to integration tests: `inject('databaseServerUrl')`. */
  interface ProvidedContext {
    /** A PostgreSQL server on which databases may be created. */
    databaseServerUrl: string;
    /** Name of the migrated database on it that test databases are cloned from. */
    databaseTemplate: string;
    /** A Redis server; null where there is none. */
    redisUrl: string | null;
    /** Whether tests may start containers. */
    hasContainerEngine: boolean;
  }
}

export {};
