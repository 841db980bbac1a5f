/**
 * The beginning of an archive as it comes down: cut off after the first event, which is all that there is to look at
 * before the vote. Only lengths are read here; what was cut off is verified like a whole archive.
 */

const BLOCK = 512;
/** Bytes without an event after which nothing more is awaited. */
const MOST = 8_000_000;
const EVENT = ".event.json";

/** What comes is not the beginning of an archive. */
export class NoBeginning extends Error {}

export class Beginning {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  /** Where the next file begins. */
  #at = 0;

  /**
   * Take what came. Throws `NoBeginning`.
   * @param {Uint8Array} part
   * @returns {Uint8Array<ArrayBuffer> | undefined} the beginning, once it is there up to the end of the first event
   */
  add(part) {
    if (this.#length + part.length > MOST) throw new NoBeginning("no event so far");
    this.#keep(part);
    while (this.#length >= this.#at + BLOCK) {
      const header = this.#bytes.subarray(this.#at, this.#at + BLOCK);
      const size = /^[0-7]{11}$/.exec(latin(header.subarray(124, 135)))?.[0];
      if (size === undefined) throw new NoBeginning("no file can be read");
      const end = this.#at + BLOCK + Math.ceil(Number.parseInt(size, 8) / BLOCK) * BLOCK;
      if (end > MOST) throw new NoBeginning("a file is too large");
      if (latin(header.subarray(0, 100)).replace(/\0+$/, "").endsWith(EVENT)) {
        return this.#length < end ? undefined : this.#bytes.slice(0, end);
      }
      this.#at = end;
    }
    return undefined;
  }

  /** @param {Uint8Array} part */
  #keep(part) {
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
  }
}

/** @param {Uint8Array} bytes */
function latin(bytes) {
  return String.fromCharCode(...bytes);
}
