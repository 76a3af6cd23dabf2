// A probe's facts, told in the order in which they happened.
function handshake(facts) {
  if (!facts) return [];
  const steps = [];
  const say = (when, ...words) => { if (when) steps.push(words.join('')); };
  const port = facts.remote ? ` to ${facts.remote}` : '';
  say(facts.local || facts.remote, `connected${facts.local ? ` from ${facts.local}` : ''}${port}${facts.plaintext ? ', in plaintext' : ''}`);
  say(facts.version, `agreed on TLS ${facts.version}, ${facts.cipher ?? ''}${facts.alpn ? `, ALPN ${facts.alpn}` : ''}`);
  say(facts.server_cert, `the server showed certificate ${facts.server_cert}`);
  say(facts.cert_requested, 'the server asked for a client certificate');
  say(facts.client_cert, `the client sent certificate ${facts.client_cert}`);
  say(facts.cert_requested && !facts.client_cert && !facts.self_report_only, 'the client sent none');
  say(facts.handshake_done, 'the client saw the handshake complete');
  say(facts.self_report_only, 'this client cannot tell what it sent or was shown');
  say(facts.alert, `the server sent alert ${facts.alert?.code} (${facts.alert?.name})`);
  say(facts.dropped, 'the connection ended with neither an answer nor an alert');
  say(facts.end, `it ended: ${facts.end}`);
  say(facts.answer, `the API answered: ${facts.answer}${facts.status ? `, status ${facts.status}` : ''}`);
  say(facts.detail, facts.detail);
  return steps;
}

// boot tells what a start came to.
function boot(b) {
  if (!b) return undefined;
  const came = b.exited ? `ended by itself with status ${b.status}` : b.ready ? 'was ready' : 'was neither ready nor ended';
  return el('div', null,
    el('p', null, `The server ${came} after ${seconds(b.seconds)}.`),
    ...[b.cause, b.rest_log_line].filter(Boolean).map(line => el('pre', null, line)),
    b.survey?.length ? el('table', { class: 'digest' },
      el('thead', null, el('tr', null, ...['port', 'client', 'transport', 'outcome'].map(h => el('th', { scope: 'col' }, h)))),
      el('tbody', null, ...b.survey.map(s => el('tr', null, ...[s.port, s.client, s.transport, s.outcome].map(c => el('td', null, c ?? '')))))) : undefined);
}

function seconds(n) {
  if (n === undefined) return '';
  return n < 0.001 ? `${Math.round(n * 1e6)} µs` : n < 1 ? `${(n * 1000).toPrecision(3)} ms` : `${n.toFixed(1)} s`;
}
