// operations are those of a document, in order, as far as can be told without parsing it.
export function operations(text) {
  const bare = text.replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, ' ');
  const found = [];
  let depth = 0;
  let begun = false; // by a word, with its braces to come
  for (const [token] of bare.matchAll(/[{}()]|\b(?:query|mutation|subscription|fragment)\b(?:\s+\w+)?/g)) {
    if (token === '{' && depth === 0 && !begun) found.push({ kind: 'query', name: '' });
    if ('{('.includes(token)) depth++;
    else if ('})'.includes(token)) {
      depth--;
      if (depth === 0 && token === '}') begun = false;
    } else if (depth === 0) {
      const [kind, name = ''] = token.split(/\s+/);
      begun = true;
      if (kind !== 'fragment') found.push({ kind, name });
    }
  }
  return found;
}

const ref = (depth) => (depth ? `kind name ofType { ${ref(depth - 1)} }` : 'kind name');
const input = `name description defaultValue type { ${ref(4)} }`;

const named = (type) => (type.ofType ? named(type.ofType) : type.name);
const required = (arg) => arg.type.kind === 'NON_NULL' && arg.defaultValue === null;
function written(type) {
  if (type.kind === 'NON_NULL') return `${written(type.ofType)}!`;
  if (type.kind === 'LIST') return `[${written(type.ofType)}]`;
  return type.name;
}

function make(tag, options = {}, ...children) {
  const element = Object.assign(document.createElement(tag), options);
  element.append(...children);
  return element;
}

// A Schema can be searched and walked. Its field write is called with documents to try.
export class Schema {
  static question = `{ __schema { queryType { name } mutationType { name } subscriptionType { name }
    types { kind name description
      fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ${input} } type { ${ref(4)} } }
      inputFields { ${input} } interfaces { name } possibleTypes { name }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } } } }`;

  constructor(told, places) {
    Object.assign(this, places);
    this.types = new Map(told.types.filter(({ name }) => !name.startsWith('__')).map((type) => [type.name, type]));
    this.roots = [told.queryType, told.mutationType, told.subscriptionType].filter(Boolean).map(({ name }) => name);
    this.path = [];
    this.search.oninput = () => this.find(this.search.value.trim().toLowerCase());
    this.home();
  }

  link(name, label = name, field = '') {
    const button = make('button', { type: 'button', className: 'link name', textContent: label });
    button.addEventListener('click', () => this.open(name, field));
    return button;
  }

  home() {
    this.path = [];
    this.trail.replaceChildren();
    this.page.replaceChildren(...this.roots.map((name) => make('p', {}, this.link(name), ` ${this.types.get(name).fields.length} fields`)));
  }

  // open shows a type, from a field of it on if one is named.
  open(name, field = '') {
    const before = this.path.indexOf(name);
    this.path = before < 0 ? [...this.path, name] : this.path.slice(0, before + 1);
    this.search.value = '';
    const back = make('button', { type: 'button', className: 'link', textContent: 'All' });
    back.addEventListener('click', () => this.home());
    this.trail.replaceChildren(back, ...this.path.slice(-4).flatMap((step) => [' › ', this.link(step)]));
    const type = this.types.get(name);
    const title = make('h3', { textContent: `${name}: ${type.kind.toLowerCase().replaceAll('_', ' ')}`, tabIndex: -1 });
    this.page.replaceChildren(title, ...this.about(type));
    this.page.scrollTop = 0;
    const entry = field && [...this.page.querySelectorAll('dt')].find((dt) => dt.firstChild.textContent === field);
    if (entry) {
      entry.tabIndex = -1;
      this.page.scrollTop = entry.offsetTop - this.page.offsetTop;
    }
    (entry || title).focus();
  }

  *about(type) {
    if (type.description) yield make('p', { textContent: type.description });
    if (type.interfaces?.length) yield make('p', {}, 'Is ', ...type.interfaces.flatMap(({ name }) => [this.link(name), ' ']));
    if (type.possibleTypes?.length) yield make('p', {}, 'One of ', ...type.possibleTypes.flatMap(({ name }) => [this.link(name), ' ']));
    const list = make('dl');
    for (const field of [...(type.fields ?? []), ...(type.inputFields ?? [])]) list.append(...this.field(type, field));
    for (const value of type.enumValues ?? []) list.append(...this.entry([make('code', { textContent: value.name })], value));
    if (list.children.length) yield list;
  }

