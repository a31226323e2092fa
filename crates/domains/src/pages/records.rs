//! The records of a domain, one to a line, opened in place.

use std::borrow::Cow;

use i18n::Words;
use maud::{Markup, Render as _, html};
use web::ui::{self, Definition, Icon, State, copy, definitions, state_said, tag};

use crate::host::{self, Host, Names};
use crate::model::{Domain, Finding};

/// The sentence for what is the case.
pub fn advice(w: &Words, finding: &Finding) -> String {
    let values: Vec<(&str, i18n::Arg<'_>)> =
        finding.values.iter().map(|(name, value)| (name.as_str(), value.into())).collect();
    w.tx(&format!("advice-{}", finding.code), &values)
}

/// What a record is for. A service has the name of what it serves.
pub fn purpose(w: &Words, finding: &Finding) -> String {
    let service = finding.name.split('.').next().and_then(|label| label.strip_prefix('_'));
    match service.map(|service| format!("served-{service}")).filter(|_| finding.purpose == "service") {
        Some(key) if w.has(&key) => w.t(&key),
        _ => w.t(&format!("purpose-{}", finding.purpose)),
    }
}

/// The records in the order of what is missed most; only the first that keeps mail from working is open.
pub fn list(w: &Words, domain: &Domain) -> Markup {
    let host = domain.host.as_deref().and_then(host::named);
    let first = domain.findings.iter().position(|finding| finding.needed && finding.is_wrong());
    html! {
        div class="records" {
            @for (at, finding) in domain.findings.iter().enumerate() {
                (record(w, domain, finding, host, Some(at) == first))
            }
        }
    }
}

fn mark(w: &Words, finding: &Finding) -> Markup {
    let (state, key) = match finding.verdict.as_str() {
        "ok" => (State::Ok, "record-ok"),
        "missing" if !finding.needed => (State::Skipped, "record-missing"),
        "missing" => (State::Error, "record-missing"),
        "error" => (State::Pending, "record-error"),
        "conflict" => (State::Attention, "record-conflict"),
        _ => (State::Attention, "record-mismatch"),
    };
    state_said(state, w.t(key)).render()
}

/// The name as it is typed at the host, or below the domain where the host is not known.
fn short<'a>(domain: &Domain, finding: &'a Finding, host: Option<Host>) -> Cow<'a, str> {
    let names = host.map_or(Names::Relative, |host| host.names);
    host::typed(names, &finding.name, domain.name.ascii()).into()
}

fn record(w: &Words, domain: &Domain, finding: &Finding, host: Option<Host>, is_open: bool) -> Markup {
    let name = short(domain, finding, host);
    let shown = finding.found.first().filter(|_| !finding.is_ok()).unwrap_or(&finding.value);
    html! {
        details class="record" open[is_open] {
            summary {
                (mark(w, finding))
                span class="what" {
                    b { (purpose(w, finding)) }
                    @if !finding.needed { small { (w.t("record-recommended")) } }
                }
                span class="tag mono" { (finding.kind) }
                code class="cut" { (name) }
                code class="cut val" { (shown) }
                (Icon::Down.turning())
            }
            div class="inside" {
                @if finding.code != "fine" { p { (advice(w, finding)) } }
                @if !finding.is_ok() && finding.found.len() == 1 { (ui::diff(w, &finding.value, &finding.found[0])) }
                @if finding.found.len() > 1 {
                    ul { @for found in &finding.found { li { code { (found) } } } }
                }
                (definitions(false, &[
                    Definition::new(w.t("record-name"), copy(w, &name)),
                    Definition::new(w.t("record-type"), tag(&finding.kind)),
                    Definition::new(w.t("record-value"), copy(w, &finding.value)),
                ]))
                @if let Some(host) = host { p { (hint(w, host)) } }
            }
        }
    }
}

/// How the host wants it typed.
fn hint(w: &Words, host: Host) -> String {
    w.tx(&format!("host-{}", host.names.as_str()), &[("host", host.name.into())])
}
