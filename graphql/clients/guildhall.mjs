// What every script knows of the server that it runs against.
export const url = process.env.GUILDHALL_URL;
export const college = { authorization: `Bearer ${process.env.GUILDHALL_COLLEGE}` };
export const person = { authorization: `Bearer ${process.env.GUILDHALL_PERSON}` };

export const feed = `subscription Feed($after: Cursor, $first: Int) {
  changes(after: $after, first: $first) {
    cursor upToDate snapshot
    changes { __typename ... on Upsert { node { id version } } ... on Removal { id mustErase } }
  }
}`;

export function expect(is, ...told) {
  if (!is) {
    console.error('not as expected:', ...told.map((t) => (typeof t === 'string' ? t : JSON.stringify(t))));
    process.exit(1);
  }
}

// ask sends an operation in somebody's name.
export async function ask(authorization, query, variables) {
  const response = await fetch(url, { method: 'POST', headers: { ...authorization, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  return { status: response.status, ...(await response.json()) };
}

// change does a mutation in the name of the coordinator that nobody refuses.
export async function change(name, input, selection) {
  const type = name[0].toUpperCase() + name.slice(1) + 'Input!';
  const { data, errors } = await ask(person, `mutation($in: ${type}) { r: ${name}(input: $in) { ${selection} userErrors { code message } } }`, { in: { idempotencyKey: crypto.randomUUID(), ...input } });
  expect(!errors && data.r.userErrors.length === 0, name, errors ?? data.r.userErrors);
  return data.r;
}

// ids are the objects of a page of the feed.
export const ids = (page) => page.changes.map((c) => c.node?.id ?? c.id);

// whole is what the feed holds, pulled page by page.
export async function whole() {
  const query = `query($after: Cursor) { changes(after: $after, first: 50) { cursor upToDate changes { ... on Upsert { node { id version } } ... on Removal { id } } } }`;
  const all = [];
  for (let after = null; ; ) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...college, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { after } }),
    });
    const page = (await response.json()).data.changes;
    all.push(...ids(page));
    if (page.upToDate) return all;
    after = page.cursor;
  }
}
