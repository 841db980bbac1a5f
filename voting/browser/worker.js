/**
 * The dedicated worker: encrypts and checks away from the page, so that the page stays quick. All of it is in
 * protocol/service.js.
 */
import { createService } from "./protocol/service.js";

/**
 * @typedef {object} WorkerScope
 * @property {(reply: import("./protocol/service.js").Reply) => void} postMessage
 * @property {((event: {data: import("./protocol/service.js").Request}) => void) | null} onmessage
 */

const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));
const handle = createService((reply) => scope.postMessage(reply));
scope.onmessage = ({ data }) => handle(data);
