//! Entries as a blueprint of Authentik: YAML with the server's own tags. A blueprint sets all that it names each time it
//! is applied, so what others may add to or set is only created by it, and kept up to date by the command.

use std::fmt::Write as _;

use serde_json::Value;

use crate::entry::{Entry, Ref, Rule, Setting, Want};

const HEAD: &str = "\
# yaml-language-server: $schema=https://goauthentik.io/blueprints/schema.json
# Written by `dezky bootstrap authentik --blueprint`; change crates/bootstrap, not this file.
#
# What Dezky needs in Authentik. Copy it below /blueprints of the worker and change the context to your addresses.
# Secrets are none in it: Authentik makes them, and `dezky bootstrap authentik` reads them, makes what a blueprint can't,
# and writes the settings that `dezky serve` needs.
version: 1
metadata:
  name: Dezky
";

/// The whole file.
pub fn render(entries: &[Entry]) -> String {
    let mut out = HEAD.to_owned();
    out += "context:\n";
    for setting in Setting::ALL {
        let (name, example) = setting.in_context();
        line(&mut out, 1, &format!("{name}: {example}"));
    }
    out += "entries:\n";
    for entry in entries {
        write_entry(&mut out, entry);
    }
    out
}

fn write_entry(out: &mut String, entry: &Entry) {
    line(out, 1, &format!("- id: {}", entry.id));
    line(out, 2, &format!("model: {}", entry.model.blueprint()));
    line(out, 2, &format!("state: {}", state(entry)));
    write_conditions(out, entry);
    line(out, 2, "identifiers:");
    for (field, want) in &entry.identifiers {
        write_field(out, 3, field, want);
    }
    // Bindings have no other name than their ends, and the place between others.
    if !entry.attributes.is_empty() {
        line(out, 2, "attrs:");
    }
    for attribute in &entry.attributes {
        write_field(out, 3, attribute.field, &attribute.want);
    }
}

/// `present` overwrites, so it is for what is wholly ours, and for what is written under a condition.
fn state(entry: &Entry) -> &'static str {
    if entry.is_wholly_ours() || conditional(entry).next().is_some() { "present" } else { "created" }
}

/// The fields that are set only where nothing is, in objects that the server has by itself.
fn conditional(entry: &Entry) -> impl Iterator<Item = &'static str> {
    let is_one = |rule: Rule| matches!(rule, Rule::UnlessSet(Some(_)));
    entry.attributes.iter().filter(move |one| is_one(one.rule)).map(|one| one.field)
}

fn write_conditions(out: &mut String, entry: &Entry) {
    for field in conditional(entry) {
        let identified = entry.identifiers.iter().map(|(name, want)| format!("[{name}, {}]", inline(want)));
        let mut terms = vec![entry.model.blueprint().to_owned()];
        terms.extend(identified);
        terms.push(format!("[{field}__isnull, true]"));
        line(out, 2, "conditions:");
        line(out, 3, &format!("- !Find [{}]", terms.join(", ")));
    }
}

fn write_field(out: &mut String, depth: usize, field: &str, want: &Want) {
    match want {
        Want::Plain(Value::String(text)) if text.contains('\n') => {
            line(out, depth, &format!("{field}: |-"));
            for row in text.lines() {
                line(out, depth + 1, row);
            }
        }
        Want::List(all) if !all.is_empty() => {
            line(out, depth, &format!("{field}:"));
            for one in all {
                write_item(out, depth + 1, one);
            }
        }
        want => line(out, depth, &format!("{field}: {}", inline(want))),
    }
}

fn write_item(out: &mut String, depth: usize, want: &Want) {
    let Want::Object(fields) = want else {
        return line(out, depth, &format!("- {}", inline(want)));
    };
    for (at, (field, want)) in fields.iter().enumerate() {
        let mark = if at == 0 { "- " } else { "  " };
        line(out, depth, &format!("{mark}{field}: {}", inline(want)));
    }
}

/// A value in one line.
fn inline(want: &Want) -> String {
    match want {
        Want::Plain(Value::String(text)) => quoted(text),
        Want::Plain(value) => value.to_string(),
        Want::Text(setting, "") => format!("!Context {}", setting.in_context().0),
        Want::Text(setting, rest) => {
            format!("!Format [{}, !Context {}]", quoted(&format!("%s{rest}")), setting.in_context().0)
        }
        Want::Ref(Ref::Of(id)) => format!("!KeyOf {id}"),
        Want::Ref(Ref::Found(model, field, value)) => {
            format!("!Find [{}, [{field}, {}]]", model.blueprint(), quoted(value))
        }
        Want::List(all) => {
            let all: Vec<String> = all.iter().map(inline).collect();
            format!("[{}]", all.join(", "))
        }
        Want::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, want)| format!("{name}: {}", inline(want))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Words stay as they are; what could be anything else to YAML is quoted as JSON is, which is YAML too.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        && !["true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a text can't fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = depth * 2);
}

#[cfg(test)]
mod tests {
    use saphyr::{LoadableYamlNode as _, Yaml};
    use serde_json::json;

    use super::*;
    use crate::model::Model;

    #[test]
    fn values_are_written_so_that_yaml_reads_them_as_they_are() {
        let cases = [
            ("dezky-portal".into(), "dezky-portal"),
            ("none".into(), "\"none\""),
            ("minutes=10".into(), "\"minutes=10\""),
            (Want::Plain(json!(10)), "10"),
            (Setting::AdminGroup.into(), "!Context admin_group"),
            (Want::Text(Setting::Portal, "/x"), "!Format [\"%s/x\", !Context portal_url]"),
            (Ref::Of("flow").into(), "!KeyOf flow"),
            (
                Ref::Found(Model::Flow, "slug", "default-invalidation-flow").into(),
                "!Find [authentik_flows.flow, [slug, default-invalidation-flow]]",
            ),
        ];
        for (want, written) in cases {
            assert_eq!(inline(&want), written);
        }
    }

    #[test]
    fn what_others_may_change_is_only_created_and_a_foreign_value_is_a_condition() {
        let ours = Entry::new("a", "w", Model::Flow, "slug", "a".into()).exactly("title", "one\ntwo");
        let shared = Entry::new("b", "w", Model::Provider, "name", "b".into()).at_least(
            "redirect_uris",
            vec![Want::Object(vec![("url", "u".into()), ("matching_mode", "strict".into())])],
        );
        let brand = Entry::new("c", "w", Model::Brand, "default", true.into()).with(
            "flow_recovery",
            Ref::Of("a").into(),
            Rule::UnlessSet(Some("foreign")),
        );
        let written = render(&[ours, shared, brand]);
        for part in [
            "  - id: a\n    model: authentik_flows.flow\n    state: present\n",
            "      title: |-\n        one\n        two\n",
            "    state: created\n    identifiers:\n      name: b\n",
            "        - url: u\n          matching_mode: strict\n",
            "    conditions:\n      - !Find [authentik_brands.brand, [default, true], [flow_recovery__isnull, true]]\n",
        ] {
            assert!(written.contains(part), "{part} isn't in\n{written}");
        }
        let read = Yaml::load_from_str(&written).unwrap();
        assert_eq!(read.len(), 1);
    }
}
