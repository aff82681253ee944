// What there is to try, for systems of institutions and for people.
const who = { title: 'Who am I', query: '{\n  viewer { name role organization { id name } }\n}' };

export const forPartners = [
  {
    title: 'What changed',
    query: `query Changes($after: Cursor) {
  changes(after: $after, first: 20) {
    changes {
      __typename
      ... on Upsert { node { __typename id version ... on Apprentice { displayName status } } }
      ... on Removal { id reason mustErase }
    }
    cursor
    upToDate
  }
}`,
    variables: { after: null },
  },
  { title: 'Learners', query: '{\n  apprentices(first: 10) {\n    edges { node { id displayName status currentRole { title } } }\n    pageInfo { hasNextPage endCursor }\n  }\n}' },
  { title: 'Credit of learners', query: '{\n  apprentices(first: 10) {\n    edges { node { displayName credits { edges { node { id courseCode credit unit state } } } } }\n  }\n}' },
  { title: 'Agreements', query: '{\n  agreements { id state }\n  articulationRules { id courseCode }\n}' },
  { title: 'Changes as they happen', query: 'subscription Follow {\n  changes(first: 5) {\n    changes { __typename ... on Upsert { node { id version } } ... on Removal { id reason } }\n    cursor\n  }\n}' },
  {
    title: 'Award credit',
    query: 'mutation Award($input: RecordCreditInput!) {\n  recordCredit(input: $input) {\n    credit { id state }\n    position\n    userErrors { code message path }\n  }\n}',
    variables: { input: { idempotencyKey: 'award-2026-FA-1177', apprenticeId: 'apprenticeship-…', externalRef: '2026-FA-1177', courseCode: 'CYB 110', credit: '3', grade: 'A-', term: 'Fall 2026' } },
  },
  who,
];

export const forPeople = [
  who,
  { title: 'What waits for me', query: '{\n  inbox { title }\n}' },
  { title: 'Learners', query: '{\n  apprentices(first: 10) {\n    edges { node { id displayName status progress { met total } } }\n    pageInfo { hasNextPage endCursor }\n  }\n}' },
  { title: 'Pathways', query: '{\n  pathways { id title stages { role { title } } }\n}' },
  { title: 'What waits, as it happens', query: 'subscription Waiting {\n  inbox { title }\n}' },
];
