import type { BenchDatabaseServer } from './database-server.ts';
import type { Result } from './result.ts';

/** What a case may use. */
export interface Environment {
  readonly databases: BenchDatabaseServer;
  /** Points that the case `scale` stores in its two databases. */
  readonly scale: { readonly smallPoints: number; readonly largePoints: number };
  /** Tells the person at the terminal what takes so long. */
  progress(line: string): void;
}

export interface BenchmarkCase {
  readonly name: string;
  /** Runs only if it is named, or all are asked for. */
  readonly expensive?: true;
  /** Measures, and checks on the way that both sides do what they should. */
  run(environment: Environment): Promise<Result[]>;
}
