import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, url } from './guildhall.mjs';

rmSync('out/relay', { recursive: true, force: true });
mkdirSync('out/relay/src/artifacts', { recursive: true });
cpSync('relay', 'out/relay/src', { recursive: true });
writeFileSync('out/relay/schema.graphql', await (await fetch(`${url}/schema.graphql`)).text());
writeFileSync('out/relay/relay.config.json', JSON.stringify({ root: '.', sources: { src: 'learners' }, excludes: [],
  projects: { learners: { language: 'javascript', schema: 'schema.graphql', output: 'src/artifacts' } } }));
execFileSync('../../node_modules/.bin/relay-compiler', ['relay.config.json'], { cwd: 'out/relay', stdio: ['ignore', 'pipe', 'inherit'] });
const made = readdirSync('out/relay/src/artifacts');
for (const name of ['LearnersQuery', 'LearnersPaginationQuery', 'LearnersFeedSubscription', 'LearnersRecordCreditMutation']) {
  expect(made.includes(`${name}.graphql.js`), `no ${name}`, made);
}
console.log(`relay-compiler makes ${made.length} artifacts`);
