// One function draws the state, whoever changed it.
function draw() {
  const changed = document.documentElement.dataset.view !== state.view;
  document.documentElement.dataset.view = state.view;
  for (const a of document.querySelectorAll('nav a')) {
    if (a.hash.slice(1) === state.view) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  if (state.view === 'matrix' || state.view === 'results') {
    const ids = selected(state);
    showFilter(ids);
    if (state.view === 'matrix') drawMatrix(ids);
    else drawList(ids);
  }
  showEvidence();
  if (state.anchor) {
    const target = byID(state.anchor);
    target?.scrollIntoView();
    target?.focus({ preventScroll: true });
  } else if (changed) scrollTo(0, 0);
}

addEventListener('hashchange', () => {
  const next = parse(location.hash);
  if (!next) return; // an anchor within the view
  state = next;
  draw();
});

// Reading with the Tab key begins at the top, wherever the address led.
document.body.tabIndex = -1;
document.body.focus({ preventScroll: true });
document.body.removeAttribute('tabindex');
rove();
draw();
if (!state.anchor) scrollTo(0, 0);
performance.mark('usable');
