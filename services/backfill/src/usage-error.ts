/** The command line asks for something that there is not; its message is for a person at a terminal. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
