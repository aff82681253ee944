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
