/* What the oldest browsers that the pages must run in do not have, from the compatibility data of MDN.

`eslint-plugin-compat` knows constructors and static methods. This rule adds the methods of instances, which no tool
can tell by type: a call `something.toSorted()` is refused where every type that old browsers know, and that has a
method of this name, got it too late. Attributes of elements are treated alike where a value is assigned to them. */
import bcd from "@mdn/browser-compat-data" with { type: "json" };

export const OLDEST = { chrome: 109, firefox: 115 };
const OWN_NAMESPACES = new Set(["GZ", "L"]);

function isSupported(feature) {
  const support = feature.__compat?.support;
  return !support || Object.entries(OLDEST).every(([browser, oldest]) => hasSince(support[browser], oldest));
}

function hasSince(statements, oldest) {
  const number = (version) => parseFloat(String(version).replace("≤", ""));
  return [statements].flat().some(
    (statement) =>
      statement?.version_added &&
      statement.version_added !== "preview" &&
      !(statement.flags || statement.prefix || statement.alternative_name) &&
      number(statement.version_added) <= oldest &&
      !(statement.version_removed && number(statement.version_removed) <= oldest),
  );
}

/** Names that types known to old browsers have, but not in these browsers; the types of each. */
function findTooNew(types) {
  const known = new Set();
  const tooNew = new Map();
  for (const [type, members] of types) {
    if (type === "__compat" || !isSupported(members)) {
      continue;
    }
    for (const [member, feature] of Object.entries(members)) {
      if (member === "__compat" || member === type || member.endsWith("_event")) {
        continue;
      }
      const name = member.replace(/_static$/, "");
      if (isSupported(feature)) {
        known.add(name);
      } else {
        tooNew.set(name, [...(tooNew.get(name) ?? []), type]);
      }
    }
  }
  known.forEach((name) => tooNew.delete(name));
  return tooNew;
}

const api = Object.entries(bcd.api);
const TOO_NEW_METHODS = findTooNew([...api, ...Object.entries(bcd.javascript.builtins)]);
const TOO_NEW_ATTRIBUTES = findTooNew(api.filter(([type]) => /^(Element|HTML\w*Element)$/.test(type)));

const methods = {
  meta: { type: "problem", schema: [] },
  create(context) {
    function refuse(node, name, types) {
      const message = `${name} of ${types.join(", ")} is missing in Chrome ${OLDEST.chrome} or Firefox ${OLDEST.firefox}`;
      context.report({ node, message });
    }
    return {
      "CallExpression > MemberExpression.callee[computed=false]"(node) {
        const types = TOO_NEW_METHODS.get(node.property.name);
        if (types && !OWN_NAMESPACES.has(node.object.name)) {
          refuse(node.property, node.property.name, types);
        }
      },
      "AssignmentExpression > MemberExpression.left[computed=false]"(node) {
        const types = TOO_NEW_ATTRIBUTES.get(node.property.name);
        if (types && !OWN_NAMESPACES.has(node.object.name)) {
          refuse(node.property, node.property.name, types);
        }
      },
    };
  },
};

export default { meta: { name: "old-browsers" }, rules: { methods } };
