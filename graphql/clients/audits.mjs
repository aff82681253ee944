import { serverAudits } from 'graphql-http';
import { college, expect, url } from './guildhall.mjs';

const audits = serverAudits({ url, fetchFn: (to, how = {}) => fetch(to, { ...how, headers: { ...how.headers, ...college } }) });
let ok = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === 'ok') ok++;
  else console.error(result.status, result.name, result.reason);
}
console.log(`${ok} of ${audits.length} audits of graphql-http pass`);
expect(ok === audits.length && ok === 61, `${ok} of ${audits.length}`);
