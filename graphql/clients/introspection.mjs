import * as sixteen from 'graphql';
import * as seventeen from 'graphql-17';
import { expect, person, url } from './guildhall.mjs';

const sdl = await (await fetch(`${url}/schema.graphql`)).text();
const every = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
for (const js of [sixteen, seventeen]) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...person, 'content-type': 'application/json' },
    body: JSON.stringify({ query: js.getIntrospectionQuery(every) }),
  });
  const { data, errors } = await response.json();
  expect(!errors, errors);
  const told = js.buildClientSchema(data);
  expect(js.validateSchema(told).length === 0, js.validateSchema(told).map(String));
  const print = (s) => js.printSchema(js.lexicographicSortSchema(s));
  expect(print(told) === print(js.buildSchema(sdl)), 'the schema that introspection tells is not the one that is served');
  console.log(`graphql-js ${js.version} builds and prints the schema`);
}
