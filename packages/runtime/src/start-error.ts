/** Why a process cannot start, in words for whoever started it; nothing in the program has to be looked at. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
