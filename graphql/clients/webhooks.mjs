// Notices are proven by the standardwebhooks package (v1) and by Ed25519 (v1a).
import { createServer } from 'node:http';
import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { change, expect } from './guildhall.mjs';

const heard = [];
let wake = () => {};
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  heard.push({ headers: request.headers, body });
  response.writeHead(204).end();
  wake();
});
await new Promise((open) => server.listen(0, '127.0.0.1', open));

async function next() {
  const late = setTimeout(() => expect(false, 'nothing was heard'), 30_000);
  while (heard.length === 0) await new Promise((go) => (wake = go));
  clearTimeout(late);
  return heard.shift();
}

const now = Date.now;
Date.now = () => 1000 * Number(process.env.GUILDHALL_NOW); // the clock of the server is the test's
const added = await change('addWebhook', { partnerId: 'partner-lakeshore', name: 'js', url: `http://127.0.0.1:${server.address().port}/hook` }, 'webhook { id secrets { publicKey } } secret');
const hook = new Webhook(added.secret);

function proveEd25519({ headers, body }, whpk) {
  const x = Buffer.from(whpk.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const said = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return headers['webhook-signature'].split(' ').some((s) => s.startsWith('v1a,') && verify(null, said, key, Buffer.from(s.slice(4), 'base64')));
}

function refused(what, body, headers) {
  try {
    hook.verify(body, headers);
  } catch {
    return;
  }
  expect(false, what, 'is taken');
}

const notice = await next();
const says = hook.verify(notice.body, notice.headers);
expect(says.type === 'feed.advanced' && says.data.partner === 'lakeshore' && /^[0-9]+$/.test(says.data.position) && Object.keys(says.data).length === 3, says);
expect(proveEd25519(notice, added.webhook.secrets[0].publicKey), 'v1a does not prove it');
refused('a body that was changed', notice.body.replace('lakeshore', 'harbor'), notice.headers);
refused('an id that was changed', notice.body, { ...notice.headers, 'webhook-id': 'msg_other' });
Date.now = () => 1000 * (Number(process.env.GUILDHALL_NOW) + 3600);
refused('a notice of an hour ago', notice.body, notice.headers);
Date.now = () => 1000 * Number(process.env.GUILDHALL_NOW);

const rotated = await change('rotateWebhookSecret', { webhookId: added.webhook.id, graceDays: 1 }, 'webhook { secrets { publicKey } } secret');
await change('testWebhook', { webhookId: added.webhook.id }, 'webhook { lastTest { arrived } }');
const test = await next();
for (const secret of [added.secret, rotated.secret]) expect(new Webhook(secret).verify(test.body, test.headers).type === 'webhook.test', secret);
for (const { publicKey } of rotated.webhook.secrets) expect(proveEd25519(test, publicKey), publicKey);
await change('removeWebhook', { webhookId: added.webhook.id, reason: 'The test is over' }, 'webhook { state }');
Date.now = now;
server.close();
console.log('standardwebhooks takes notices, and none that were changed or are old');
