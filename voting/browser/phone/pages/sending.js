/**
 * The sending state: first the encryption moves on, then the ballot is on its way, as often as it takes.
 */
import { byId, say, show } from "../../page.js";

/**
 * @param {import("../../page.js").Words} words
 */
export function makeSendingPage(words) {
  const meter = /** @type {HTMLProgressElement} */ (byId("encrypting"));
  return {
    enter() {
      meter.value = 0;
      show(meter, false);
      show(byId("retrying"), false);
      say(byId("sending-words"), words["sending"] ?? "");
    },
    update() {},
    /**
     * @param {number} done
     * @param {number} total
     */
    encrypting(done, total) {
      meter.max = total;
      meter.value = done;
      show(meter, done < total);
      say(byId("sending-words"), words[done < total ? "encrypting" : "sending"] ?? "");
    },
    /** @param {number} failures */
    retrying(failures) {
      // One lost answer is no reason to worry anybody.
      show(byId("retrying"), failures > 1);
    },
  };
}
