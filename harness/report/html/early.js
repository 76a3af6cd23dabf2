// Runs before anything is painted: which view is shown is settled from the
// address at once, so that nothing jumps.
(root => {
  const views = ['overview', 'steps', 'findings', 'matrix', 'results', 'changes', 'audit', 'run'];
  const name = location.hash.slice(1).split('?')[0];
  root.classList.add('js');
  root.dataset.view = name.startsWith('finding-') ? 'findings' : name.startsWith('changed-') ? 'changes' : views.includes(name) ? name : 'overview';
})(document.documentElement);
