//! What differs, in words: fields by their names, sizes as sizes, what belongs together as a sentence. What has no words
//! here is shown as it is.

use i18n::Words;
use reconcile::{Change, PlanAction};
use serde_json::Value;
use web::ui;

/// A field's name for people.
pub fn field_name(w: &Words, field: &str) -> String {
    let key = format!("drift-field-{}", kebab(field));
    if w.has(&key) { w.t(&key) } else { field.to_owned() }
}

/// `quotaBytes` as keys have it: `quota-bytes`.
fn kebab(field: &str) -> String {
    let mut key = String::new();
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key.replace(['_', '.'], "-")
}

/// Both sides of a field; none of them where there is nothing. Two sizes that read the same are told to the byte.
pub fn sides(w: &Words, field: &str, sides: [&Value; 2]) -> [Option<String>; 2] {
    let is_size = field.ends_with("Bytes");
    let said = sides.map(|value| said(w, value, is_size));
    if !is_size || said[0] != said[1] || sides[0] == sides[1] {
        return said;
    }
    let exact = |bytes| w.tx("drift-bytes", &[("bytes", ui::number(w, bytes).into())]);
    sides.map(|value| value.as_i64().map(exact))
}

fn said(w: &Words, value: &Value, is_size: bool) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(true) => w.t("drift-yes"),
        Value::Bool(false) => w.t("drift-no"),
        Value::Number(number) => match number.as_i64().filter(|_| is_size) {
            Some(bytes) => ui::bytes(w, bytes),
            None => number.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(all) if all.is_empty() => w.t("drift-nothing"),
        Value::Array(all) => all.iter().filter_map(|one| said(w, one, false)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match (fields.get("name"), fields.get("domain")) {
            (Some(Value::String(name)), Some(Value::String(domain))) => format!("{name}@{domain}"),
            _ => value.to_string(),
        },
    };
    Some(text)
}

/// A sentence for somebody who is not where they belong: `name` is theirs.
pub fn sentence(w: &Words, change: &Change, name: &str) -> Option<String> {
    if change.action != PlanAction::Create || change.owner != change.key || name == change.key {
        return None;
    }
    let key = format!("drift-absent-{}", change.kind.replace('.', "-"));
    w.has(&key).then(|| w.tx(&key, &[("name", name.into())]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};
    use serde_json::json;

    use super::*;

    fn words() -> Words {
        let own = Source { language: Language::English, text: include_str!("../../text/en.ftl") };
        Words::new(Arc::new(Catalogues::new(&[own]).unwrap()), Language::English)
    }

    #[test]
    fn fields_have_names() {
        let w = words();
        assert_eq!(field_name(&w, "quotaBytes"), "Storage limit");
        assert_eq!(field_name(&w, "somethingNew"), "somethingNew");
    }

    #[test]
    fn sizes_are_read_as_sizes_and_still_differ() {
        let w = words();
        let of = |want: i64, have: i64| sides(&w, "quotaBytes", [&json!(want), &json!(have)]);
        let gib = 1_i64 << 30;
        assert_eq!(of(1_250 * gib, 954 * gib), [Some("1.2 TB".into()), Some("954 GB".into())]);
        let [want, have] = of(gib, gib + 1);
        assert!(want.unwrap().contains("1,073,741,824") && have.unwrap().contains("1,073,741,825"));
    }

    #[test]
    fn what_is_many_is_a_list_and_what_is_not_there_is_nothing() {
        let w = words();
        let aliases = json!([{"name": "sales", "domain": "acme.test"}, "x@y.test"]);
        let said = sides(&w, "aliases", [&aliases, &json!([])]);
        assert_eq!(said, [Some("sales@acme.test, x@y.test".into()), Some("none".into())]);
        assert_eq!(sides(&w, "name", [&json!("A"), &Value::Null]), [Some("A".into()), None]);
        assert_eq!(
            sides(&w, "enabled", [&json!(true), &json!(false)]),
            [Some("yes".into()), Some("no".into())]
        );
    }
}
