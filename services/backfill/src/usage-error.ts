/** The command line asks for something that there is not; its message is for a person at a terminal. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * What commander wrote of a command line that it refused. It repeats an unknown option whole, and what is said behind the name
 * may be a secret that was meant as a setting.
 */
export function refusedBy(written: string): UsageError {
  return new UsageError(written.trim().replace(/(unknown option '[^'=]*)=.*'/s, "$1'"));
}
