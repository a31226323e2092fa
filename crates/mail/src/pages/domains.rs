//! What becomes of addresses that nobody has, domain by domain.

use access::{Granted, ManageMail};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::DomainName;
use maud::{Markup, html};
use provisioning::MailSettings;
use web::draft::{Draft, filled};
use web::ui::{
    self, Empty, Field, FieldKind, FormHead, Icon, PageHead, Tone, card, empty, link_button, submit,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::{DOMAINS, said};
use crate::api::AtDomain;
use crate::error::Error;
use crate::input;
use crate::service::Mail;

/// A form that was not done, and of which domain.
struct Typed {
    domain: DomainName,
    draft: Draft,
}

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("saved", "mail-done-saved")]);
    let all = mail.domains(&by).await?;
    let kept = all.iter().find_map(|(domain, _)| {
        let body = view.refill(&action(&by.scope().slug, domain))?;
        Some(Typed { domain: domain.clone(), draft: Draft::kept(FORM, &body) })
    });
    Ok(page(&view, &mail, &by, &all, kept.as_ref()))
}

fn action(slug: &str, domain: &DomainName) -> String {
    format!("/admin/{slug}/mail/domains/{domain}")
}

pub async fn change(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtDomain>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let domain = at.name()?;
    let mut input = body.input(input::DOMAIN);
    let change = input::domain(&mut input);
    let done = match input.finish(Some(change)) {
        Ok(change) => mail.set_domain(&by, &domain, change).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => {
            let place = format!("/admin/{}/mail/domains?done=saved", by.scope().slug);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, &["catchAll"])?;
            let all = mail.domains(&by).await?;
            let page = page(&view, &mail, &by, &all, Some(&Typed { domain, draft }));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

const FORM: &str = "domain";

fn page(
    view: &View,
    mail: &Mail,
    by: &Granted<ManageMail>,
    all: &[(DomainName, MailSettings)],
    typed: Option<&Typed>,
) -> Markup {
    let (w, slug) = (view.words(), &by.scope().slug);
    let head = PageHead {
        title: w.t("nav-mail"),
        summary: html! { (w.t("mail-domains-say")) },
        tabs: mail.tabs(w, slug, DOMAINS),
        ..PageHead::default()
    };
    let nothing = Empty {
        icon: Icon::Globe,
        title: w.t("mail-domains-none"),
        says: w.t("mail-domains-none-says"),
        actions: Some(html! { (link_button(w.t("mail-domains-add"), format!("/admin/{slug}/domains"))) }),
    };
    let content = html! {
        div class="stack" {
            @if all.is_empty() { (empty(&nothing)) }
            @for (at, (name, settings)) in all.iter().enumerate() {
                @let draft = typed.filter(|typed| typed.domain == *name).map(|typed| &typed.draft);
                (card(format!("domain-{at}"), name.unicode()).body(form(w, view, slug, (at, name, settings), draft)))
            }
            @if !all.is_empty() {
                (ui::banner(Tone::Info, &w.t("mail-forwarding"), &w.t("mail-forwarding-says"), None))
            }
        }
    };
    view.page(&w.t("mail-domains"), &head, &content)
}

fn form(
    w: &Words,
    view: &View,
    slug: &str,
    (at, name, settings): (usize, &DomainName, &MailSettings),
    draft: Option<&Draft>,
) -> Markup {
    let scope = |field: Field| Field { scope: format!("domain-{at}"), ..field };
    let catch_all = Field { exact: true, ..Field::new("catchAll", w.t("mail-catch-all")) }
        .optional()
        .value(settings.catch_all.clone().unwrap_or_default())
        .help(w.t("mail-catch-all-help"));
    let choices = [("on", "mail-plus-on"), ("off", "mail-plus-off")];
    let plus = Field::new("plusAddresses", w.t("mail-plus"))
        .kind(FieldKind::Select(choices.map(|(value, key)| (value.to_owned(), w.t(key))).to_vec()))
        .value(if settings.plus_addresses { "on" } else { "off" })
        .help(w.tx("mail-plus-help", &[("domain", name.unicode().into())]));
    let refilled = |field: Field| scope(filled(draft, FORM, field));
    let inside = html! {
        (said(w, draft, FORM, &[]))
        (ui::field(w, &refilled(catch_all)))
        (ui::field(w, &refilled(plus)))
        div class="row" { (submit(w.t("mail-save"))) }
    };
    let head = FormHead { action: action(slug, name), csrf: view.shell.csrf.clone(), swap: None };
    head.form(&inside)
}
