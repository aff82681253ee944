import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { college, expect, feed, ids, url, whole } from './guildhall.mjs';

const connect = (connectionParams) => createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
const client = connect(college);
const seen = [];
let after = null;
for (let rounds = 0, done = false; !done; rounds++) {
  expect(rounds < 500, 'the feed does not end');
  for await (const { data, errors } of client.iterate({ query: feed, variables: { after, first: 3 } })) {
    expect(!errors, errors);
    seen.push(...ids(data.changes));
    after = data.changes.cursor;
    done = data.changes.upToDate;
    break;
  }
}
expect(JSON.stringify(seen) === JSON.stringify(await whole()), 'what was told in pieces is not the feed', seen);
for await (const { data } of client.iterate({ query: '{ viewer { name } }' })) expect(data.viewer.name, data);
let refused;
try {
  for await (const _ of client.iterate({ query: 'subscription { changes { nope } }' }));
} catch (errors) {
  refused = errors;
}
expect(refused?.[0]?.extensions.code === 'GRAPHQL_VALIDATION_FAILED', refused);
await client.dispose();

const stranger = connect({ token: 'guess' });
let closed;
try {
  for await (const _ of stranger.iterate({ query: '{ viewer { name } }' }));
} catch (event) {
  closed = event;
}
expect(closed?.code === 4403, 'a stranger is let in', String(closed?.code));
console.log(`graphql-ws is told ${seen.length} objects in pieces`);
process.exit(0);
