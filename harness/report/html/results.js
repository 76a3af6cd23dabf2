// The list of results, worst first, drawn a part at a time.
const list = byID('list'), more = byID('more');
const part = 100;
let listed = [], listedFor = null;

function drawList(ids) {
  const key = address({ ...state, view: 'results', by: '', all: '', open: '', of: '' });
  if (key === listedFor) return;
  listedFor = key;
  listed = ids.slice().sort((a, b) => columns.standing[b] - columns.standing[a] || a - b);
  list.replaceChildren();
  drawMore();
}

function drawMore() {
  const from = list.children.length;
  list.append(...listed.slice(from, from + part).map(row));
  const left = listed.length - list.children.length;
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(part, left)} more of ${left}`;
  if (!listed.length) list.append(el('li', { class: 'soft' }, 'No result passes this filter.'));
}

function row(i) {
  const { kind, mark, words } = standing(i);
  const name = text('case', i) === '*' ? 'every case' : text('case', i);
  const open = ['version', 'topology', 'claim', 'case'].map(c => text(c, i)).join(' ');
  return el('li', { class: kind }, el('a', { href: address({ ...state, view: 'results', open, of: '' }) },
    el('span', { class: `badge ${kind}` }, `${mark} ${words}`),
    el('span', { class: 'what' }, el('b', null, text('claim', i)), ` ${name}`),
    el('span', { class: 'where' }, `${text('version', i)} ${text('topology', i)}`),
    el('span', { class: 'why' }, text('finding', i) || text('reason', i))));
}

more.addEventListener('click', () => {
  const from = list.children.length;
  drawMore();
  list.children[from]?.querySelector('a').focus();
});
new IntersectionObserver(seen => { if (seen.some(s => s.isIntersecting) && !more.hidden && list.children.length > part) drawMore(); },
  { rootMargin: '400px' }).observe(more);
