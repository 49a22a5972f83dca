// Shows times in the reader's own zone, and keeps a live page up to date: every
// few seconds it fetches itself and exchanges the rows that differ, one by one,
// so that focus, selection and scroll position stay.
'use strict';

const every = 2000; // milliseconds
const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'always'});
const full = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'medium'});
const short = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'short'});

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
    const manner = e.dataset.as;
    const text = manner === 'ago' ? ago(t) : manner === 'date' ? full.format(t) : short.format(t);
    if (e.textContent !== text) {
      e.textContent = text;
      e.title = full.format(t);
    }
  }
}

const served = new Map(); // each row's id → its HTML as the server sent it

const rows = root => [...root.querySelectorAll('[data-list] > [id]')];

// busy keeps a row that a person is reading from or answering in.
function busy(row) {
  const selection = document.getSelection();
  return row.querySelector(':popover-open') || (!selection.isCollapsed && selection.containsNode(row, true));
}

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
    if (next !== now) list.insertBefore(now, next);
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
      connection.textContent = 'polarbell does not answer since ' + full.format(new Date()) + '. This is what it told then.';
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

// What an action said is said once.
if (new URLSearchParams(location.search).has('notice')) history.replaceState(null, '', location.pathname);
for (const row of rows(document)) served.set(row.id, row.outerHTML);
showTimes();
if ('live' in document.body.dataset) live();
