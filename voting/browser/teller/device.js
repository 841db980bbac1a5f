/**
 * The secret by which the service knows a teller's device.
 */

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** 24 characters are 140 bits. */
const LENGTH = 24;

/**
 * Draw the secret of a device.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} fill fills an array with random bytes
 * @returns {string} 24 Base58 characters
 */
export function drawDevice(fill) {
  let drawn = "";
  while (drawn.length < LENGTH) {
    const bytes = new Uint8Array(64);
    fill(bytes);
    // Bytes from 232 on would make the first characters likelier.
    for (const byte of bytes) if (byte < 232 && drawn.length < LENGTH) drawn += BASE58[byte % 58];
    if (/^(.)\1*$/.test(drawn)) throw new Error("this browser gives no random numbers");
  }
  return drawn;
}
