// The matrix of what passes the filter, drawn as matrix.tmpl draws it of all.
const table = byID('squares');
let drawn = address({ ...parse('#matrix') }); // the page comes with the matrix of everything

function drawMatrix(ids) {
  const key = address({ ...state, view: 'matrix', open: '', of: '' });
  if (key === drawn) return;
  drawn = key;
  const some = squares => [...squares.values()].some(asked);
  const all = state.all || state.verdict === 'not-applicable';
  const rows = gather(ids).filter(r => all || some(r.squares));
  const topologies = data.topologies.filter(t => rows.some(r => r.squares.has(t) && (all || asked(r.squares.get(t)))));
  const split = Boolean(state.by);
  const group = t => data.groups[data.topologies.indexOf(t)];
  const heads = ['Claim', 'Version', ...split ? ['Client'] : []];
  table.replaceChildren(el('thead', null,
    el('tr', null, ...heads.map(() => el('th')),
      ...[...Map.groupBy(topologies, group)].map(([name, of]) => el('th', { scope: 'colgroup', colspan: of.length, class: 'group' }, name))),
    el('tr', null, ...heads.map(h => el('th', { scope: 'col' }, h)),
      ...topologies.map(t => el('th', { scope: 'col', class: 'up' }, el('span', null, t))))));
  let chapter = '';
  for (const [id, ofClaim] of Map.groupBy(rows, r => r.claim)) {
    const body = el('tbody'), title = claims.get(id).chapter;
    if (title !== chapter) {
      table.append(el('tbody', { class: 'chapter' }, el('tr', null,
        el('th', { scope: 'rowgroup', colspan: heads.length }, title), el('td', { colspan: topologies.length }))));
    }
    chapter = title;
    ofClaim.forEach((row, n) => {
      const sameVersion = ofClaim.filter(r => r.version === row.version);
      body.append(el('tr', null,
        n === 0 ? el('th', { scope: 'rowgroup', rowspan: ofClaim.length }, el('a', { href: address({ ...parse('#results'), claim: id }), title: claims.get(id).statement }, id)) : undefined,
        split && row !== sameVersion[0] ? undefined : el('th', { scope: split ? 'rowgroup' : 'row', rowspan: split && sameVersion.length }, row.version),
        split ? el('th', { scope: 'row' }, row.client || '–') : undefined,
        ...topologies.map(t => drawSquare(row, t))));
    });
    table.append(body);
  }
  byID('nothing').hidden = rows.length > 0;
  rove();
}

// asked tells whether a square holds more than what does not apply.
const asked = counts => counts.some((n, s) => n > 0 && s > notApplicable);

// gather counts the results of each row's squares, in the order of reports.
function gather(results) {
  const rows = new Map();
  for (const i of results) {
    const client = state.by ? text('client', i) : '';
    const [claim, version, topology] = [text('claim', i), text('version', i), text('topology', i)];
    const key = [claim, version, client].join('\n');
    if (!rows.has(key)) rows.set(key, { claim, version, client, squares: new Map() });
    const squares = rows.get(key).squares;
    if (!squares.has(topology)) squares.set(topology, standings.map(() => 0));
    squares.get(topology)[columns.standing[i]]++;
  }
  const ids = [...claims.keys()];
  const order = r => [ids.indexOf(r.claim), data.versions.indexOf(r.version), r.client ? data.clients.indexOf(r.client) : data.clients.length];
  return [...rows.values()].map(r => [r, order(r)])
    .sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(([r]) => r);
}

function drawSquare(row, topology) {
  const counts = row.squares.get(topology);
  if (!counts) return el('td', { class: 'absent' });
  const worst = counts.findLastIndex(n => n > 0);
  const { kind, mark, words } = standings[worst];
  const apply = counts.reduce((a, b) => a + b) - counts[notApplicable];
  let short = mark, long = words;
  if (worst > notApplicable) {
    short += counts[worst] + (worst > confirmed ? `/${apply}` : '');
    long += `: ${counts[worst]} of ${apply}`;
  }
  const open = `${row.version} ${topology} ${row.claim}`;
  const of = row.client || '';
  return el('td', { class: kind }, el('a', { href: address({ ...state, view: 'matrix', open, of }), 'aria-label': long }, short));
}

// One square of the matrix is in the tab order; arrow keys move from there.
function rove() {
  const links = table.querySelectorAll('a');
  for (const a of links) a.tabIndex = -1;
  const first = table.querySelector('td a') ?? links[0];
  if (first) first.tabIndex = 0;
}

function focusSquare(a) {
  if (!a) return;
  table.querySelector('a[tabindex="0"]')?.setAttribute('tabindex', '-1');
  a.tabIndex = 0;
  a.focus();
}

const inRow = tr => [...tr.querySelectorAll('a')];
const fromRight = a => { const cell = a.parentElement; return cell.parentElement.children.length - 1 - cell.cellIndex; };

function below(a, step) {
  const rows = [...table.tBodies].flatMap(b => [...b.rows]);
  const column = fromRight(a);
  for (let n = rows.indexOf(a.closest('tr')) + step; rows[n]; n += step) {
    const next = inRow(rows[n]).find(x => fromRight(x) === column);
    if (next) return next;
  }
  return null;
}

table.addEventListener('keydown', e => {
  const a = e.target.closest('a');
  if (!a || e.altKey || e.metaKey) return;
  const row = inRow(a.closest('tr'));
  const moves = {
    ArrowRight: () => row[row.indexOf(a) + 1], ArrowLeft: () => row[row.indexOf(a) - 1],
    ArrowDown: () => below(a, 1), ArrowUp: () => below(a, -1),
    Home: () => e.ctrlKey ? table.querySelector('td a') : row[0],
    End: () => e.ctrlKey ? inRow(table).at(-1) : row.at(-1),
    ' ': () => { a.click(); return null; },
  };
  if (!moves[e.key]) return;
  e.preventDefault();
  focusSquare(moves[e.key]());
});
