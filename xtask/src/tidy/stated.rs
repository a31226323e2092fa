//! The texts that errors name on their variants (`#[coded(..)]`, `#[explain(..)]`), and the values that each brings.

use std::collections::BTreeSet;

use super::Source;

/// A text that a variant names.
#[derive(Debug, PartialEq, Eq)]
pub struct Stated {
    /// Its key.
    pub key: String,
    /// The names of the values that it gets.
    pub values: BTreeSet<String>,
}

/// All of a file.
pub fn of(source: &Source) -> Vec<Stated> {
    let code = super::texts::without_tests(&source.text);
    ["#[coded(", "#[explain("].into_iter().flat_map(|mark| named(code, mark)).collect()
}

fn named(code: &str, mark: &str) -> Vec<Stated> {
    let starts = code.match_indices(mark).map(|(at, _)| at + mark.len());
    let is_coded = mark == "#[coded(";
    starts
        .filter_map(|start| {
            let length = closing(&code[start..])?;
            let (rule, after) = (&code[start..start + length], &code[start + length..]);
            let literal = |text: &str| Some(text.split_once('"')?.1.split_once('"')?.0.to_owned());
            let own = rule.split_once("text = ").and_then(|(_, text)| literal(text));
            let key = own.or_else(|| literal(rule))?;
            let key = if is_coded { format!("error-{key}") } else { key };
            let values = match rule.split_once("values(") {
                Some((_, values)) => names_of_values(&values[..closing(values)?]),
                None => fields_of_variant(after),
            };
            Some(Stated { key, values })
        })
        .collect()
}

/// Where the bracket closes that was open at the beginning of a text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut in_text) = (0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => in_text = !in_text,
            _ if in_text => {}
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `a` and `b` of `a = _0.x(), b = f(_1)`.
fn names_of_values(values: &str) -> BTreeSet<String> {
    let mut rest = values;
    let mut names = BTreeSet::new();
    while let Some((before, after)) = rest.split_once(" = ") {
        names.insert(before.rsplit([',', ' ', '\n']).next().unwrap_or(before).to_owned());
        rest = after;
    }
    names
}

/// The fields of a variant or struct with named fields, which are its values.
fn fields_of_variant(after: &str) -> BTreeSet<String> {
    let head = after.split(['{', ',', '(']).next().unwrap_or_default();
    let Some(inside) = after[head.len()..].strip_prefix('{') else { return BTreeSet::new() };
    let inside = inside.split('}').next().unwrap_or_default();
    let fields = inside.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let names = fields.filter_map(|line| line.split_once(':').map(|(name, _)| name));
    names.map(|name| name.trim_start_matches("pub ").to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_variant_is_found_with_its_values() {
        let text = "#[coded(transparent)] Db(db::Error),\n\
            #[coded(NotFound, \"gone\")]\nGone,\n\
            #[coded(Conflict, \"taken\", text = \"name-taken\", field = \"name\", values(name = _0, most = f(MOST)))]\nTaken(String),\n\
            #[explain(\"own-key\")]\nOwn {\n    /// Which: one.\n    client: &'static str,\n    why: String,\n},\n";
        let source = Source { path: "crates/x/src/error.rs".into(), text: text.into() };
        let stated = |key: &str, values: &[&str]| Stated {
            key: key.into(),
            values: values.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            of(&source),
            [
                stated("error-gone", &[]),
                stated("error-name-taken", &["most", "name"]),
                stated("own-key", &["client", "why"]),
            ]
        );
    }
}
