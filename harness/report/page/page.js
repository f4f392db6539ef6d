// SPDX-License-Identifier: MIT
// The coverage report in a browser. All text comes from the embedded data and is only ever put in as text.
(() => {
  const index = JSON.parse(document.getElementById('index').textContent);
  const opened = new Map();
  const LETTERS = index.letters;
  const state = { arch: '', kernel: '', behaviour: '', verdict: '', outcome: '', trigger: '', mechanism: '', text: '' };

  // What a guest printed may hold what steers text; it is spelled out, newlines and tabs apart.
  const spell = (text) =>
    String(text).replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

  function make(name, attributes = {}, ...children) {
    const svg = ['svg', 'rect', 'text', 'g', 'title'].includes(name);
    const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value);
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== '') node.append(typeof child === 'object' ? child : spell(child));
    }
    return node;
  }

  const cellName = (cell) => `${cell.arch}/${cell.label}`;
  const verdictMark = (verdict) => make('span', { class: `v ${verdict}` }, `${LETTERS[verdict]} ${verdict}`);

  /** The whole of a cell: parsed when it is first looked at. */
  function contentOf(cell) {
    if (!opened.has(cell)) {
      opened.set(cell, JSON.parse(document.getElementById(`cell-${cell.number}`).textContent));
    }
    return opened.get(cell);
  }

  const shownCells = () =>
    index.cells.filter(
      (cell) => (state.arch === '' || cell.arch === state.arch) && (state.kernel === '' || cell.label === state.kernel),
    );

  function fits(cell, result) {
    const text = state.text.toLowerCase();
    return (
      (state.behaviour === '' || result.id.startsWith(`${state.behaviour}.`)) &&
      (state.verdict === '' || result.verdict === state.verdict) &&
      (state.outcome === '' || result.outcome === state.outcome) &&
      (state.trigger === '' || result.trigger === state.trigger) &&
      (state.mechanism === '' || result.mechanism === state.mechanism) &&
      (text === '' ||
        `${cellName(cell)} ${result.id} ${index.titles[result.id]} ${result.reason}`.toLowerCase().includes(text))
    );
  }

  /* The matrix. */
  function matrix() {
    const head = make(
      'tr',
      {},
      make('th', { scope: 'col' }, 'architecture / kernel'),
      index.behaviours.map((title, at) => make('th', { scope: 'col', title }, `${at + 1}`)),
    );
    const rows = shownCells().map((cell) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, `${cellName(cell)} `, make('span', { class: 'faint' }, cell.version)),
        cell.summary.map((tally, at) =>
          make(
            'td',
            {},
            make(
              'button',
              {
                type: 'button',
                class: tally.verdict,
                'data-cell': String(cell.number),
                'data-behaviour': String(at + 1),
                title: `${cellName(cell)}, behaviour ${at + 1}: ${tally.verdict}, ${tally.conforming} of ${tally.judged} conform${tally.unexpected > 0 ? ', not as expected' : ''}`,
                onclick: () => show(cell, at + 1),
              },
              tally.judged === 0
                ? '–'
                : `${LETTERS[tally.verdict]} ${tally.conforming}/${tally.judged}${tally.unexpected > 0 ? ' !' : ''}`,
            ),
          ),
        ),
      ),
    );
    const table = make(
      'table',
      { class: 'matrix' },
      make(
        'caption',
        {},
        'By sigtrap: the letter is the verdict, then how many clause results conform of those that apply; ! where something is not as expected. Arrow keys move, Enter opens.',
      ),
      make('thead', {}, head),
      make('tbody', {}, rows),
    );
    table.addEventListener('keydown', move);
    return make('div', { class: 'scroll' }, table);
  }

  function move(event) {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const button = event.target.closest('button');
    if (!step || !button) return;
    event.preventDefault();
    const row = button.closest('tr');
    const rows = [...row.parentNode.children];
    const target = rows[rows.indexOf(row) + step[0]];
    target?.querySelectorAll('button')[Number(button.dataset.behaviour) - 1 + step[1]]?.focus();
  }

  /* What each cell cost. */
  function chart() {
    const cells = shownCells();
    const longest = Math.max(1, ...cells.map((cell) => cell.boot + cell.seconds));
    const bars = cells.map((cell, at) => {
      const y = 18 * at;
      const width = (seconds) => (500 * seconds) / longest;
      return make(
        'g',
        {},
        make('title', {}, `${cellName(cell)}: boot ${cell.boot.toFixed(1)} s, machines ${cell.seconds.toFixed(1)} s`),
        make('text', { x: '0', y: String(y + 13) }, cellName(cell)),
        make('rect', { class: 'bar-boot', x: '210', y: String(y + 3), width: String(width(cell.boot)), height: '12' }),
        make('rect', {
          class: 'bar-run',
          x: String(210 + width(cell.boot)),
          y: String(y + 3),
          width: String(width(Math.max(0, cell.seconds - cell.boot))),
          height: '12',
        }),
        make('text', { x: String(216 + width(cell.seconds)), y: String(y + 13) }, `${cell.seconds.toFixed(1)} s`),
      );
    });
    return make(
      'svg',
      {
        viewBox: `0 0 790 ${18 * cells.length + 6}`,
        role: 'img',
        'aria-label': 'seconds in virtual machines, by cell; the first part is the boot',
      },
      bars,
    );
  }

  /* One cell. */
  const values = (object) => make('pre', {}, JSON.stringify(object, null, 1));

  function compared(results) {
    const rows = index.behaviours.map((title, at) => {
      const own = results.filter((result) => result.id.startsWith(`${at + 1}.`) && !result.elsewhere);
      return make(
        'tr',
        {},
        make('th', { scope: 'row' }, `${at + 1} ${title}`),
        index.mechanisms.map((mechanism) => {
          const of = own.filter((result) => result.mechanism === mechanism);
          return make(
            'td',
            {},
            of.length === 0 ? '–' : `${of.filter(({ verdict }) => verdict === 'conforms').length}/${of.length}`,
          );
        }),
      );
    });
    return make(
      'div',
      { class: 'scroll' },
      make(
        'table',
        {},
        make('caption', {}, 'The mechanisms compared: conforming results of those that apply.'),
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            make('th', {}, 'behaviour'),
            index.mechanisms.map((name) => make('th', { scope: 'col' }, name)),
          ),
        ),
        make('tbody', {}, rows),
      ),
    );
  }

  const linkOf = (cell, result) => `${cellName(cell)}/${result.id}/${result.trigger}/${result.mechanism}`;

  function clause(cell, content, result) {
    const link = linkOf(cell, result);
    const surprise = result.outcome !== 'expected';
    const body = make('div');
    const node = make(
      'details',
      { class: `clause${surprise ? ' surprise' : ''}`, 'data-link': link },
      make(
        'summary',
        {},
        `${result.id} `,
        verdictMark(result.verdict),
        ` ${result.trigger}, ${result.mechanism}`,
        surprise ? make('strong', {}, ` ${result.outcome.replace('-', ' ')}: expected ${result.expected}`) : '',
      ),
      body,
    );
    node.addEventListener('toggle', () => {
      if (node.open && body.childNodes.length === 0) body.append(...inside(content, result, link));
    });
    return node;
  }

  /* What the kernel said: the addresses with their places, and its own words behind them. */
  function crashes(found) {
    return found.flatMap(({ title, trace, text }) => [
      make('h3', {}, `the kernel: ${title}`),
      ...(trace ? [make('pre', {}, trace)] : []),
      make('details', {}, make('summary', {}, 'as the console has it'), make('pre', {}, text)),
    ]);
  }

  function inside(content, result, link) {
    const parts = [
      make('p', {}, index.titles[result.id]),
      make('p', {}, make('a', { href: `#${encodeURIComponent(link.toWellFormed())}` }, 'permanent link')),
    ];
    if (result.reason) parts.push(make('p', {}, make('strong', {}, 'why: '), result.reason));
    if (result.expectation) parts.push(make('p', { class: 'faint' }, `expected: ${result.expectation}`));
    parts.push(
      make(
        'div',
        { class: 'pair' },
        make('div', {}, make('h3', {}, 'what was seen'), values(result.observed)),
        make('div', {}, make('h3', {}, 'what the profile says'), values(content.profile)),
      ),
    );
    parts.push(...crashes(result.crashes));
    if (result.code) parts.push(make('h3', {}, 'the code around it'), make('pre', {}, result.code));
    else if (content.noCode) parts.push(make('p', { class: 'faint' }, `no disassembly: ${content.noCode}`));
    parts.push(make('h3', {}, 'the console at that moment'), make('pre', {}, result.console || 'nothing was printed'));
    parts.push(make('h3', {}, 'see it again'), make('pre', {}, result.reproduce));
    return parts;
  }

  function show(cell, behaviour, keepPlace) {
    const content = contentOf(cell);
    const place = document.getElementById('cell');
    const results = content.clauses.filter(
      (result) => (behaviour === undefined || result.id.startsWith(`${behaviour}.`)) && fits(cell, result),
    );
    place.replaceChildren(
      make(
        'h2',
        { tabindex: '-1', id: 'cell-title' },
        `${cellName(cell)}${behaviour === undefined ? '' : `: behaviour ${behaviour}, ${index.behaviours[behaviour - 1]}`}`,
      ),
      make('p', { class: 'faint' }, content.line),
      ...crashes(content.crashes),
      compared(content.clauses),
      make('h3', {}, `${results.length} of ${content.clauses.length} results`),
      ...results.map((result) => clause(cell, content, result)),
      ...(content.control.length > 0
        ? [
            make(
              'details',
              {},
              make('summary', {}, 'the control: what the debug registers trap without perf'),
              values(content.control),
            ),
          ]
        : []),
      make(
        'details',
        {},
        make('summary', {}, 'the console, its end'),
        make('pre', {}, content.console || 'nothing was kept'),
      ),
    );
    if (!keepPlace) {
      document.getElementById('cell-title').focus();
      place.scrollIntoView();
    }
    current = { cell, behaviour };
  }
  let current;

  /* Filters and links. */
  function draw() {
    document.getElementById('matrix').replaceChildren(matrix());
    document.getElementById('chart').replaceChildren(chart());
    if (current) show(current.cell, current.behaviour, true);
  }

  function filters() {
    const choices = {
      arch: [...new Set(index.cells.map(({ arch }) => arch))],
      kernel: [...new Set(index.cells.map(({ label }) => label))],
      behaviour: index.behaviours.map((_, at) => String(at + 1)),
      verdict: Object.keys(LETTERS),
      outcome: ['expected', 'unexpected-failure', 'unexpected-pass'],
      trigger: index.triggers,
      mechanism: index.mechanisms,
    };
    const fields = Object.entries(choices).map(([name, options]) =>
      make(
        'label',
        {},
        name === 'arch' ? 'architecture' : name,
        make(
          'select',
          {
            name,
            onchange: (event) => {
              state[name] = event.target.value;
              draw();
            },
          },
          make('option', { value: '' }, 'all'),
          options.map((option) => make('option', { value: option }, option)),
        ),
      ),
    );
    fields.push(
      make(
        'label',
        {},
        'text',
        make('input', {
          name: 'text',
          type: 'search',
          oninput: (event) => {
            state.text = event.target.value;
            draw();
          },
        }),
      ),
    );
    document.getElementById('filters').append(...fields);
  }

  function followLink() {
    let words;
    try {
      words = decodeURIComponent(location.hash.slice(1)).split('/');
    } catch {
      return;
    }
    const [arch, label, id, trigger, mechanism] = words;
    const cell = index.cells.find((one) => one.arch === arch && one.label === label);
    if (!cell) return;
    show(cell, id ? Number(id.split('.')[0]) : undefined);
    const link = [arch, label, id, trigger, mechanism].join('/');
    const found = [...document.querySelectorAll('.clause')].find((node) => node.dataset.link === link);
    if (!found) return;
    found.open = true;
    found.querySelector('summary').focus();
    found.scrollIntoView();
  }

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = (name) => document.documentElement.setAttribute('data-theme', name);
  theme(dark.matches ? 'dark' : 'light');
  document
    .getElementById('theme')
    .addEventListener('click', () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
  document
    .getElementById('legend')
    .append(...Object.keys(LETTERS).map((verdict) => make('li', {}, verdictMark(verdict))));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !current) return;
    const { cell, behaviour } = current;
    document.querySelector(`[data-cell="${cell.number}"][data-behaviour="${behaviour ?? 1}"]`)?.focus();
  });
  filters();
  draw();
  followLink();
  addEventListener('hashchange', followLink);
  document.documentElement.setAttribute('data-ready', String(Math.round(performance.now())));
})();