  field(type, field) {
    const head = [make('code', { textContent: field.name }), ': ', this.types.has(named(field.type)) ? this.link(named(field.type), written(field.type)) : written(field.type)];
    if (field.defaultValue) head.push(` = ${field.defaultValue}`);
    const more = (field.args ?? []).map((arg) => make('dd', {}, make('code', { textContent: arg.name }), ': ', this.link(named(arg.type), written(arg.type)),
      `${arg.defaultValue ? ` = ${arg.defaultValue}` : ''} ${arg.description ?? ''}`));
    if (this.roots.includes(type.name)) {
      const button = make('button', { type: 'button', className: 'quiet', textContent: 'Try' });
      button.setAttribute('aria-label', `Try ${field.name}`);
      button.addEventListener('click', () => this.write(this.draft(type, field)));
      head.push(' ', button);
    }
    return [...this.entry(head, field), ...more];
  }

  entry(head, { description, isDeprecated, deprecationReason }) {
    const out = [make('dt', {}, ...head)];
    if (description) out.push(make('dd', { textContent: description }));
    if (isDeprecated) out.push(make('dd', { className: 'old', textContent: `Do not use any more: ${deprecationReason ?? ''}` }));
    return out;
  }

  find(text) {
    if (!text) return this.home();
    const found = [];
    for (const type of this.types.values()) {
      if (type.name.toLowerCase().includes(text)) found.push({ rank: type.name.toLowerCase() === text ? 0 : 2, name: type.name, label: type.name });
      const root = this.roots.includes(type.name);
      for (const field of [...(type.fields ?? []), ...(type.inputFields ?? [])]) {
        if (!field.name.toLowerCase().includes(text)) continue;
        const rank = (root ? 0 : 3) + (field.name.toLowerCase() === text ? 0 : 1);
        found.push({ rank, name: type.name, field: field.name, label: `${type.name}.${field.name}` });
      }
    }
    found.sort((a, b) => a.rank - b.rank || a.label.length - b.label.length || a.label.localeCompare(b.label));
    const most = 40;
    this.page.replaceChildren(
      make('p', { className: 'hint', textContent: found.length ? `${found.length} found${found.length > most ? `, the first ${most}` : ''}` : 'Nothing is called that. Try a part of the name.' }),
      make('ul', {}, ...found.slice(0, most).map(({ name, field, label }) => make('li', {}, this.link(name, label, field)))),
    );
  }

  // draft is a document that asks for a field of a root, with what it needs as variables.
  draft(type, field) {
    const kind = ['query', 'mutation', 'subscription'][this.roots.indexOf(type.name)] ?? 'query';
    const args = field.args.filter(required);
    const variables = Object.fromEntries(args.map((arg) => [arg.name, this.blank(arg.type)]));
    const declared = args.length ? `(${args.map((arg) => `$${arg.name}: ${written(arg.type)}`).join(', ')})` : '';
    const passed = args.length ? `(${args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')})` : '';
    const name = field.name[0].toUpperCase() + field.name.slice(1);
    return { query: `${kind} ${name}${declared} {\n  ${field.name}${passed}${this.selection(field.type, '  ', 3)}\n}`, variables: args.length ? variables : '' };
  }

  blank(type) {
    if (type.kind === 'NON_NULL') return this.blank(type.ofType);
    if (type.kind === 'LIST') return [];
    const of = this.types.get(type.name);
    if (of?.kind === 'INPUT_OBJECT') return Object.fromEntries(of.inputFields.filter(required).map((f) => [f.name, this.blank(f.type)]));
    if (of?.kind === 'ENUM') return of.enumValues[0].name;
    return { Int: 0, Boolean: false }[type.name] ?? '';
  }

  selection(type, indent, depth) {
    const of = this.types.get(named(type));
    if (!of || ['SCALAR', 'ENUM'].includes(of.kind)) return '';
    const inner = `${indent}  `;
    const lines = ['UNION', 'INTERFACE'].includes(of.kind) ? ['__typename'] : [];
    for (const field of of.fields ?? []) {
      if (lines.length >= 8 || field.isDeprecated || field.args.some(required)) continue;
      const below = this.types.get(named(field.type));
      if (!below || ['SCALAR', 'ENUM'].includes(below.kind)) lines.push(field.name);
      else if (depth > 1 && (lines.length < 3 || field.name === 'userErrors')) lines.push(field.name + this.selection(field.type, inner, depth - 1));
    }
    return ` {\n${(lines.length ? lines : ['__typename']).map((line) => inner + line).join('\n')}\n${indent}}`;
  }
}
