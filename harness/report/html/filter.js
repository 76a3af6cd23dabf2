// Which results pass the filter.
const form = byID('filters');

const verdicts = {
  unexpected: s => s >= refutedNew,
  'any-refuted': s => s === refutedKnown || s === refutedNew,
};
const searched = ['claim', 'case', 'version', 'topology', 'client', 'port', 'identity', 'attempt', 'want', 'saw', 'reason', 'known', 'remark', 'finding'];
let lower;

// selected gives the numbers of the results that pass.
function selected(s) {
  const tests = [];
  for (const name of ['claim', 'version', 'topology', 'client']) {
    if (!s[name]) continue;
    const at = data.texts.indexOf(s[name]);
    tests.push(i => columns[name][i] === at);
  }
  if (s.verdict) {
    const kind = place(s.verdict);
    const passes = verdicts[s.verdict] ?? (x => x === kind);
    tests.push(i => passes(columns.standing[i]));
  }
  for (const word of s.q.toLowerCase().split(/\s+/).filter(Boolean)) tests.push(holding(word));
  const ids = [];
  for (let i = 0; i < total; i++) if (tests.every(t => t(i))) ids.push(i);
  return ids;
}

// holding tests whether any text of a result holds the word. Each text is
// looked at once, however many results have it.
function holding(word) {
  lower ??= data.texts.map(t => t.toLowerCase());
  const has = lower.map(t => t.includes(word));
  return i => searched.some(name => has[columns[name][i]]);
}

// showFilter fills the form in from the state.
function showFilter(ids) {
  for (const field of form.elements) {
    if (field.type === 'checkbox') field.checked = state[field.name] === field.value;
    else if (field.name === 'q') {
      if (document.activeElement !== field || !typing) field.value = state.q;
    } else if (field.tagName === 'SELECT') {
      field.querySelector('.foreign')?.remove();
      const known = [...field.options].some(o => o.value === state[field.name]);
      if (!known) field.append(el('option', { class: 'foreign', value: state[field.name] }, `${state[field.name]} (not in this run)`));
      field.value = state[field.name];
    }
  }
  const of = n => n.toLocaleString('en'), n = ids.filter(judged).length;
  const outside = ids.filter(i => columns.standing[i] === notApplicable).length, left = ids.length - n - outside;
  byID('shown').textContent = `${n === judgedInAll ? '' : `${of(n)} of `}${of(judgedInAll)} judged, ${of(outside)} not applicable${left ? `, ${of(left)} unjudged` : ''}`;
}

// While somebody types, the address follows without a step for each letter.
let typing = false;
form.addEventListener('input', e => {
  const field = e.target;
  const value = field.type === 'checkbox' ? (field.checked ? field.value : '') : field.value;
  go({ [field.name]: value, open: '', of: '' }, field.name === 'q' && typing);
  typing = field.name === 'q';
});
form.addEventListener('focusout', () => { typing = false; });
form.addEventListener('submit', e => e.preventDefault());
form.addEventListener('reset', e => {
  e.preventDefault();
  typing = false;
  go(Object.fromEntries([...narrowing, 'by', 'all', 'open', 'of'].map(name => [name, ''])));
});
