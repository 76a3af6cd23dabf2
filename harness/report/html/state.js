// The state is in the address and nowhere else: #VIEW?FILTER=VALUE&…, so that a
// link restores it, and so that back and forward work. open is what the evidence
// is shown of: "VERSION TOPOLOGY CLAIM", and " CASE" for one result alone.
const narrowing = ['q', 'claim', 'version', 'topology', 'client', 'verdict'];
const parameters = [...narrowing, 'by', 'all', 'open', 'of'];
const views = [...document.querySelectorAll('main > section')].map(section => {
  // The view is switched here. Were the section a target as well, the browser
  // would take the focus away from where it is.
  section.removeAttribute('id');
  return section.dataset.view;
});

// parse gives the state of an address; null where it leads to no view.
function parse(hash) {
  const [name, query = ''] = split(hash.slice(1), '?');
  const anchor = /^(finding|changed)-/.exec(name);
  const view = anchor ? { finding: 'findings', changed: 'changes' }[anchor[1]] : name || 'overview';
  if (!views.includes(view)) return null;
  const from = new URLSearchParams(query);
  const state = { view, anchor: anchor ? name : '' };
  for (const p of parameters) state[p] = from.get(p) ?? '';
  return state;
}

function split(s, at) {
  const i = s.indexOf(at);
  return i < 0 ? [s] : [s.slice(0, i), s.slice(i + 1)];
}

// address gives a state's address.
function address(state) {
  const query = new URLSearchParams();
  for (const p of parameters) if (state[p]) query.set(p, state[p]);
  return `#${state.view}${query.size ? '?' : ''}${query}`;
}

let state = parse(location.hash) ?? parse('#overview');

// go leads to a changed state; replace leaves no step to go back to.
function go(change, replace) {
  const to = address({ ...state, ...change });
  if (to === location.hash) return;
  if (replace) location.replace(to);
  else location.hash = to;
}
