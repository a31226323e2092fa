//! The form of a flag, for a new one and for one that is changed, with how many tenants it reaches while it is typed.

use std::collections::BTreeSet;

use access::{Granted, ManageFlags};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, html};
use tenants::Plan;
use web::draft::{Draft, filled, said};
use web::ui::{self, Field, FieldKind, hidden, link_button, submit};
use web::{Failure, FormBody, Right, View, is_swap};

use super::{name_of_plan, new, one};
use crate::error::Error;
use crate::input::{self, per_cent, typed_moment};
use crate::model::{Key, Kind, Rule};
use crate::reads::Details;
use crate::service::Flags;
use crate::store::{self, Reached};

/// What drafts of it are known by.
pub const FORM: &str = "flag";
/// Its fields.
pub const NAMES: &[&str] =
    &["key", "description", "kind", "share", "tenants", "partners", "plans", "startsAt", "endsAt"];
/// The field that names the flag which is changed; it is no part of the change.
pub const OF: &str = "flag";
/// Where it is asked how many it reaches.
const PREVIEW: &str = "/flags/preview";

/// What the form is shown with.
pub struct Shown<'a> {
    /// The flag that is changed; none for a new one.
    pub details: Option<&'a Details>,
    /// What was typed.
    pub draft: Option<&'a Draft>,
    /// How many tenants it reaches as it was typed; none where that wasn't asked, or can't be said.
    pub reached: Option<Reached>,
}

/// Where a flag's form is sent to.
pub fn place(key: Option<&Key>) -> String {
    key.map_or_else(|| "/flags".to_owned(), |key| format!("/flags/{key}"))
}

/// How many tenants it reaches, swapped in place while one types.
fn reach(w: &Words, reached: Option<Reached>) -> Markup {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    html! {
        p class="small" id="reach" role="status" data-unknown=(w.t("flag-reach-failed")) {
            @match reached {
                Some(Reached { tenants, of }) => {
                    b class="num" { (w.tx("flag-reach", &[("count", count(tenants).into()), ("of", count(of).into())])) }
                }
                None => { (w.t("flag-reach-unknown")) }
            }
        }
    }
}

fn fields(w: &Words, details: Option<&Details>) -> Vec<(&'static str, Vec<Field>)> {
    let fresh = Rule::default();
    let flag = details.map(|details| &details.summary.flag);
    let rule = flag.map_or(&fresh, |flag| &flag.rule);
    let kinds =
        Kind::ALL.map(|kind| (kind.as_str().to_owned(), w.t(&format!("flag-kind-{}", kind.as_str()))));
    let mut about = Vec::new();
    if flag.is_none() {
        let key = Field { exact: true, autofocus: true, ..Field::new("key", w.t("flag-key")) };
        about.push(key.help(w.t("flag-key-help")));
    }
    let description = flag.and_then(|flag| flag.description.clone()).unwrap_or_default();
    about.push(Field::new("description", w.t("flag-description")).value(description).optional());
    let share = Field {
        suffix: Some("%".into()),
        inputmode: Some("decimal"),
        ..Field::new("share", w.t("flag-share"))
    };
    let whom = vec![
        Field::new("kind", w.t("flag-for")).kind(FieldKind::Radio(kinds.to_vec())).value(rule.kind.as_str()),
        share.value(per_cent(rule.share)).help(w.t("flag-share-help")).optional(),
        slugs("tenants", w.t("flag-tenants"), details.map(|details| &details.tenants))
            .help(w.t("flag-tenants-help")),
        slugs("partners", w.t("flag-partners"), details.map(|details| &details.partners))
            .help(w.t("flag-partners-help")),
        plans(w, &rule.plans),
    ];
    let when = vec![
        moment("startsAt", w.t("flag-startsat"), rule.starts_at).help(w.t("flag-startsat-help")),
        moment("endsAt", w.t("flag-endsat"), rule.ends_at).help(w.t("flag-endsat-help")),
    ];
    vec![("flag-about", about), ("flag-whom", whom), ("flag-when", when)]
}

fn slugs(name: &str, label: String, now: Option<&Vec<String>>) -> Field {
    let value = now.map(|slugs| slugs.join("\n")).unwrap_or_default();
    Field { exact: true, ..Field::new(name, label) }.kind(FieldKind::Textarea).value(value).optional()
}

