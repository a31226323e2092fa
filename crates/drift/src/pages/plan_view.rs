//! How the plan tab looks.

use std::collections::BTreeMap;

use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use reconcile::drift::{Acceptance, Difference};
use reconcile::{Change, FieldChange, Owner, Plan, PlanAction, Version};
use serde_json::Value;
use tenants::{Details, tenant_head};
use web::View;
use web::ui::{
    self, Empty, FormHead, Icon, button, card, copy, date, empty, hidden, link_button, moment, submit,
};

use super::{kind_name, words};
use crate::accept::{AcceptDialog, Typed, accept_dialog};
use crate::decide::not_adoptable;

/// How many versions of what was wanted are shown.
const MOST_VERSIONS: usize = 12;

/// Everything that the page shows.
pub struct Shown {
    pub details: Details,
    pub plan: Plan,
    /// Of those who accepted a difference, by id.
    pub names: BTreeMap<String, String>,
    /// Whose the differing objects are.
    pub owners: BTreeMap<String, Owner>,
    pub history: Vec<Version>,
    pub read_at: Timestamp,
}

/// An acceptance that was sent with mistakes; its dialog opens again.
pub struct Wrong {
    pub kind: String,
    pub key: String,
    pub typed: Typed,
}

/// What the parts of the page need.
struct Parts<'a> {
    w: &'a Words,
    csrf: &'a str,
    slug: &'a str,
    shown: &'a Shown,
}

pub fn page(view: &View, shown: &Shown, wrong: Option<&Wrong>) -> Markup {
    let w = view.words();
    let slug = shown.details.tenant.slug.as_str();
    let parts = Parts { w, csrf: &view.shell.csrf, slug, shown };
    let plan = &shown.plan;
    let count = plan.changes.iter().filter(|change| change.is_doable()).count();
    let actions = html! {
        (link_button(w.t("plan-again"), format!("/tenants/{slug}/plan")).icon(Icon::Refresh))
        @if count > 0 {
            (parts.post("apply", &html! {
                (hidden("hash", &plan.hash))
                (submit(w.tx("plan-apply", &[("count", count.into())])).primary())
            }))
        }
    };
    let content = html! {
        div class="plan-line" {
            span { (w.t("plan-read-at")) " " (moment(w, shown.read_at)) }
            span { (w.t("plan-hash")) " " (copy(w, &plan.hash)) }
        }
        @if plan.changes.is_empty() && plan.accepted.is_empty() {
            (empty(&Empty { icon: Icon::Ok, title: w.t("plan-nothing"), says: w.t("plan-nothing-says"), actions: None }))
        }
        @for upstream in ["authentik", "stalwart", "ocis"] { (parts.of_upstream(upstream)) }
        (history(w, &shown.history))
        @for (index, change) in plan.changes.iter().enumerate() {
            @if change.acceptable().is_some() { (parts.accept_dialog(index, change, wrong)) }
        }
    };
    let mut head = tenant_head(view, &shown.details, "plan", actions);
    head.summary = html! { (w.tx("plan-says", &[("count", count.into())])) };
    view.page(&w.tx("plan-title", &[("name", (&shown.details.tenant.name).into())]), &head, &content)
}

