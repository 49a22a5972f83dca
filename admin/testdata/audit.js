// What accessibility checkers look for first; each fault is a line.
(() => {
  const faults = [];
  const fault = (what, e) => faults.push(what + (e ? ': ' + e.outerHTML.slice(0, 120) : ''));
  const all = selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
  const name = e => (e.getAttribute('aria-label') || e.textContent).trim();

  if (!document.documentElement.lang) fault('no language');
  if (!document.title) fault('no title');
  if (document.querySelectorAll('main').length !== 1) fault('not one main');
  if (all('h1').length !== 1) fault('not one h1');
  let level = 0;
  for (const h of all('h1, h2, h3, h4')) {
    const now = Number(h.tagName[1]);
    if (now > level + 1) fault('a heading level is left out', h);
    level = now;
  }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) fault('an id twice: ' + id);
  for (const e of all('input, select, textarea')) if (!e.labels?.length && !e.getAttribute('aria-label')) fault('no label', e);
  for (const e of all('button, a[href]')) if (!name(e)) fault('no name', e);
  for (const e of all('img')) if (!e.hasAttribute('alt')) fault('no alt', e);
  for (const e of document.querySelectorAll('th')) if (!e.scope) fault('no scope', e);
  for (const e of document.querySelectorAll('[aria-labelledby]')) {
    if (!document.getElementById(e.getAttribute('aria-labelledby'))) fault('labelled by nothing', e);
  }
  for (const e of all('button, input')) {
    const box = e.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) fault('too small to hit', e);
  }

  // Contrast by WCAG 2: 4.5 to 1, for large text 3 to 1.
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
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest('script, style')) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(numbers(style.color)), light(behind(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < wanted) fault('contrast ' + ratio.toFixed(2) + ' of “' + walker.currentNode.data.trim().slice(0, 30) + '”', e);
  }

  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) fault('scrolls sideways');
  return faults;
})()
