/**
 * What the holder of a data folder tells whoever comes second, once it works. Every user of the machine can read it:
 * nothing in it is secret.
 */
export interface PublishedInfo {
  /** Where its API listens. */
  readonly url: string;
  /** Name of the database on the server that it works with. */
  readonly database: string;
  /** Whether what is in there was made up. */
  readonly isSimulated: boolean;
}
