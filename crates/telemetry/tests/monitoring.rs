//! Rules, dashboard and documentation name figures and labels that there are, and every figure and alert is documented.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;
use telemetry::{Described, Metrics};

const RULES: &str = include_str!("../../../deploy/monitoring/dezky.rules.yml");
const DASHBOARD: &str = include_str!("../../../deploy/monitoring/dashboard.json");
const DOCUMENT: &str = include_str!("../../../docs/operations/monitor.md");

/// What Prometheus adds.
const ITS_OWN: [&str; 2] = ["instance", "job"];

/// The labels of each name that a rule may use.
fn known() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut known = BTreeMap::new();
    for Described { name, labels, is_histogram } in Metrics::new("").described() {
        let labels: BTreeSet<_> = labels.iter().copied().chain(ITS_OWN).collect();
        if is_histogram {
            known.insert(format!("{name}_bucket"), labels.iter().copied().chain(["le"]).collect());
            known.insert(format!("{name}_sum"), labels.clone());
            known.insert(format!("{name}_count"), labels);
        } else {
            known.insert(name, labels);
        }
    }
    known
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Each name of a figure in an expression, with what follows it.
fn figures(expression: &str) -> Vec<(&str, &str)> {
    let starts = expression.match_indices("dezky_").map(|(at, _)| &expression[at..]);
    starts.map(|rest| rest.split_at(rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()))).collect()
}

/// The words of `by (a, b)`.
fn grouped_by(expression: &str) -> Vec<&str> {
    let lists = expression.split("by (").skip(1).filter_map(|rest| rest.split_once(')'));
    lists.flat_map(|(list, _)| list.split(',').map(str::trim)).collect()
}

/// What is wrong with an expression.
fn faults(expression: &str) -> Vec<String> {
    let known = known();
    let mut faults = Vec::new();
    let mut all: BTreeSet<&str> = BTreeSet::new();
    for (name, after) in figures(expression) {
        let Some(labels) = known.get(name) else {
            faults.push(format!("{name} isn't a figure"));
            continue;
        };
        all.extend(labels);
        let matchers =
            after.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(inside, _)| inside);
        // Within quotes stand values.
        let outside = matchers.split('"').step_by(2);
        let used =
            outside.map(|part| part.trim_matches(|letter| !is_word(letter))).filter(|word| !word.is_empty());
        faults.extend(
            used.filter(|label| !labels.contains(label)).map(|label| format!("{name} has no {label}")),
        );
    }
    let strange = grouped_by(expression).into_iter().filter(|label| !all.contains(label));
    faults.extend(strange.map(|label| format!("nothing has {label}")));
    faults
}

fn field<'n, 'i>(node: &'n Yaml<'i>, name: &str) -> &'n Yaml<'i> {
    node.as_mapping_get(name).unwrap_or_else(|| panic!("no {name}"))
}

/// The alerts, each with its expression.
fn alerts() -> Vec<(String, String)> {
    let documents = Yaml::load_from_str(RULES).unwrap();
    let groups = field(&documents[0], "groups").as_sequence().unwrap();
    let rules = groups.iter().flat_map(|group| field(group, "rules").as_sequence().unwrap());
    let text = |rule: &Yaml<'_>, name: &str| field(rule, name).as_str().unwrap().to_owned();
    rules
        .map(|rule| {
            assert!(!text(field(rule, "annotations"), "summary").is_empty());
            assert!(["critical", "warning"].contains(&&*text(field(rule, "labels"), "severity")));
            (text(rule, "alert"), text(rule, "expr"))
        })
        .collect()
}

#[test]
fn faults_are_found() {
    assert_eq!(faults("sum by (le) (dezky_mails_total{result=~\"a=1|b\", x!=\"y\"})").len(), 2);
    assert_eq!(faults("dezky_mail_total > 1").len(), 1);
    assert_eq!(faults("max by (upstream) (dezky_breaker_open{instance=\"a\"}) == 1"), Vec::<String>::new());
}

#[test]
fn alerts_use_figures_and_labels_that_there_are_and_are_documented() {
    let alerts = alerts();
    for (name, expression) in &alerts {
        assert_eq!(faults(expression), Vec::<String>::new(), "{name}: {expression}");
    }
    let named: BTreeSet<&str> = alerts.iter().map(|(name, _)| name.as_str()).collect();
    let documented: BTreeSet<&str> = DOCUMENT.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert_eq!(named, documented);
}

#[test]
fn the_dashboard_uses_figures_and_labels_that_there_are() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let mut count = 0;
    for expression in targets.map(|target| target["expr"].as_str().unwrap()) {
        assert_eq!(faults(expression), Vec::<String>::new(), "{expression}");
        count += figures(expression).len();
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_figure_is_documented_with_its_labels_and_no_other() {
    let row = |line: &'static str| {
        let mut cells = line.strip_prefix("| `dezky_")?.split('|');
        let name = cells.next()?.split('`').next()?;
        let labels: BTreeSet<&str> = cells.next()?.split('`').skip(1).step_by(2).collect();
        Some((format!("dezky_{name}"), labels))
    };
    let documented: BTreeMap<String, BTreeSet<&str>> = DOCUMENT.lines().filter_map(row).collect();
    let there: BTreeMap<String, BTreeSet<&str>> = Metrics::new("")
        .described()
        .into_iter()
        .map(|figure| (figure.name, figure.labels.iter().copied().collect()))
        .collect();
    assert_eq!(documented, there);
    // What the text says besides of figures is true as well.
    for (name, _) in figures(DOCUMENT) {
        assert!(there.contains_key(name), "{name}");
    }
}
