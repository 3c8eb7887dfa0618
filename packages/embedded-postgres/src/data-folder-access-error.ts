/** A data folder holds what only its owner may read, and we are somebody else. */
export class DataFolderAccessError extends Error {
  readonly dataDir: string;

  constructor(dataDir: string, options: ErrorOptions) {
    super(`the data in ${dataDir} may only be read by the user who owns it, and by root`, options);
    this.name = new.target.name;
    this.dataDir = dataDir;
  }
}
