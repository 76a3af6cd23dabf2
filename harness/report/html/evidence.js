// The evidence of a square, or of one result.
const dialog = byID('evidence'), body = byID('evidence-body'), title = byID('evidence-title');
let opened = '';

// meant gives the results that the state's open means.
function meant() {
  const [version, topology, claim, ...rest] = state.open.split(' ');
  const name = rest.join(' ');
  const passing = new Set(selected(name ? parse('#results') : state));
  const is = i => text('version', i) === version && text('topology', i) === topology && text('claim', i) === claim &&
    (!name || text('case', i) === name) && (!state.of || text('client', i) === state.of);
  return [...passing].filter(is).sort((a, b) => columns.standing[b] - columns.standing[a] || a - b);
}

function showEvidence() {
  const key = state.open && address({ ...state, by: '' });
  if (key === opened) return;
  opened = key;
  if (!key) {
    if (dialog.open) dialog.close();
    return;
  }
  const ids = meant();
  const [version, topology, claim] = state.open.split(' ');
  title.textContent = `${claim} on ${version} in ${topology}`;
  body.replaceChildren(
    el('p', null, 'Claimed: ', claims.get(claim)?.statement ?? ''),
    ids.length ? '' : el('p', null, 'Nothing in this run answers to this address.'),
    ...ids.map((i, n) => one(i, n === 0)));
  if (!dialog.open) dialog.showModal();
  title.focus();
  dialog.scrollTop = body.scrollTop = 0;
}

// one shows a result; its evidence is made when it is opened first.
function one(i, open) {
  const { kind, mark, words } = standing(i);
  const name = text('case', i) === '*' ? 'every case' : text('case', i);
  const box = el('details', { class: kind, open },
    el('summary', null, el('span', { class: `badge ${kind}` }, `${mark} ${words}`), ` ${name}`));
  const fill = () => { if (box.open && box.children.length === 1) box.append(proof(i)); };
  box.addEventListener('toggle', fill);
  if (open) fill();
  return box;
}

function proof(i) {
  const found = evidence(i) || {};
  const { alert, control, log, negotiated, transcript, kind, facts, ...others } = found;
  const started = kind === 'start' ? facts : undefined;
  const claim = claims.get(text('claim', i));
  const refuted = [refutedKnown, refutedNew].includes(columns.standing[i]);
  const steps = kind === 'connect' ? handshake(facts) : [];
  const settings = data.configured[text('topology', i)];
  return definitions({
    finding: text('finding', i) ? el('b', null, text('finding', i)) : '', tried: text('attempt', i), wanted: text('want', i), saw: text('saw', i), reason: text('reason', i),
    known: text('known', i), 'worth knowing': text('remark', i), 'what to do': refuted ? claim.remediation : '',
    client: text('attempt', i) ? `${text('client', i)} at ${text('port', i)}, identity ${text('identity', i)}` : '',
    alert, negotiated, control,
    connection: steps.length ? el('ol', { class: 'steps' }, ...steps.map(s => el('li', null, s))) : '',
    start: boot(started),
    transcript: transcript?.length ? el('pre', null, transcript.join('\n')) : '',
    "server's log": log && log !== started?.cause ? el('pre', null, log) : '',
    ...Object.fromEntries(Object.entries(others).map(([k, v]) => [k, typeof v === 'string' ? v : json(v)])),
    timing: timing(i, kind, facts),
    configured: settings ? el('pre', null, settings.join('\n')) : '',
    again: again(i) ? copied(again(i)) : '',
    server: [text('server_version', i), text('provider', i), text('digest', i)].filter(Boolean).join(', '),
    facts: facts ? el('details', null, el('summary', null, 'as recorded'), json(facts)) : '',
    evidence: evidence(i) === 0 ? 'This page had no room for it: results.json has it.' : '',
  });
}

const json = v => el('pre', null, JSON.stringify(v, null, 2));

function timing(i, kind, facts) {
  const all = [];
  if (facts?.seconds && kind === 'connect') all.push(`${seconds(facts.seconds)} from the first packet to the end`);
  if (data.seconds[i]) all.push(`${seconds(data.seconds[i])} for the case`);
  return all.join(', ');
}

function definitions(entries) {
  return el('dl', null, ...Object.entries(entries).filter(([, v]) => v !== undefined && v !== '')
    .flatMap(([name, v]) => [el('dt', null, name), el('dd', null, v)]));
}

// copied shows a command with a button that copies it.
function copied(command) {
  const button = el('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = 'Selected';
    }
  });
  return el('div', { class: 'command' }, el('pre', null, command), button);
}

dialog.addEventListener('close', () => { if (state.open) go({ open: '', of: '' }, true); });
dialog.addEventListener('click', e => { if (e.target === dialog) dialog.close(); });
byID('close').addEventListener('click', () => dialog.close());
addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('dialog details, .remarks details')) d.open = true; });
