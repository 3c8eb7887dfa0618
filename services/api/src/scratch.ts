/**
 * Room to write bytes into before it is known how many they are. It is used again and again: fresh room for each
 * page would have the garbage collector look at everything every few answers.
 */
export interface Scratch {
  /** @returns at least so many bytes of anything; what was taken before is overwritten */
  take(bytes: number): Uint8Array;
}

export function createScratch(): Scratch {
  let room = new Uint8Array();
  return {
    take(bytes) {
      if (room.length < bytes) room = new Uint8Array(bytes);
      return room;
    },
  };
}
