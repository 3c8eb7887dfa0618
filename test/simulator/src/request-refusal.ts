/** A request that the platform refuses: the status, and the text of the acknowledgement that says why. */
export class RequestRefusal extends Error {
  /** HTTP status: 400 or 401. */
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.name = 'RequestRefusal';
    this.status = status;
  }
}
