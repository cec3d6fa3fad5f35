// Asks Cedar. node ask.js FILE reads {"policies": {"NAME": "cedar text"}, "requests": [{"policy": "NAME", ...}]} and prints
// one line {"version", "answers"}, an answer "allow" or "deny", and "errors" where a policy could not be evaluated.
// Then each line on stdin is a number of seconds: it asks all requests again and again for so long, and prints how many
// it answered for each second of this process's CPU time. Policies are parsed once, before anything is asked.
'use strict';
const fs = require('fs');
const readline = require('readline');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const input = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
for (const [name, text] of Object.entries(input.policies)) {
  const parsed = cedar.preparsePolicySet(name, {staticPolicies: text});
  if (parsed.type !== 'success') {
    console.error(`policy ${name}: ${JSON.stringify(parsed.errors)}\n${text}`);
    process.exit(1);
  }
}

const calls = input.requests.map(request => ({
  principal: {type: 'Member', id: request.member},
  action: {type: 'Action', id: request.action},
  resource: {type: 'Alliance', id: 'alliance'},
  context: request.context,
  preparsedPolicySetId: request.policy,
  validateRequest: false,
  entities: [],
}));

function ask(call) {
  const answer = cedar.statefulIsAuthorized(call);
  if (answer.type !== 'success') {
    throw new Error(JSON.stringify(answer.errors));
  }
  return answer.response;
}

const answers = calls.map(call => {
  const response = ask(call);
  return {decision: response.decision, errors: response.diagnostics.errors.length};
});
console.log(JSON.stringify({version: cedar.getCedarVersion(), answers}));

readline.createInterface({input: process.stdin}).on('line', line => {
  const end = Date.now() + 1000 * Number(line);
  const before = process.cpuUsage();
  let asked = 0;
  while (Date.now() < end) {
    for (const call of calls) {
      ask(call);
    }
    asked += calls.length;
  }
  const used = process.cpuUsage(before);
  console.log(asked / ((used.user + used.system) / 1e6));
});
