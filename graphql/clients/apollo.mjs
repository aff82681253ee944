import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { college, expect, feed, ids, url, whole } from './guildhall.mjs';

const learners = gql`query Learners { apprentices(first: 5) { edges { node { id displayName milestones(first: 3) { edges { node { id state } } } } } } }`;
const make = (link) => new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes: { Change: ['Upsert', 'Removal'] } }) });
for (const useGETForQueries of [false, true]) {
  const methods = [];
  const client = make(new HttpLink({ uri: url, headers: college, useGETForQueries, fetch: (to, how) => (methods.push(how.method), fetch(to, how)) }));
  const { data } = await client.query({ query: learners });
  const first = data.apprentices.edges[0].node;
  expect(first.id && first.displayName, data);
  expect(client.cache.extract()[`Apprentice:${first.id}`]?.displayName === first.displayName, Object.keys(client.cache.extract()));
  let failed;
  try {
    await client.query({ query: gql`{ inbox { title } }` });
  } catch (error) {
    failed = error;
  }
  expect(CombinedGraphQLErrors.is(failed) && failed.errors[0].extensions.code === 'PEOPLE_ONLY', failed);
  expect(methods.every((m) => m === (useGETForQueries ? 'GET' : 'POST')), methods);
}
const socket = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: college, retryAttempts: 0 });
const client = make(ApolloLink.from([new GraphQLWsLink(socket)]));
const page = await new Promise((resolve, reject) => client.subscribe({ query: gql(feed), variables: { first: 1000 } }).subscribe({ next: resolve, error: reject }));
expect(JSON.stringify(ids(page.data.changes)) === JSON.stringify(await whole()), page);
console.log('Apollo Client queries by POST and GET, caches by id, tells errors and subscribes');
process.exit(0);
