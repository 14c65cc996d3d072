// Rules of this house that no linter brings along. See CONTRIBUTING.md, "Habits".

const LOG_METHODS = new Set(['log', 'debug', 'warn', 'error', 'fatal', 'verbose']);

/** `private` is a promise of the compiler; `#private` is one of the language. */
const hashPrivate = {
  create(context) {
    const complain = (node) => {
      if (node.accessibility === 'private')
        context.report({ node, message: 'Write #name instead of `private name`.' });
    };
    return {
      PropertyDefinition: complain,
      AccessorProperty: complain,
      TSParameterProperty: complain,
      MethodDefinition(node) {
        if (node.kind !== 'constructor') complain(node);
      },
    };
  },
};

const isError = ({ type, name }) => type === 'Identifier' && /^(e|err|error|cause)$/.test(name);

/** `error`, `String(error)`, `error.message` */
const speaksOfError = (node) =>
  isError(node) ||
  (node.type === 'CallExpression' && node.arguments.some(isError)) ||
  (node.type === 'MemberExpression' && isError(node.object));

/** One name for the error of a log line: searches find all of them. */
const errInLogs = {
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || !LOG_METHODS.has(callee.property.name)) return;
        const receiver = callee.object.property?.name ?? callee.object.name ?? '';
        if (!/logger$/i.test(receiver)) return;
        for (const argument of node.arguments) {
          if (argument.type === 'TemplateLiteral' && argument.expressions.some(speaksOfError))
            context.report({
              node: argument,
              message: 'Log an error as { err }, not in the text.',
            });
          if (argument.type !== 'TemplateLiteral' && speaksOfError(argument))
            context.report({ node: argument, message: 'Log an error as { err }.' });
          if (argument.type !== 'ObjectExpression') continue;
          for (const member of argument.properties)
            if (member.type === 'Property' && isError(member.value) && member.key.name !== 'err')
              context.report({ node: member, message: 'Log an error as { err }.' });
        }
      },
    };
  },
};

const MOST_LINES = 5;

/** What takes longer to say is a decision, in docs/decisions/. A docstring of what is public may be as long as it has to. */
const shortComments = {
  create(context) {
    return {
      Program() {
        const comments = context.sourceCode.getAllComments();
        const { lines } = context.sourceCode;
        const standsAlone = ({ loc }) =>
          /^\s*$/.test(lines[loc.start.line - 1].slice(0, loc.start.column));
        let run = [];
        const flush = () => {
          if (run.length > MOST_LINES)
            context.report({
              loc: { start: run[0].loc.start, end: run.at(-1).loc.end },
              message: `A comment has at most ${MOST_LINES} lines; a longer reason is a decision record.`,
            });
          run = [];
        };
        for (const comment of comments) {
          if (comment.type === 'Line' && standsAlone(comment)) {
            const last = run.at(-1);
            if (last && last.loc.end.line + 1 !== comment.loc.start.line) flush();
            run.push(comment);
            continue;
          }
          flush();
        }
        flush();
      },
    };
  },
};

/** A change without an entry in the audit is one that nobody can be asked about. */
const namedTransactions = {
  create(context) {
    const complain = (node) =>
      context.report({
        node,
        message:
          'Open it with inTransaction of audit/record/in-transaction.ts, which names the change.',
      });
    return {
      CallExpression(node) {
        const { callee } = node;
        const name = callee.type === 'MemberExpression' ? callee.property.name : callee.name;
        if (name === 'transaction' || name === 'longTransaction') complain(node);
      },
    };
  },
};

/** Words that no sentence begins with; what is a noun here as well (holds, plans, tries, sends) is not among them. */
const NO_BEGINNINGS = new Set(
  `am are be been has have had is was were can cannot may might must should will would does do did
  and or but nor also again never of that then too which who whose
  accepts allows asks becomes begins believes belongs brings carries clashes closes comes covers
  decides deletes dies draws ends exists fails falls finds follows forgets gets gives goes grows
  happens hears hides ignores joins keeps knows lacks lasts leaves lets lives loses makes meets
  obeys opens proves reaches reads refuses rejects remembers removes rises saves says sees serves
  settles shows spares spends stands stays survives takes tells throws understands waits wants
  become bring come decide follow get give go keep know leave let make obey say survive take tell
  wait`.split(/\s+/),
);

/** `it`, `it.each(rows)`, `test.only`: whatever is called of it or for it. */
const isTest = (callee) => {
  if (callee.type === 'Identifier') return callee.name === 'it' || callee.name === 'test';
  const inner = callee.object ?? callee.callee ?? callee.tag;
  return inner !== undefined && isTest(inner);
};

/** The report of a failed run prints titles alone; "is refused" does not say who is. */
const titlesStandAlone = {
  create(context) {
    return {
      CallExpression(node) {
        const [title] = node.arguments;
        if (title === undefined || !isTest(node.callee)) return;
        const text = title.type === 'TemplateLiteral' ? title.quasis[0].value.cooked : title.value;
        if (typeof text !== 'string') return;
        const [first = ''] = /^[\w’']*/u.exec(text) ?? [];
        if (NO_BEGINNINGS.has(first.charAt(0).toLowerCase() + first.slice(1)))
          context.report({
            node: title,
            message: `A title stands alone: say who or what "${first}" is about, in front of it.`,
          });
      },
    };
  },
};

export default {
  meta: { name: 'house' },
  rules: {
    'hash-private': hashPrivate,
    'err-in-logs': errInLogs,
    'short-comments': shortComments,
    'named-transactions': namedTransactions,
    'titles-stand-alone': titlesStandAlone,
  },
};
