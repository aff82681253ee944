import { graphql } from './made/gql';
import type { LearnersQuery, LearnersQueryVariables, FeedSubscription } from './made/graphql';

export const learners = graphql(`
  query Learners($first: Int!, $after: String) {
    apprentices(first: $first, after: $after) { edges { node { id displayName status startedOn } } pageInfo { hasNextPage endCursor } }
  }
`);

export const feed = graphql(`
  subscription Feed($after: Cursor) {
    changes(after: $after) { cursor changes { __typename ... on Upsert { node { __typename id version } } ... on Removal { id mustErase } } }
  }
`);

export const variables: LearnersQueryVariables = { first: 20 };

export function names(page: LearnersQuery): string[] {
  return page.apprentices.edges.map((edge) => `${edge.node.displayName} since ${edge.node.startedOn ?? 'not yet'}`);
}

export function erased(page: FeedSubscription): string[] {
  return page.changes.changes.flatMap((change) => (change.__typename === 'Removal' && change.mustErase ? [change.id] : []));
}
