// What accessibility checkers look for (the rules that axe-core has for pages
// such as these); each fault is a line.
(() => {
  const faults = [];
  const fault = (what, e) => faults.push(what + (e ? ': ' + e.outerHTML.slice(0, 120) : ''));
  const all = selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
  const text = e => [...e.childNodes].map(n => n.nodeType === 3 ? n.data
    : n.nodeType === 1 && n.getAttribute('aria-hidden') !== 'true' ? n.alt ?? text(n) : '').join('');
  const name = e => (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || text(e)).replace(/\s+/g, ' ').trim();

  // The page
  if (!document.documentElement.lang) fault('no language');
  if (!document.title) fault('no title');
  if (/maximum-scale|user-scalable/.test(document.querySelector('meta[name=viewport]').content)) fault('cannot be magnified');
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) fault('scrolls sideways');

  // Landmarks and headings
  for (const one of ['main', 'body > header', 'body > footer', 'h1']) if (all(one).length !== 1) fault('not one ' + one);
  for (const e of document.body.children) {
    if (!e.matches('header, main, footer, .skip, script')) fault('outside of the landmarks', e);
  }
  const skip = document.querySelector('.skip');
  if (!document.querySelector(skip?.getAttribute('href'))) fault('nothing to skip to');
  let level = 0;
  for (const h of all('h1, h2, h3, h4')) {
    const now = Number(h.tagName[1]);
    if (now > level + 1) fault('a heading level is left out', h);
    if (!name(h)) fault('an empty heading', h);
    level = now;
  }
  const label = e => e.getAttribute('aria-label') || document.getElementById(e.getAttribute('aria-labelledby'))?.textContent;
  const landmarks = all('form, nav, section, [role=region]').filter(e => label(e)).map(label);
  for (const one of landmarks.filter((l, i) => landmarks.indexOf(l) !== i)) fault('two landmarks of one name: ' + one);

  // References
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) fault('an id twice: ' + id);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'popovertarget', 'for']) {
    for (const e of document.querySelectorAll('[' + attribute + ']')) {
      if (!document.getElementById(e.getAttribute(attribute))) fault(attribute + ' leads to nothing', e);
    }
  }

  // Controls: a name, its own where it does something else, and large enough
  for (const e of all('input:not([type=hidden]), select, textarea')) if (!e.labels?.length && !e.getAttribute('aria-label')) fault('no label', e);
  for (const e of all('button, a[href]')) if (!name(e)) fault('no name', e);
  for (const e of all('img')) if (!e.hasAttribute('alt')) fault('no alt', e);
  for (const e of all('svg')) if (e.getAttribute('aria-hidden') !== 'true' && !e.querySelector('title')) fault('no name', e);
  const named = new Map();
  for (const e of all('button, a[href]')) {
    const does = e.getAttribute('popovertarget') || e.href || '';
    if (e.closest('.slack, .discord')) continue; // a message as people see it
    const same = named.get(name(e));
    if (same !== undefined && same !== does) fault('another one has the same name', e);
    named.set(name(e), does);
  }
  for (const e of all('[aria-label]')) {
    const seen = text(e).replace(/\s+/g, ' ').trim();
    if (e.matches('button') && seen && !e.getAttribute('aria-label').includes(seen)) fault('is not called what it reads', e);
  }
  const inText = e => getComputedStyle(e).display === 'inline' && text(e.parentElement).trim() !== text(e).trim();
  for (const e of all('button, input, select, a[href]')) {
    const box = e.getBoundingClientRect();
    const isRoomy = e.matches('a') && (inText(e) || box.height >= 17); // a line of its own has room around it
    if ((box.width < 24 || box.height < 24) && !isRoomy && !e.matches('.skip')) fault('too small to hit', e);
  }
  for (const e of all('main p a')) {
    if (!getComputedStyle(e).textDecorationLine.includes('underline') && !e.closest('.slack, .discord')) fault('a link that only its colour shows', e);
  }
  for (const e of all('button, a[href], input:not([type=hidden]), select, [tabindex]')) {
    if (document.querySelector(':popover-open')) break; // which keeps the focus
    e.focus({preventScroll: true});
    const style = getComputedStyle(e);
    if (document.activeElement !== e) fault('cannot be focused', e);
    else if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) fault('does not show its focus', e);
    e.blur();
  }
  for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) fault('an order of its own', e);
  for (const e of all('main *')) {
    if (e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY) && e.tabIndex < 0) fault('scrolls without the keyboard', e);
  }

  // Tables and lists
  for (const e of document.querySelectorAll('th')) if (!e.scope) fault('no scope', e);
  for (const e of all('th')) if (!name(e)) fault('an empty header', e);
  for (const table of document.querySelectorAll('table')) {
    if (!table.querySelector('thead th')) fault('no headers of columns', table);
    for (const row of table.querySelectorAll('tbody tr')) {
      if (!row.querySelector('th[scope=row]') && row.cells.length > 1) fault('no header of a row', row);
      if (row.cells.length > 1 && row.cells.length !== table.tHead.rows[0].cells.length) fault('cells without a header', row);
    }
  }
  for (const e of document.querySelectorAll('ol > *, ul > *')) if (e.tagName !== 'LI') fault('in a list, but not of it', e);
  for (const e of document.querySelectorAll('li')) if (!e.parentElement.matches('ol, ul')) fault('not in a list', e);
  for (const e of document.querySelectorAll('dt, dd')) if (!e.parentElement.matches('dl, dl > div')) fault('not in a list', e);

  // Contrast by WCAG 2: 4.5 to 1, for large text and the borders of fields 3 to 1.
  const numbers = colour => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (colour, e) => {
    const [a, b] = [light(numbers(colour)), light(behind(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  for (const e of all('input:not([type=hidden]), select')) {
    if (contrast(getComputedStyle(e).borderTopColor, e.parentElement) < 3) fault('its border is faint', e);
  }
  for (const e of all('.days rect')) if (contrast(getComputedStyle(e).fill, e) < 3) fault('a faint bar', e);

  // Words: seen well, and whole
  const block = e => getComputedStyle(e).display === 'inline' ? block(e.parentElement) : e;
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility() || e.closest('script, style, .hidden')) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = contrast(style.color, e);
    if (ratio < wanted) fault('contrast ' + ratio.toFixed(2) + ' of “' + node.data.trim().slice(0, 30) + '”', e);
    if (e.closest('.slack, .discord')) continue; // as narrow as the platforms have it
    for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const parts = [...range.getClientRects()];
      const fits = parts.reduce((sum, r) => sum + r.width, 0) <= block(e).clientWidth * 0.95;
      if (fits && new Set(parts.map(r => Math.round(r.top))).size > 1) fault('“' + word[0] + '” is broken', e);
    }
  }
  return faults;
})()
