//! Who passes what is bound to something: groups, users and expression policies (sections 7 and 9). Of expressions only
//! the forms that Dezky writes are understood; any other one fails when it runs.

use serde_json::Value;

use super::objects::{Object, flag, id_of, text, value_of};
use super::world::World;

/// By which Dezky's recovery flow knows that a link of the person's own began it, in one line.
const NOT_BY_LINK: &str = "token = request.context.get(\"is_restored\") \
                           return not (token and token.user == request.context.get(\"pending_user\"))";

/// What a policy is asked about.
#[derive(Clone, Copy, Default)]
pub struct Asked {
    pub user: Option<i64>,
    /// Whether a token began the flow.
    pub is_restored: bool,
}

impl World {
    /// Whether a user may open an application: everybody may when nothing is bound to it, unless a setting says
    /// otherwise. Superusers are asked as others are.
    pub(super) fn may_open(&self, application: &Object, user: i64) -> bool {
        let asked = Asked { user: Some(user), is_restored: false };
        let passed = self.passes(&id_of(application), text(application, "policy_engine_mode"), asked);
        passed.unwrap_or_else(|| self.settings()["flags"]["core_default_app_access"] == true)
    }

    /// Whether what is bound to something lets pass; none when nothing is.
    pub(super) fn passes(&self, target: &str, mode: &str, asked: Asked) -> Option<bool> {
        let bound = self.objects.of("bindings");
        let bound = bound.filter(|binding| text(binding, "target") == target && flag(binding, "enabled"));
        let mut passed = bound.map(|binding| self.passes_one(binding, asked)).peekable();
        passed.peek()?;
        Some(if mode == "all" { passed.all(|it| it) } else { passed.any(|it| it) })
    }

    fn passes_one(&self, binding: &Object, asked: Asked) -> bool {
        let result = match (value_of(binding, "group"), value_of(binding, "user")) {
            (Value::String(group), _) => {
                Some(asked.user.is_some_and(|user| self.is_member(user, |known| known.pk == *group)))
            }
            (_, Value::Number(user)) => Some(asked.user.is_some() && user.as_i64() == asked.user),
            _ => {
                let policy = self.objects.get("policies", text(binding, "policy"));
                policy.and_then(|policy| self.evaluates(text(policy, "expression"), asked))
            }
        };
        result.map_or_else(|| flag(binding, "failure_result"), |passed| passed != flag(binding, "negate"))
    }

    /// What an expression gives; none when it fails.
    pub(super) fn evaluates(&self, expression: &str, asked: Asked) -> Option<bool> {
        let code =
            expression.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let code = code.collect::<Vec<_>>().join(" ");
        if code == NOT_BY_LINK {
            // A page for links stands for the flow, and begins it for the link's own person alone.
            return Some(!asked.is_restored);
        }
        self.is_true(code.strip_prefix("return ")?, asked)
    }

    fn is_true(&self, code: &str, asked: Asked) -> Option<bool> {
        let code = code.trim();
        if let Some(negated) = code.strip_prefix("not ") {
            return self.is_true(negated, asked).map(|it| !it);
        }
        if let Some(inner) = code.strip_prefix("bool(").and_then(|rest| rest.strip_suffix(')')) {
            return self.is_true(inner, asked);
        }
        let code = code.replace('\'', "\"");
        match code.as_str() {
            "True" => return Some(true),
            "False" => return Some(false),
            // Set when a token began the flow (section 10).
            "\"is_restored\" in request.context" => return Some(asked.is_restored),
            "\"is_restored\" not in request.context" => return Some(!asked.is_restored),
            _ => {}
        }
        for context in ["request.context.get(\"is_restored\"", "context.get(\"is_restored\""] {
            if let Some(rest) = code.strip_prefix(context) {
                let otherwise = match rest.strip_suffix(')')?.trim_start_matches(',').trim() {
                    "True" => true,
                    "False" | "None" | "" => false,
                    _ => return None,
                };
                return Some(asked.is_restored || otherwise);
            }
        }
        let name = code.strip_prefix("ak_is_group_member(request.user, name=\"")?.strip_suffix("\")")?;
        Some(asked.user.is_some_and(|user| self.is_member(user, |group| group.name == name)))
    }
}
