//! Claims of scope mappings. The server runs Python; here the forms are understood that ship and that Dezky writes: one
//! dictionary of texts, fields of the user and lists of groups. Any other fails when it runs: its claims are dropped
//! (section 8).

use serde_json::{Map, Value, json};

use crate::sim::app::App;
use crate::sim::world::{Grant, Group, User, World};

const ALL_GROUPS: &str = "request.user.all_groups()";
/// What may stand before the dictionary, and is the same as the list itself.
const GROUPS: &str = "groups = [g for g in request.user.all_groups()]";

/// The claims of a client's mappings of the scopes of a grant. Lists of several are concatenated (section 8).
pub fn claims(world: &World, app: &App, user: &User, grant: &Grant) -> Map<String, Value> {
    let granted = app.mappings.iter().filter(|mapping| grant.scopes.contains(&mapping.scope));
    let mut claims = Map::new();
    for (name, value) in granted.filter_map(|mapping| run(world, user, &mapping.expression)).flatten() {
        match (claims.get_mut(&name), value) {
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
            (_, value) => {
                claims.insert(name, value);
            }
        }
    }
    claims
}

/// What an expression returns; none when it fails.
pub fn run(world: &World, user: &User, expression: &str) -> Option<Map<String, Value>> {
    let lines = expression.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let code = lines.collect::<Vec<_>>().join(" ");
    let (before, returned) = code.split_once("return ")?;
    let returned = match before.trim() {
        "" => returned.to_owned(),
        GROUPS => returned.replace(" in groups]", &format!(" in {ALL_GROUPS}]")),
        _ => return None,
    };
    entries(&returned, |value| of_user(world, user, value))
}

/// A dictionary, of whose values `read` makes something.
fn entries(code: &str, read: impl Fn(&str) -> Option<Value>) -> Option<Map<String, Value>> {
    let inner = code.trim().strip_prefix('{')?.strip_suffix('}')?;
    let entry = |part: &str| {
        let (name, value) = part.split_once(':')?;
        Some((quoted(name)?.to_owned(), read(value.trim())?))
    };
    parts(inner).into_iter().map(entry).collect()
}

/// What stands between the commas that are in no brackets and no quotes.
fn parts(code: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, letter) in code.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&code[start..]);
    found.retain(|part| !part.trim().is_empty());
    found
}

fn quoted(code: &str) -> Option<&str> {
    let code = code.trim();
    let inner = |quote: char| code.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).filter(|text| !text.contains(['"', '\'']))
}

fn of_user(world: &World, user: &User, code: &str) -> Option<Value> {
    if let Some(text) = quoted(code) {
        return Some(json!(text));
    }
    if let Some((yes, rest)) = code.split_once(" if request.user.username == ") {
        let (name, no) = rest.split_once(" else ")?;
        return of_user(world, user, if quoted(name)? == user.username { yes } else { no });
    }
    Some(match code {
        "True" => json!(true),
        "False" => json!(false),
        "[]" => json!([]),
        "str(request.user.uuid)" => json!(user.uuid),
        "request.user.email" => json!(user.email),
        "request.user.name" => json!(user.name),
        "request.user.username" => json!(user.username),
        _ => return of_groups(world, user, code),
    })
}

/// `[VALUE for NAME in GROUPS]`.
fn of_groups(world: &World, user: &User, code: &str) -> Option<Value> {
    let (value, rest) = code.strip_prefix('[')?.strip_suffix(']')?.split_once(" for ")?;
    let (name, source) = rest.split_once(" in ")?;
    let groups: Vec<&Group> = match source.trim() {
        ALL_GROUPS => world.all_groups_of(user.pk),
        "request.user.groups.all()" => world.groups_of(user.pk).collect(),
        _ => return None,
    };
    groups.into_iter().map(|group| of_group(group, name.trim(), value.trim())).collect()
}

fn of_group(group: &Group, name: &str, code: &str) -> Option<Value> {
    if code.starts_with('{') {
        return entries(code, |value| of_group(group, name, value)).map(Value::Object);
    }
    let code = code.replace(&format!("{name}."), "group.");
    match code.as_str() {
        "group.name" => Some(json!(group.name)),
        "str(group.pk)" => Some(json!(group.pk)),
        _ => None,
    }
}
