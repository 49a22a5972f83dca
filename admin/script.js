// Shows times in the reader's own time zone, and keeps a live page up to date:
// every few seconds the page fetches itself and replaces the rows that differ,
// one by one, so that focus, selection and scroll position stay.
'use strict';

const every = 2000; // milliseconds
const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'always'});
const full = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'medium'});
const zone = full.resolvedOptions().timeZone;
const short = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'short'});
const day = new Intl.DateTimeFormat('en', {dateStyle: 'medium'});

// A message has times in its platform's manners; those of 'date' and 'ago' are
// the page's own.
const manners = {
  date: t => full.format(t),
  ago,
  'slack-date': t => day.format(t),
  'discord-date': t => day.format(t),
};

function ago(t) {
  const seconds = Math.round((t - Date.now()) / 1000);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

function showTimes() {
  for (const e of document.querySelectorAll('time')) {
    const t = new Date(e.dateTime);
    const text = (manners[e.dataset.as] || (t => short.format(t)))(t);
    if (e.textContent !== text) {
      e.textContent = text;
      e.title = full.format(t);
    }
  }
}

const served = new Map(); // each row's id → its HTML as the server sent it

const rows = root => [...root.querySelectorAll('[data-list] > [id]')];

// busy reports whether a person answers a question in a row or selects its text.
function busy(row) {
  const selection = document.getSelection();
  return row.querySelector(':popover-open') || (!selection.isCollapsed && selection.containsNode(row, true));
}

// held reports whether a row must not move, since moving it would take the focus
// away or close a question. The rows that belong below it move instead.
const held = row => busy(row) || row.contains(document.activeElement);

function exchange(old, fresh) {
  const focused = old.contains(document.activeElement) && document.activeElement.id;
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({preventScroll: true});
}

function updateList(list, fresh) {
  let place = null; // the row before the next one
  for (const row of [...fresh.children]) {
    const old = document.getElementById(row.id);
    const html = row.outerHTML;
    let now = old;
    if (!old) {
      now = document.importNode(row, true);
    } else if (served.get(row.id) !== html && !busy(old)) {
      now = document.importNode(row, true);
      exchange(old, now);
    }
    if (now !== old) served.set(row.id, html);
    const next = place ? place.nextElementSibling : list.firstElementChild;
    if (next !== now && !held(now)) list.insertBefore(now, next);
    place = now;
  }
  for (const row of [...list.children]) {
    if (!fresh.querySelector('#' + CSS.escape(row.id)) && !busy(row)) row.remove();
  }
}

function update(page) {
  for (const list of document.querySelectorAll('[data-list]')) {
    const fresh = page.getElementById(list.id);
    if (fresh) updateList(list, fresh);
  }
}

async function refresh() {
  const connection = document.getElementById('connection');
  try {
    const answer = await fetch(location.href, {signal: AbortSignal.timeout(10000)});
    if (!answer.ok) throw new Error(answer.status);
    update(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    connection.hidden = true;
  } catch {
    if (connection.hidden) {
      connection.textContent = 'polarbell has not answered since ' + full.format(new Date()) + '. The page shows what it knew then.';
      connection.hidden = false;
    }
  }
  showTimes();
}

async function live() {
  for (;;) {
    await new Promise(done => setTimeout(done, every));
    if (!document.hidden) await refresh();
  }
}

document.getElementById('zone').textContent = 'Times are in your time zone, ' + zone + '.';
document.addEventListener('visibilitychange', () => {
  if ('live' in document.body.dataset && !document.hidden) refresh();
});

// A notice is shown once: a reload must not ask for it again.
if (new URLSearchParams(location.search).has('notice')) history.replaceState(null, '', location.pathname);
for (const row of rows(document)) served.set(row.id, row.outerHTML);
showTimes();
if ('live' in document.body.dataset) live();
