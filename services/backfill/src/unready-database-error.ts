/** The database cannot be worked with; the message says why, without credentials. */
export class UnreadyDatabaseError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = new.target.name;
  }
}
