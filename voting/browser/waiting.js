/**
 * The projector before the first vote of an agenda. It goes on by itself, also after the service was away for a while.
 */
import { followAgenda } from "./agenda.js";
import { byId } from "./page.js";

followAgenda(byId("waiting").dataset["agenda"] ?? "", null);
