// Every page works without this file. It saves page loads, keeps the focus where the work
// is, and moves out of the way what is not needed at the moment.

const calm = matchMedia('(prefers-reduced-motion: reduce)');

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-swap]');
  if (!form) return;
  event.preventDefault();
  const button = event.submitter;
  button?.setAttribute('aria-disabled', 'true');
  try {
    const data = new FormData(form, button);
    const body = form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data);
    const { page, url } = await load(form.action, { method: 'POST', body });
    swap(page, url, form.dataset.swap.split(' '), form.closest('li[id]')?.id);
  } catch {
    say('That did not reach Guildhall. Nothing was changed. Check your connection and try again.');
  } finally {
    button?.removeAttribute('aria-disabled');
  }
});

async function load(url, options) {
  const response = await fetch(url, options);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return { page, url: response.url };
}

// swap takes the named parts of this page from another one, or the whole of main if that
// page does not have them. What was sent from a row leads back to it.
function swap(page, url, names, row) {
  if (!names.every((name) => page.getElementById(name))) names = ['main'];
  const change = () => {
    document.title = page.title;
    history.replaceState(null, '', url);
    renew(page, ...names);
    const parts = names.map((name) => document.getElementById(name));
    const focus = parts.map((part) => part.querySelector('[data-focus]')).find(Boolean);
    const landing = focus ?? document.getElementById(row) ?? parts.at(-1).querySelector('h1, h2');
    if (landing) {
      landing.tabIndex = -1;
      landing.focus();
    }
    prepare();
  };
  if (document.startViewTransition && !calm.matches) document.startViewTransition(change);
  else change();
}

// renew takes parts from another page, and with them what counts beside every page.
function renew(page, ...names) {
  document.body.className = page.body.className;
  for (const name of [...names, 'nav', 'bell']) {
    const fresh = page.getElementById(name);
    if (fresh) document.getElementById(name)?.replaceWith(document.adoptNode(fresh));
  }
}

function say(text) {
  const notice = document.createElement('p');
  notice.className = 'notice bad';
  notice.textContent = text;
  document.getElementById('notices').replaceChildren(notice);
}

// prepare readies what has just come onto the page.
function prepare() {
  drafts();
  document.querySelectorAll('[data-print]').forEach((button) => { button.hidden = false; });
  document.querySelectorAll('form[data-bulk]').forEach(count);
  bars.disconnect();
  for (const bar of document.querySelectorAll('[data-bar-for]')) {
    const form = document.getElementById(bar.dataset.barFor);
    if (form?.querySelector('form')) bars.observe(form);
    else bar.hidden = true;
  }
}

const bars = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    document.querySelector(`[data-bar-for="${target.id}"]`).hidden = isIntersecting;
  }
});

document.addEventListener('change', ({ target }) => {
  const form = target.closest('form[data-bulk]');
  if (!form) return;
  if ('bulkAll' in target.dataset) boxes(form).forEach((box) => { box.checked = target.checked; });
  count(form);
});

const boxes = (form) => [...form.querySelectorAll('[data-minutes]')];

// count writes on the button how much it signs off.
function count(form) {
  const send = form.querySelector('[data-bulk-send]');
  const all = form.querySelector('[data-bulk-all]');
  if (!send) return;
  const chosen = boxes(form).filter((box) => box.checked);
  const minutes = chosen.reduce((sum, box) => sum + Number(box.dataset.minutes), 0);
  const time = [[Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']].filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(' ');
  send.dataset.idle ??= send.textContent;
  const words = chosen.length === 1 ? send.dataset.bulkOne : send.dataset.bulkSend;
  send.textContent = chosen.length ? words.replace('#', chosen.length).replace('*', time) : send.dataset.idle;
  send.disabled = !chosen.length;
  all.closest('label').hidden = false;
  all.checked = chosen.length === boxes(form).length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

// What is typed into a form with data-keep stays in this tab until it was sent, also when the
// session ends in between. A form that shows what was typed anyway has data-typed.
function drafts() {
  if (document.querySelector('#notices .notice:not(.bad)')) {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith('draft ') && JSON.parse(sessionStorage[name]).sent) delete sessionStorage[name];
    }
  }
  for (const form of document.querySelectorAll('form[data-keep]')) {
    const kept = sessionStorage[`draft ${form.dataset.keep}`];
    if ('typed' in form.dataset) keep(form);
    else if (kept) putBack(form, JSON.parse(kept).fields);
  }
}

const written = (form) => [...form.querySelectorAll('input:not([type=hidden], [type=file], [type=radio], [type=checkbox]), textarea')];

function keep(form, sent = false) {
  const fields = written(form).map(({ name, value }) => [name, value]);
  sessionStorage[`draft ${form.dataset.keep}`] = JSON.stringify({ fields, sent });
}

function putBack(form, fields) {
  let changed = false;
  for (const [name, value] of fields) {
    const field = written(form).find((f) => f.name === name);
    if (!field || field.value === value) continue;
    field.value = value;
    changed = true;
  }
  const told = form.querySelector('[data-kept]');
  if (told) told.hidden = !changed;
  if (changed) form.closest('details')?.setAttribute('open', '');
}

document.addEventListener('input', ({ target }) => {
  const form = target.closest('form[data-keep]');
  if (form) keep(form);
});

document.addEventListener('submit', ({ target }) => {
  if (target.matches('form[data-keep]')) keep(target, true);
  if (target.matches('form[action="/sign-out"]')) sessionStorage.clear();
}, { capture: true });

document.addEventListener('click', ({ target }) => {
  if (target.closest('[data-print]')) print();
  const form = target.closest('[data-forget]')?.closest('form');
  if (form) delete sessionStorage[`draft ${form.dataset.keep}`];
});

// A link to a row opens the form in it.
function unfold() {
  document.getElementById(location.hash.slice(1))?.querySelector('details.reveal')?.setAttribute('open', '');
}
addEventListener('hashchange', unfold);

// A page that names an event stream renews itself, except where somebody is typing.
const { live } = document.body.dataset;
if (live) {
  new EventSource(live).addEventListener('change', async () => {
    const busy = document.querySelector('main :is(input, textarea, select):focus, main :user-invalid, main details.reveal[open]');
    if (busy) return;
    const { page, url } = await load(location.href);
    if (url === location.href.split('#')[0]) renew(page, 'main');
    prepare();
  });
}

prepare();
unfold();