impl Parts<'_> {
    fn post(&self, name: &str, inside: &Markup) -> Markup {
        let action = format!("/tenants/{}/{name}", self.slug);
        FormHead { action, csrf: self.csrf.to_owned(), swap: None }.form(inside)
    }

    fn of_upstream(&self, upstream: &str) -> Markup {
        let (w, plan) = (self.w, &self.shown.plan);
        let changes: Vec<(usize, &Change)> =
            plan.changes.iter().enumerate().filter(|(_, change)| change.upstream == upstream).collect();
        let of_it = |acceptance: &&Acceptance| acceptance.subject.kind.starts_with(&format!("{upstream}."));
        let accepted: Vec<&Acceptance> = plan.accepted.iter().filter(of_it).collect();
        if changes.is_empty() && accepted.is_empty() {
            return Markup::default();
        }
        let counts = [("count", changes.len().into()), ("accepted", accepted.len().into())];
        let says = if accepted.is_empty() { "plan-differences" } else { "plan-differences-accepted" };
        let inside = html! {
            ol class="changes" {
                @for (index, change) in changes { (self.one(index, change)) }
                @for acceptance in accepted { (self.accepted(acceptance)) }
            }
        };
        card(format!("plan-{upstream}"), w.t(&format!("upstream-{upstream}")))
            .says(w.tx(says, &counts))
            .flush(inside)
            .render()
    }

    fn one(&self, index: usize, change: &Change) -> Markup {
        let w = self.w;
        let (icon, word) = match change.action {
            PlanAction::Create => (Icon::Plus, "plan-create"),
            PlanAction::Update => (Icon::Pencil, "plan-update"),
            PlanAction::Delete => (Icon::Trash, "plan-delete"),
            PlanAction::Foreign => (Icon::Warn, "plan-foreign"),
            PlanAction::Unreadable => (Icon::Bad, "plan-unreadable"),
        };
        html! {
            li class="change" {
                span { (icon) }
                div {
                    @let title = self.title(&change.owner, &change.key);
                    h3 {
                        (ui::tag(w.t(word))) " "
                        @if let Some(said) = words::sentence(w, change, title) { (said) }
                        @else { (kind_name(w, &change.kind)) " " code { (title) } }
                    }
                    @if let Some(note) = &change.note { p { (w.explain(note)) } }
                    (fields(w, "plan-want", "plan-have", &change.fields))
                }
                div class="row-actions" { (self.actions(index, change)) }
            }
        }
    }

    fn actions(&self, index: usize, change: &Change) -> Markup {
        let w = self.w;
        let chosen = self.chosen(change);
        html! {
            @if change.is_doable() {
                (self.post("drift/revert", &html! { (chosen) (submit(w.t("drift-revert")).small().title(w.t("drift-revert-says"))) }))
            }
            @if not_adoptable(change).is_none() {
                (self.post("drift/adopt", &html! { (chosen) (submit(w.t("drift-adopt")).small().quiet().title(w.t("drift-adopt-says"))) }))
            }
            @if change.acceptable().is_some() {
                (button(w.t("drift-accept")).small().quiet().opens(format!("accept-{index}")))
            }
        }
    }

    fn accepted(&self, acceptance: &Acceptance) -> Markup {
        let (w, subject) = (self.w, &acceptance.subject);
        let by = self.shown.names.get(&acceptance.accepted_by).unwrap_or(&acceptance.accepted_by);
        html! {
            li class="change" {
                span { (Icon::Clock) }
                div {
                    h3 { (ui::tag(w.t("drift-accepted"))) " " (kind_name(w, &subject.kind)) " " code { (self.title(&subject.owner, &subject.name)) } }
                    p {
                        (w.tx("drift-accepted-by", &[("name", by.into())])) " " (date(w, acceptance.expires_at)) ": "
                        q { (acceptance.reason) }
                    }
                    @if subject.difference == Difference::Missing { p { (w.t("drift-missing")) } }
                    @else { (fields(w, "plan-want", "plan-have", &subject.fields)) }
                }
                div class="row-actions" {
                    (self.post("drift/withdraw", &html! {
                        (hidden("id", &acceptance.id)) (submit(w.t("drift-end")).small().quiet())
                    }))
                }
            }
        }
    }

    fn accept_dialog(&self, index: usize, change: &Change, wrong: Option<&Wrong>) -> Markup {
        let wrong = wrong.filter(|wrong| wrong.kind == change.kind && wrong.key == change.key);
        let dialog = AcceptDialog {
            id: format!("accept-{index}"),
            name: self.title(&change.owner, &change.key),
            action: format!("/tenants/{}/drift/accept", self.slug),
            csrf: self.csrf,
            hidden: self.chosen(change),
            typed: wrong.map(|wrong| &wrong.typed),
        };
        accept_dialog(self.w, &dialog)
    }

    /// The name of an object for people: where it is named like its owner, that one's.
    fn title<'b>(&'b self, owner: &str, name: &'b str) -> &'b str {
        let owner = self.shown.owners.get(owner).filter(|_| owner == name);
        owner.and_then(|owner| owner.name.as_deref()).unwrap_or(name)
    }

    /// The fields that name a change.
    fn chosen(&self, change: &Change) -> Markup {
        html! {
            (hidden("hash", &self.shown.plan.hash)) (hidden("kind", &change.kind)) (hidden("key", &change.key))
        }
    }
}

fn fields(w: &Words, want: &str, have: &str, fields: &[FieldChange]) -> Markup {
    html! {
        @if !fields.is_empty() {
            div class="fields" {
                span { (w.t("plan-field")) } span { (w.t(want)) } span { (w.t(have)) }
                @for field in fields {
                    @let [want, have] = words::sides(w, &field.field, [&field.want, &field.have]);
                    span { (words::field_name(w, &field.field)) }
                    (side(want.as_deref(), |text| html! { ins { (text) } }))
                    (side(have.as_deref(), |text| html! { del { (text) } }))
                }
            }
        }
    }
}

/// One side of a field that differs; nothing is marked where there is nothing.
fn side(text: Option<&str>, mark: impl Fn(&str) -> Markup) -> Markup {
    html! {
        @if let Some(text) = text { code { (mark(text)) } }
        @else { span class="muted" { "–" } }
    }
}

/// What was wanted, version by version, each with what it changed.
fn history(w: &Words, versions: &[Version]) -> Markup {
    let former = |version: &Version| {
        let same = |other: &&Version| other.kind == version.kind && other.name == version.name;
        versions.iter().filter(same).find(|other| other.number < version.number)
    };
    let inside = html! {
        ol class="changes" {
            @for version in versions.iter().take(MOST_VERSIONS) {
                li class="change" {
                    span { (icon_of(version)) }
                    div {
                        h3 { (kind_name(w, &version.kind)) " " code { (version.name) } " " (ui::tag(w.tx("history-version", &[("number", version.number.into())]))) }
                        @if version.spec.is_none() { p { (w.t("history-gone")) } }
                        (fields(w, "history-became", "history-was", &changed(version, former(version))))
                    }
                    div class="row-actions" { span class="small muted" { (moment(w, version.changed_at)) } }
                }
            }
        }
    };
    card("history", w.t("history-title")).says(w.t("history-says")).flush(inside).render()
}

fn icon_of(version: &Version) -> Icon {
    match (&version.spec, version.number) {
        (None, _) => Icon::Trash,
        (Some(_), 1) => Icon::Plus,
        (Some(_), _) => Icon::Pencil,
    }
}

fn changed(version: &Version, former: Option<&Version>) -> Vec<FieldChange> {
    let before = former.and_then(|former| former.spec.as_ref());
    let fields = version.spec.as_ref().and_then(Value::as_object).into_iter().flatten();
    let change = |(field, want): (&String, &Value)| {
        let have = before.and_then(|before| before.get(field)).cloned().unwrap_or(Value::Null);
        (have != *want).then(|| FieldChange { field: field.clone(), want: want.clone(), have })
    };
    fields.filter_map(change).collect()
}
