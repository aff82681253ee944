import { Client, fetchExchange, gql } from '@urql/core';
import { pipe, subscribe } from 'wonka';
import { college, expect, feed, ids, url, whole } from './guildhall.mjs';

const learners = gql`{ apprentices(first: 5) { edges { node { id } } } }`;
for (const preferGetMethod of [false, 'force']) {
  const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: college }, preferGetMethod });
  const { data, error } = await client.query(learners, {}).toPromise();
  expect(!error && data.apprentices.edges.length > 0, String(error));
}
const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: college }, fetchSubscriptions: true });
const page = await new Promise((resolve) => pipe(client.subscription(gql(feed), { first: 1000 }), subscribe(resolve)));
expect(!page.error && JSON.stringify(ids(page.data.changes)) === JSON.stringify(await whole()), String(page.error));
console.log('urql queries by POST and GET and is told the feed');
process.exit(0);
