import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { expect, url } from './guildhall.mjs';

rmSync('out/typed', { recursive: true, force: true });
mkdirSync('out/typed', { recursive: true });
cpSync('typed', 'out/typed', { recursive: true });
writeFileSync('out/typed/schema.graphql', await (await fetch(`${url}/schema.graphql`)).text());
const run = (bin, ...args) => execFileSync(`node_modules/.bin/${bin}`, args, { stdio: ['ignore', 'inherit', 'inherit'] });
run('graphql-codegen', '--config', 'out/typed/codegen.json');
run('tsc', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--module', 'es2022', '--moduleResolution', 'bundler', '--target', 'es2022', 'out/typed/learners.ts');
const documents = JSON.parse(readFileSync('out/typed/made/persisted-documents.json', 'utf8'));
for (const [hash, text] of Object.entries(documents)) {
  expect(createHash('sha256').update(text).digest('hex') === hash.replace('sha256:', ''), hash);
}
console.log(`graphql-codegen makes strict TypeScript and a manifest of ${Object.keys(documents).length} documents`);
