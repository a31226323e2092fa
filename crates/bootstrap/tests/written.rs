//! What is written from the entries, as the repository has it, and that the entries fit together.

#![cfg(test)]

use std::collections::BTreeSet;

use bootstrap::{Entry, Guard, Ref, Settings, Want, authentik, render_blueprint, stalwart};
use upstream_stalwart::setup::{Code, Finding, Standing};

const BLUEPRINT: &str = include_str!("../../../deploy/authentik/dezky.yaml");
const RIGHTS: &str = include_str!("../../../docs/operations/rights.md");
const STALWART_RIGHTS: &str = include_str!("../../../docs/operations/rights-stalwart.md");

fn entries() -> Vec<Entry> {
    authentik::entries(&Settings::example())
}

#[test]
fn the_blueprint_is_what_the_entries_say() {
    let wanted = render_blueprint(&entries());
    assert!(
        wanted == BLUEPRINT,
        "run `cargo run -- bootstrap authentik --blueprint > deploy/authentik/dezky.yaml`, and read what changed"
    );
}

#[test]
fn the_page_of_rights_is_what_the_table_says() {
    assert!(
        authentik::rights::page() == RIGHTS,
        "run `cargo run -- bootstrap authentik --rights > docs/operations/rights.md`, and read what changed"
    );
}

#[test]
fn the_page_of_rights_in_stalwart_is_what_the_table_says() {
    assert!(
        stalwart::page() == STALWART_RIGHTS,
        "run `cargo run -- bootstrap stalwart --rights > docs/operations/rights-stalwart.md`, and read what changed"
    );
}

#[test]
fn each_finding_at_stalwart_says_what_it_is_and_why_it_matters() {
    let words = bootstrap::ENGLISH.text;
    for code in Code::ALL {
        let said = stalwart::finding(&Finding { code, names: vec!["x".to_owned()] });
        let key = said.key().unwrap();
        let text = words.split_once(&format!("\n{key} = ")).unwrap_or_else(|| panic!("{key}")).1;
        let is_advised = text.lines().nth(1).is_some_and(|line| line.starts_with("    .advice = "));
        assert_eq!(is_advised, code.standing() != Standing::Create, "{key}");
    }
}

fn refs<'a>(want: &'a Want, all: &mut Vec<&'a str>) {
    match want {
        Want::Ref(Ref::Of(id)) => all.push(id),
        Want::List(several) => several.iter().for_each(|one| refs(one, all)),
        Want::Object(fields) => fields.iter().for_each(|(_, one)| refs(one, all)),
        Want::Ref(Ref::Found(..)) | Want::Plain(_) | Want::Text(..) => {}
    }
}

#[test]
fn each_entry_names_only_those_before_it_and_has_words() {
    let mut before = BTreeSet::new();
    let words = bootstrap::ENGLISH.text;
    for entry in entries() {
        let mut named = Vec::new();
        entry.identifiers.iter().for_each(|(_, want)| refs(want, &mut named));
        entry.attributes.iter().for_each(|one| refs(&one.want, &mut named));
        entry.guards.iter().for_each(|Guard { want, .. }| refs(want, &mut named));
        named.extend(&entry.after);
        for id in named {
            assert!(before.contains(id), "{} names {id}, which isn't made before it", entry.id);
        }
        assert!(words.contains(&format!("\nbootstrap-{} = ", entry.id)), "{}", entry.id);
        for key in entry.guards.iter().map(|guard| guard.why).chain([entry.why]) {
            assert!(words.contains(&format!("\n{key} = ")), "{key}");
        }
        assert!(before.insert(entry.id), "{} is there twice", entry.id);
    }
}

#[test]
fn what_is_not_served_has_no_entries() {
    let alone = Settings { operator: None, files: None, ..Settings::example() };
    let ids: Vec<&str> = authentik::entries(&alone).iter().map(|entry| entry.id).collect();
    assert!(ids.contains(&"portal-provider") && ids.contains(&"token"), "{ids:?}");
    assert!(!ids.iter().any(|id| id.starts_with("operator-") || id.starts_with("files-")), "{ids:?}");
}
