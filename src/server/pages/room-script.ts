/**
 * The page's script (a module, run by the reader's browser). It only quickens what the page does without it: it asks the
 * server for the changed part instead of reloading, and sends the order. All words come from the server but the order's result.
 *
 * The order's idempotency key is kept in sessionStorage until the order is decided, so that a reload or a second tap is the
 * same order; 503 is tried again with it, as http.md says is always safe.
 */
export const roomScript = `
const room = document.getElementById('room');
const live = document.getElementById('live');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let timer = 0;
let ordering = false;
let failures = 0;

function localTimes(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    const sameDay = at.toDateString() === new Date().toDateString();
    time.textContent = at.toLocaleString([], sameDay ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
  }
}

function announce(text) {
  if (live.textContent !== text) live.textContent = text;
}

function show(next) {
  localTimes(next);
  const now = room.firstElementChild;
  const address = next.dataset.address;
  if (address && address !== location.pathname + location.search) history.replaceState(null, '', address);
  if (now.dataset.state === next.dataset.state) {
    for (const part of next.querySelectorAll('[data-part]')) {
      const old = now.querySelector('[data-part="' + part.dataset.part + '"]');
      if (old && old.textContent !== part.textContent) old.textContent = part.textContent;
    }
    now.dataset.refresh = next.dataset.refresh;
    now.dataset.pass = next.dataset.pass;
    now.dataset.say = next.dataset.say;
  } else {
    const hadFocus = now.contains(document.activeElement);
    room.replaceChildren(next);
    document.title = next.dataset.title;
    if (hadFocus || next.dataset.state === 'admitted') next.querySelector('h1').focus({ preventScroll: true });
  }
  announce(next.dataset.say);
  plan();
}

async function refresh(address) {
  clearTimeout(timer);
  try {
    const separator = address.includes('?') ? '&' : '?';
    const answer = await fetch(address + separator + 'part=room', { headers: { accept: 'text/html' } });
    const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
    if (!parsed || !parsed.dataset.state) throw new Error('no room');
    failures = 0;
    if (!ordering) show(document.adoptNode(parsed));
  } catch {
    failures += 1;
    plan();
  }
}

function plan() {
  clearTimeout(timer);
  const ms = Number(room.firstElementChild.dataset.refresh);
  if (!ms) return;
  // Spread out, so that a crowd that came together does not ask together; slower while the server does not answer.
  const wait = ms * (0.9 + Math.random() * 0.2) * Math.min(8, 2 ** failures);
  timer = setTimeout(() => refresh(location.pathname + location.search), wait);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function result(text, good, orderId) {
  const box = room.querySelector('.result');
  box.textContent = text;
  if (orderId) {
    const code = document.createElement('code');
    code.textContent = orderId;
    box.append(document.createElement('br'), code);
  }
  box.classList.toggle('bad', !good);
  box.hidden = false;
  announce(text);
}

function ordered(form) {
  const card = room.firstElementChild;
  card.dataset.state = 'ordered';
  form.hidden = true;
  for (const gone of card.querySelectorAll('.facts, .pass')) gone.hidden = true;
  for (const step of card.querySelectorAll('[aria-current]')) {
    step.removeAttribute('aria-current');
    step.className = 'done';
    step.firstElementChild.textContent = '\\u2713';
  }
  card.querySelector('.badge').lastChild.textContent = 'Ordered';
  card.querySelector('.lead').textContent = 'Your order is accepted. Keep its number: with it you can look it up or cancel it.';
  const title = card.querySelector('h1');
  title.textContent = document.title = 'It is yours';
  title.focus({ preventScroll: true });
}

const refusals = {
  sold_out: 'The last one was taken a moment before. Nothing was ordered.',
  limit_reached: 'You already have as many as one buyer may have.',
  paused: 'The sale was paused just now. Try again when it goes on.',
  sale_closed: 'The sale is over.',
  not_open: 'The sale is not open yet.',
  pass_refused: 'Your pass is no longer valid. Take a new place.',
  key_reused: 'You have ordered something else with this page. Reload it to order again.',
};

async function order(form, button) {
  const { productId, quantity, userId, saleId } = form.dataset;
  const slot = ['fluxgate', saleId, userId, productId, quantity].join(' ');
  const key = sessionStorage.getItem(slot) || newKey();
  sessionStorage.setItem(slot, key);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    let answer, body;
    try {
      answer = await fetch('/order', {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'x-idempotency-key': key, 'x-queue-pass': room.firstElementChild.dataset.pass },
        body: JSON.stringify({ saleId, userId, productId, quantity: Number(quantity) }),
      });
      body = await answer.json();
    } catch {
      answer = answer || { status: 503, ok: false, headers: new Headers() };
    }
    if (answer.ok) {
      ordered(form);
      result('Order number', true, body.orderId);
      announce('Your order is accepted. Order number ' + body.orderId);
      return true;
    }
    if (answer.status !== 503 && answer.status !== 429) {
      if (answer.status === 409 || answer.status === 403) sessionStorage.removeItem(slot);
      result((body && (refusals[body.code] || body.error)) || 'That did not work. Please try again.', false);
      return false;
    }
    result('Still working on it. Please keep this page open; nothing is ordered twice.', true);
    await pause(1000 * Math.min(30, Number(answer.headers.get('retry-after')) || 1) * (0.8 + Math.random() * 0.4));
  }
  result('We could not find out yet. Tap again: it is the same order, never a second one.', false);
  return false;
}

room.addEventListener('submit', async (event) => {
  const form = event.target;
  const button = form.querySelector('button');
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  try {
    if (form.dataset.order === undefined) {
      await refresh('/waiting-room?' + new URLSearchParams(new FormData(form)));
    } else {
      ordering = true;
      clearTimeout(timer);
      if (!(await order(form, button))) {
        ordering = false;
        plan();
      }
    }
  } finally {
    button.disabled = false;
  }
});

localTimes(room);
const joining = room.querySelector('form[data-join]');
if (joining) joining.requestSubmit();
else plan();
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !ordering && Number(room.firstElementChild.dataset.refresh)) refresh(location.pathname + location.search);
});
`;
