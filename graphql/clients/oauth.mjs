// A system of a college logs in, by a secret and by a signature, and asks with its token.
import * as oauth from 'oauth4webapi';
import { ask, change, expect, url } from './guildhall.mjs';

const origin = new URL(url).origin;
const insecure = { [oauth.allowInsecureRequests]: true };
const server = await oauth.processDiscoveryResponse(new URL(origin), await oauth.discoveryRequest(new URL(origin), { algorithm: 'oauth2', ...insecure }));
const skew = Number(process.env.GUILDHALL_NOW) - Math.floor(Date.now() / 1000); // the clock of the server is the test's

async function register(name) {
  return (await change('registerPartnerClient', { partnerId: 'partner-lakeshore', name, title: 'oauth4webapi' }, 'client { id name }')).client;
}

async function logIn(name, authentication, scope) {
  const client = { client_id: name, [oauth.clockSkew]: skew };
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, scope ? { scope } : {}, insecure);
  return oauth.processClientCredentialsResponse(server, client, response);
}

const bySecret = await register('js-secret');
const { secret } = await change('addClientKey', { clientId: bySecret.id }, 'secret');
const first = await logIn(bySecret.name, oauth.ClientSecretBasic(secret), 'feed:read');
expect(first.token_type === 'bearer' && first.expires_in === 600 && first.scope === 'feed:read', first);

const bySignature = await register('js-signs');
const pair = await oauth.generateKeyPair('ES256', { extractable: true });
const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
await change('addClientKey', { clientId: bySignature.id, jwk: JSON.stringify({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, kid: 'js-1' }) }, 'client { keys { id } }');
const second = await logIn(bySignature.name, oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'js-1' }));

const answered = await ask({ authorization: `Bearer ${second.access_token}` }, '{ viewer { organization { id } } apprentices(first: 1) { edges { node { id } } } }');
expect(answered.status === 200 && !answered.errors && answered.data.viewer.organization.id === 'partner-lakeshore', answered);
const lacking = await ask({ authorization: `Bearer ${first.access_token}` }, '{ apprentices(first: 1) { edges { node { id } } } }');
expect(lacking.errors?.[0].extensions.code === 'INSUFFICIENT_SCOPE', lacking);

let refused;
try {
  await logIn(bySecret.name, oauth.ClientSecretBasic(secret + 'x'));
} catch (e) {
  refused = e;
}
expect(refused?.status === 401, refused?.message);
await change('closePartnerClient', { clientId: bySignature.id, reason: 'The test is over' }, 'client { closed }');
const gone = await ask({ authorization: `Bearer ${second.access_token}` }, '{ viewer { name } }');
expect(gone.status === 401, gone);
console.log('oauth4webapi logs in by a secret and by a signature');
