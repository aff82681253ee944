import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from 'graphql';
import { college, expect, url } from './guildhall.mjs';

const whole = gql`query WhoAmI { viewer { name organization { id name } } }`;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const sent = [];
const tap = async (to, how) => (sent.push(how.method === 'GET' ? to : how.body), fetch(to, how));
const make = (useGETForQueries) => new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries: useGETForQueries }), new HttpLink({ uri: url, headers: college, fetch: tap })]),
});
const ask = async (client) => (await client.query({ query: whole, fetchPolicy: 'no-cache' })).data.viewer.name;

// What is not on record is answered all the same: the client sends it whole.
const name = await ask(make(false));
expect(sent.length === 2 && !sent[0].includes('viewer') && sent[1].includes('viewer'), sent);
const again = await ask(make(false));
expect(sent.length === 4 && again === name, sent);

// What is on record goes by its hash alone.
const { query: body } = JSON.parse(sent[1]);
expect(body === print(new InMemoryCache().transformDocument(whole)), body);
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: sha256(body), name: 'WhoAmI', type: 'query', body }] };
const added = await fetch(url + '/documents', { method: 'POST', headers: { ...college, 'content-type': 'application/json' }, body: JSON.stringify(manifest) });
expect(added.status === 200, await added.text());
for (const byGET of [false, true]) {
  const before = sent.length;
  expect((await ask(make(byGET))) === name && sent.length === before + 1 && !sent[before].includes('viewer'), sent);
}
const response = await fetch(url, { method: 'POST', headers: { ...college, 'content-type': 'application/json' }, body: JSON.stringify({ documentId: 'sha256:' + sha256(body) }) });
expect((await response.json()).data.viewer.name === name);
console.log('Apollo Client asks by the hashes of documents on record, by POST and GET');
