// The explorer asks at /graphql with a token that is held here and nowhere else.
import { forPartners, forPeople } from './examples.js';
import { operations, Schema } from './schema.js';

const at = (id) => document.getElementById(id);
const earlier = [];
let token = '';
let schema;
let running;

function warn(text) {
  at('notice').textContent = text;
  at('notice').hidden = !text;
}

// sentence tells people what went wrong. A request that nobody answers is a TypeError.
function sentence(error) {
  return error instanceof TypeError ? 'Guildhall cannot be reached. Check the connection and ask again.' : error.message;
}

// post sends an operation. Answers that are not GraphQL are told as errors.
async function post(body, headers = {}, signal) {
  return fetch('/graphql', {
    method: 'POST',
    credentials: 'omit',
    signal,
    headers: { ...headers, 'content-type': 'application/json', accept: headers.accept ?? 'application/graphql-response+json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

async function begin(given) {
  token = given.trim();
  const response = await post({ query: `{ viewer { name role organization { name } } }` });
  const { data, errors } = await response.json();
  if (!data?.viewer) {
    token = '';
    throw new Error(errors?.[0]?.message ?? `Guildhall answered with ${response.status}.`);
  }
  schema = new Schema((await (await post({ query: Schema.question })).json()).data.__schema, { trail: at('trail'), page: at('page'), search: at('search'), write });
  const { name, role, organization } = data.viewer;
  at('name').textContent = name === organization.name ? name : `${name}, ${role.toLowerCase().replaceAll('_', ' ')}`;
  offer(role === 'PARTNER' ? forPartners : forPeople);
  show(true);
  at('query').focus();
}

function show(inside) {
  for (const form of [at('with-token'), at('with-secret')]) form.reset();
  at('arrival').hidden = inside;
  at('desk').hidden = at('who').hidden = !inside;
  warn('');
}

function arrive(form, enter) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector('button');
    button.disabled = true;
    try {
      await enter();
    } catch (error) {
      warn(sentence(error));
    } finally {
      button.disabled = false;
    }
  });
}

arrive(at('with-token'), () => begin(at('token').value));
arrive(at('with-secret'), async () => {
  const basic = [at('client').value, at('secret').value].map((s) => encodeURIComponent(s.trim())).join(':');
  const response = await fetch('/oauth/token', {
    method: 'POST',
    credentials: 'omit',
    headers: { authorization: `Basic ${btoa(basic)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const granted = await response.json();
  if (!granted.access_token) throw new Error(granted.error_description);
  await begin(granted.access_token);
});

function end() {
  running?.abort();
  token = '';
  schema = undefined;
  earlier.length = 0;
  for (const id of ['query', 'variables', 'headers', 'search']) at(id).value = '';
  for (const id of ['result', 'page', 'trail', 'examples', 'name']) at(id).replaceChildren();
  at('status').textContent = 'Nothing was asked yet.';
  list();
  show(false);
  at('token').focus();
}
at('leave').addEventListener('click', end);

function offer(examples) {
  at('examples').replaceChildren(...examples.map(({ title }) => new Option(title)));
  at('examples').onchange = () => write(examples[at('examples').selectedIndex]);
  write(examples[0]);
}

// write puts a document onto the desk.
function write({ query, variables, headers }) {
  at('query').value = query;
  at('variables').value = variables ? (typeof variables === 'string' ? variables : JSON.stringify(variables, null, 2)) : '';
  at('headers').value = headers ?? '';
  look();
}

// look sees which operations there are, and what asking would do.
function look() {
  const found = operations(at('query').value);
  const chosen = at('operation').value;
  at('several').hidden = found.length < 2;
  at('operation').replaceChildren(...found.map(({ name }) => new Option(name)));
  if (found.some(({ name }) => name === chosen)) at('operation').value = chosen;
  const one = found.length > 1 ? found[at('operation').selectedIndex] : found[0];
  at('run').textContent = { mutation: 'Record', subscription: 'Follow' }[one?.kind] ?? 'Ask';
  return one;
}
at('query').addEventListener('input', look);
at('operation').addEventListener('change', look);
at('query').addEventListener('keydown', shortcut);
at('variables').addEventListener('keydown', shortcut);
function shortcut(event) {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  at('ask').requestSubmit();
}

function object(id, label) {
  const text = at(id).value.trim();
  if (!text) return {};
  try {
    const value = JSON.parse(text);
    if (value && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch (error) {
    at(id).focus();
    throw new Error(`${label} cannot be read: ${error.message}`);
  }
  at(id).focus();
  throw new Error(`${label} are a JSON object, such as {"first": 10}.`);
}

at('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (running) return;
  warn('');
  const abort = new AbortController();
  try {
    const query = at('query').value;
    const one = look();
    const variables = object('variables', 'Variables');
    const headers = Object.fromEntries(Object.entries(object('headers', 'Headers')).map(([name, value]) => [name.toLowerCase(), String(value)]));
    remember({ query, variables: at('variables').value, headers: at('headers').value });
    running = abort;
    at('run').disabled = true;
    at('stop').hidden = false;
    at('status').textContent = 'Asking…';
    if (one?.kind === 'subscription') headers.accept = 'text/event-stream';
    const began = performance.now();
    const body = { query, variables, ...(one?.name && { operationName: one.name }) };
    const response = await post(body, headers, abort.signal);
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) await follow(response);
    else await tell(response, began);
  } catch (error) {
    if (abort.signal.aborted) at('status').textContent = 'Stopped.';
    else warn(sentence(error));
  } finally {
    running = undefined;
    at('run').disabled = false;
    at('stop').hidden = true;
  }
});
at('stop').addEventListener('click', () => running?.abort());

async function tell(response, began) {
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  at('result').textContent = answer ? JSON.stringify(answer, null, 2) : text;
  const parts = [String(response.status), `${Math.round(performance.now() - began)} ms`, `${new Blob([text]).size.toLocaleString('en')} bytes`];
  const cost = answer?.extensions?.cost;
  if (cost) parts.push(`${cost.actual} of ${cost.requested} points, ${cost.remaining} left`);
  if (answer?.errors) parts.push(answer.errors.length === 1 ? '1 error' : `${answer.errors.length} errors`);
  at('status').textContent = parts.join(' · ');
  if (response.status === 401) {
    end();
    warn(answer?.errors?.[0]?.message ?? 'The token has ended.');
  }
}

// follow shows what a subscription told last, the newest first.
async function follow(response) {
  const told = []; // the last 50
  let times = 0;
  let rest = '';
  for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
    at('status').textContent = `Following · told ${times === 1 ? 'once' : `${times} times`}`;
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      times++;
      if (told.unshift(JSON.parse(line.slice(6))) > 50) told.pop();
    }
    at('result').textContent = told.map((t) => JSON.stringify(t, null, 2)).join('\n\n');
  }
  at('status').textContent = 'The stream ended.';
}

function remember(asked) {
  const same = earlier.findIndex(({ query, variables }) => query === asked.query && variables === asked.variables);
  if (same >= 0) earlier.splice(same, 1);
  earlier.unshift(asked);
  earlier.length = Math.min(earlier.length, 20);
  list();
}

function list() {
  at('earlier').replaceChildren(...earlier.map((asked) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link name';
    button.textContent = asked.query.replace(/\s+/g, ' ').slice(0, 70);
    button.addEventListener('click', () => write(asked));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}
