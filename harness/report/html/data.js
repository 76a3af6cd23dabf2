// The data, as html_data.go and html_evidence.go pack it.
const data = JSON.parse(document.getElementById('data').textContent);
const columns = data.columns;
const total = data.seconds.length;
const claims = new Map(data.claims.map(([id, statement, severity, remediation, chapter]) => [id, { id, statement, severity, remediation, chapter }]));
const standings = data.standings.map(([kind, mark, words]) => ({ kind, mark, words }));
const place = kind => standings.findIndex(s => s.kind === kind);
const [notApplicable, confirmed, refutedKnown, refutedNew, unjudged] = ['not-applicable', 'confirmed', 'refuted-known', 'refuted', 'unjudged'].map(place);
const judged = i => columns.standing[i] > notApplicable && columns.standing[i] !== unjudged;
const judgedInAll = data.seconds.filter((_, i) => judged(i)).length;

// text gives a column's text for result i.
const text = (name, i) => data.texts[columns[name][i]];
const standing = i => standings[columns.standing[i]];
const again = i => text('again', i).replace('{cell}', `VERSION=${text('version', i)} TOPOLOGY=${text('topology', i)}`);

// evidence gives the evidence of result i: null where there is none, 0 where
// the page had no room for it. It is unpacked when the first one is asked for.
let proofs;
function evidence(i) {
  proofs ??= JSON.parse(document.getElementById('proofs').textContent);
  return unpack(proofs.results[i]);
}

function unpack(v) {
  if (v === null || v === 0 || typeof v === 'boolean') return v;
  if (typeof v === 'number') return proofs.texts[v];
  if (!Array.isArray(v)) return 'l' in v ? v.l.map(item) : v.n;
  return Object.fromEntries(proofs.shapes[v[0]].map((key, n) => [key, item(v[n + 1])]));
}

// item unpacks what is inside of evidence, where 0 is the first text.
const item = v => v === 0 ? proofs.texts[0] : unpack(v);

// el makes an element. Whatever servers said goes in as text, never as markup.
function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === true) e.setAttribute(key, '');
    else if (value !== undefined && value !== false) e.setAttribute(key, value);
  }
  e.append(...children.filter(c => c !== undefined && c !== ''));
  return e;
}

const byID = id => document.getElementById(id);
