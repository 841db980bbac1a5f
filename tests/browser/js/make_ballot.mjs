// Prints one ballot: node make_ballot.mjs ELECTION_FILE CODE CHOICES, with CHOICES as in votes.txt: [[0,1,0],…]
import { readFileSync } from "node:fs";
import { makeBallot } from "../../../voting/browser/protocol/ballots.js";
import { parseElection } from "../../../voting/browser/protocol/election.js";

const [file, code, choices] = process.argv.slice(2);
if (file === undefined || code === undefined || choices === undefined) {
  console.error("usage: node make_ballot.mjs ELECTION_FILE CODE CHOICES");
  process.exit(2);
}
process.stdout.write(makeBallot(parseElection(readFileSync(file)), code, JSON.parse(choices)).json);
