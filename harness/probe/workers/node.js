// Makes attempts with Milvus's Node SDK for a probe: one JSON object a line, in
// and out. A request is one attempt; its answer says what the SDK said. The
// process ends when its input does.
'use strict';
const { writeSync } = require('node:fs');
const { createRequire } = require('node:module');

// The SDK reads its descriptions of the protocol anew for every client, which takes 20
// times as long as the connection (seen in 2.4.9 and 3.0.6). They are the same for all:
// read once for each file and its options. Nothing of a connection is kept.
const name = '@zilliz/milvus2-sdk-node', own = createRequire(require.resolve(name));
function readOnce(reader, method) {
  const read = reader[method], kept = new Map();
  reader[method] = function (from, ...options) {
    if (!kept.has(from)) kept.set(from, new Map());
    const key = JSON.stringify(options), known = kept.get(from);
    if (!known.has(key)) known.set(key, read.call(this, from, ...options));
    return known.get(key);
  };
}
readOnce(own('protobufjs'), 'loadSync');
readOnce(own('protobufjs').Root, 'fromJSON');
readOnce(own('@grpc/proto-loader'), 'loadSync');
readOnce(own('@grpc/proto-loader'), 'fromJSON');
const sdk = require(name);

const held = new Map();
const say = answer => writeSync(1, JSON.stringify(answer) + '\n');
console.log = console.info = console.error; // what the SDK prints must not meet the answers
// The SDK connects by itself, and that promise is rejected beside the one that
// is waited for (seen in 2.4.9).
process.on('unhandledRejection', () => {});

function connect(r) {
  const config = {
    address: `${r.tls ? 'https://' : ''}${r.host}:${r.port}`, username: r.user, password: r.password,
    timeout: Math.round(r.seconds * 1000), maxRetries: 0, pool: { min: 1, max: 1 }, logLevel: 'none',
  };
  if (r.tls) {
    config.ssl = true;
    config.tls = { rootCertPath: r.ca };
    if (r.name) config.tls.serverName = r.name;
    if (r.cert) Object.assign(config.tls, { certChainPath: r.cert, privateKeyPath: r.key });
  }
  return new sdk.MilvusClient(config);
}

// The SDK gives an answer of the server as a value and not as an error.
function good(answer) {
  const status = answer.status ?? answer;
  if (status.error_code !== undefined && status.error_code !== 'Success') {
    throw Object.assign(new Error(status.reason), { answered: status.error_code });
  }
  return answer;
}

async function data(client, r, step) {
  const rows = Array.from({ length: 16 }, (_, i) => ({ id: i + 1, vector: [i, i * i, 1, 0] }));
  const collection_name = r.collection;
  step('create collection');
  good(await client.createCollection({
    collection_name,
    fields: [
      { name: 'id', data_type: sdk.DataType.Int64, is_primary_key: true, autoID: false },
      { name: 'vector', data_type: sdk.DataType.FloatVector, dim: 4 },
    ],
  }));
  try {
    step('insert');
    good(await client.insert({ collection_name, data: rows }));
    step('create index');
    good(await client.createIndex({ collection_name, field_name: 'vector', index_type: 'FLAT', metric_type: 'L2', params: {} }));
    step('load');
    good(await client.loadCollectionSync({ collection_name }));
    step('search');
    const found = good(await client.search({
      collection_name, data: [rows[8].vector], anns_field: 'vector', limit: 1, metric_type: 'L2', params: {},
      consistency_level: sdk.ConsistencyLevelEnum.Strong,
    }));
    const hits = found.results.flat();
    if (hits.length !== 1 || Number(hits[0].id) !== rows[8].id) {
      throw new Error(`searched for row ${rows[8].id} and found ${JSON.stringify(hits)}`);
    }
  } finally {
    step('drop collection');
    good(await client.dropCollection({ collection_name }));
  }
}

async function attempt(r) {
  let client, step = 'connect', answer;
  try {
    client = connect(r);
    await client.connectPromise;
    step = 'list collections';
    good(await client.listCollections({ timeout: Math.round(r.seconds * 1000) }));
    if (r.ask === 'data') await data(client, r, next => { step = next; });
    answer = { served: true };
  } catch (error) {
    const code = Object.entries(require('@grpc/grpc-js').status).find(([, n]) => n === error.code)?.[0] ?? '';
    const kind = error.answered === undefined ? error.constructor.name : `answer ${error.answered}`;
    answer = { kind, code, message: error.details || error.message || String(error), step };
  }
  if (r.hold) held.set(r.id, client);
  say({ id: r.id, ...answer }); // before its connection ends
  if (!r.hold) client?.closeConnection().catch(() => {});
}

say({ ready: sdk.MilvusClient.sdkInfo.version });
require('node:readline').createInterface({ input: process.stdin })
  .on('line', line => {
    const r = JSON.parse(line);
    if (r.ping) return say({ id: r.id });
    if (r.release) {
      held.get(r.release)?.closeConnection().catch(() => {});
      held.delete(r.release);
      return;
    }
    attempt(r);
  })
  .on('close', () => process.exit(0));