fn plans(w: &Words, now: &BTreeSet<Plan>) -> Field {
    let among = Plan::ALL.map(|plan| (plan.as_str().to_owned(), name_of_plan(w, plan))).to_vec();
    let value: Vec<&str> = now.iter().map(|plan| plan.as_str()).collect();
    Field { exact: true, among, ..Field::new("plans", w.t("flag-plans")) }
        .kind(FieldKind::Textarea)
        .value(value.join("\n"))
        .help(w.t("flag-plans-help"))
        .optional()
}

fn moment(name: &str, label: String, at: Option<Timestamp>) -> Field {
    let placeholder = Some("2027-01-31".to_owned());
    let field = Field { exact: true, placeholder, ..Field::new(name, label) };
    field.value(at.map(typed_moment).unwrap_or_default()).optional()
}

/// The form.
pub fn form(view: &View, shown: &Shown<'_>) -> Markup {
    let w = view.words();
    let flag = shown.details.map(|details| &details.summary.flag);
    let at = place(flag.map(|flag| &flag.key));
    let groups = fields(w, shown.details);
    let all: Vec<&Field> = groups.iter().flat_map(|(_, fields)| fields).collect();
    let save = if flag.is_some() { w.t("flag-save") } else { w.t("flag-create") };
    html! {
        form class="form" method="post" action=(at) data-preview=(PREVIEW) data-region="reach" novalidate {
            (hidden("csrf", &view.shell.csrf))
            @if let Some(flag) = flag {
                (hidden("version", &shown.draft.map_or(flag.version, |draft| draft.version(flag.version)).to_string()))
                (hidden(OF, flag.key.as_str()))
            }
            (said(w, &w.t("flag-not-done"), shown.draft, FORM, &all))
            @for (title, fields) in &groups {
                fieldset class="stack" {
                    legend { (w.t(title)) }
                    @for field in fields { (ui::field(w, &filled(shown.draft, FORM, field.clone()))) }
                }
            }
            (reach(w, shown.reached))
            div class="row" {
                (submit(save).primary())
                (submit(w.t("flag-preview")).action(PREVIEW))
                (link_button(w.t("flag-cancel"), "/flags").quiet())
            }
        }
    }
}

impl Flags {
    /// How many tenants what was typed reaches; none where it can't be read, or names whom nobody knows.
    async fn reached_by(
        &self,
        by: &Granted<ManageFlags>,
        body: &FormBody,
        of: Option<&Key>,
    ) -> Result<Option<Reached>, Error> {
        let typed = body.without("version").without(OF);
        let read = match of {
            Some(key) => input::change(typed.input(input::CHANGE_FORM)).map(|sent| (key.clone(), sent)),
            None => input::new(typed.input(input::CREATE_FORM)),
        };
        let Ok((key, sent)) = read else { return Ok(None) };
        let before = match of {
            Some(key) => store::by_key(self.platform.db.read(), key).await?.ok_or(Error::NotFound)?.rule,
            None => Rule::default(),
        };
        match self.change_of(sent).await.and_then(|change| change.checked(&before)) {
            Ok(rule) => self.reached(by, &key, &rule).await.map(Some),
            Err(Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Says how many tenants a flag would reach, before it is saved: to the script in place, else on the page of the form.
pub async fn preview(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    headers: HeaderMap,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let key = match body.typed(OF) {
        Some(key) => Some(key.parse::<Key>().map_err(|_| Error::NotFound)?),
        None => None,
    };
    let reached = flags.reached_by(&by, &body, key.as_ref()).await?;
    if is_swap(&headers) {
        return Ok(reach(view.words(), reached).into_response());
    }
    let draft = Draft::kept(FORM, &body);
    Ok(match key {
        Some(key) => {
            let details = flags.details(&by, &key).await?;
            let shown = Shown { details: Some(&details), draft: Some(&draft), reached };
            one::page(&flags, &by, &view, &shown, None).await?
        }
        None => new::page(&view, &Shown { details: None, draft: Some(&draft), reached }),
    }
    .into_response())
}
