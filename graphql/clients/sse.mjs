import { createClient } from 'graphql-sse';
import { college, expect, feed, ids, url, whole } from './guildhall.mjs';

const client = createClient({ url, headers: college, retryAttempts: 0 });
const seen = [];
let after = null;
for (let rounds = 0, done = false; !done; rounds++) {
  expect(rounds < 500, 'the feed does not end');
  const pages = client.iterate({ query: feed, variables: { after, first: 3 } });
  for await (const { data, errors } of pages) {
    expect(!errors, errors);
    seen.push(...ids(data.changes));
    after = data.changes.cursor;
    done = data.changes.upToDate;
    break; // and go on after the cursor, on another connection
  }
}
expect(JSON.stringify(seen) === JSON.stringify(await whole()), 'what was told in pieces is not the feed', seen);
for await (const { errors } of client.iterate({ query: 'subscription { changes { nope } }' })) {
  expect(errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED', errors);
}
for await (const { data } of client.iterate({ query: '{ viewer { name } }' })) expect(data.viewer.name, data);
client.dispose();
console.log(`graphql-sse is told ${seen.length} objects in pieces`);
