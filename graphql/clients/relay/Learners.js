import { graphql } from 'relay-runtime';

graphql`
  query LearnersQuery($count: Int!) {
    ...Learners_page @arguments(count: $count)
  }
`;

graphql`
  fragment Learners_page on Query @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) @refetchable(queryName: "LearnersPaginationQuery") {
    apprentices(first: $count, after: $cursor) @connection(key: "Learners_apprentices") {
      edges { node { id displayName } }
    }
  }
`;

graphql`
  subscription LearnersFeedSubscription($after: Cursor) {
    changes(after: $after) { cursor changes { __typename ... on Upsert { node { __typename id version } } ... on Removal { id } } }
  }
`;

graphql`
  mutation LearnersRecordCreditMutation($input: RecordCreditInput!) {
    recordCredit(input: $input) { credit { id state } position userErrors { code message } }
  }
`;
