// Shows every time in the reader's own time zone, in the platform's manner.
const clock = t => t.toLocaleTimeString([], {hour: 'numeric', minute: '2-digit'});
const midnight = t => new Date(t.getFullYear(), t.getMonth(), t.getDate());
const named = t => ({'-1': 'yesterday', 0: 'today', 1: 'tomorrow'})[Math.round((midnight(t) - midnight(new Date())) / 864e5)];
const capital = s => s[0].toUpperCase() + s.slice(1);
const day = (t, o) => t.toLocaleDateString([], o);
const manners = {
  'slack-date': t => day(t, {month: 'short', day: 'numeric', year: 'numeric'}),
  'discord-date': t => day(t),
  slack: t => (named(t) || day(t, {month: 'short', day: 'numeric', year: 'numeric'})) + ' ' + clock(t),
  discord: t => day(t, {month: 'long', day: 'numeric', year: 'numeric'}) + ' ' + clock(t),
  embed: t => named(t) ? capital(named(t)) + ' at ' + clock(t) : day(t) + ' ' + clock(t),
  clock,
};
for (const e of document.querySelectorAll('time')) {
  const t = new Date(e.dateTime);
  e.title = t.toLocaleString();
  e.textContent = manners[e.dataset.as](t);
}
