//! One's own second factor: whether there is one, and the way to where it is set up.

use access::OwnAccount;
use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};
use web::ui::{self, Icon, PageHead, Tone, card, link_button};
use web::{Right, View, Web};

use super::live;
use crate::live::Why;
use crate::service::People;

/// The passwords of mail programs, which ask for no second factor.
const APP_PASSWORDS: &str = "/account/app-passwords";
/// The identity provider's own flow for an app that shows codes (authentik, section 4).
const SET_UP: &str = "/if/flow/default-authenticator-totp-setup/";

pub async fn show(
    Right(by): Right<OwnAccount>,
    State(people): State<People>,
    Extension(web): Extension<Web>,
    view: View,
) -> Markup {
    let w = view.words();
    let known = people.own_second_factor(&by).await;
    let at = format!("{}{SET_UP}", web.settings().issuer_origin);
    let head =
        PageHead { title: w.t("mfa"), summary: html! { (w.t("own-mfa-says")) }, ..PageHead::default() };
    let inside = html! {
        p { (live::second_factor(w, known)) }
        @match known {
            Ok(true) => {
                p class="soft" { (w.t("own-mfa-on")) " " a href=(APP_PASSWORDS) { (w.t("own-mfa-app-passwords")) } }
            }
            Ok(false) => p class="soft" { (w.t("own-mfa-off")) },
            Err(_) => {}
        }
        @if known.err() != Some(Why::NoAccount) {
            div class="row" {
                @let button = link_button(w.t(if known == Ok(true) { "own-mfa-another" } else { "own-mfa-set-up" }), at);
                @if known == Ok(true) { (button.icon(Icon::Out)) } @else { (button.primary().icon(Icon::Out)) }
            }
        }
    };
    let content = html! {
        @if let Err(why) = known { (ui::banner(Tone::Info, &w.t("own-mfa-silent"), &live::said(w, why), None)) }
        (card("second-factor", w.t("own-mfa-card")).body(inside))
    };
    view.page(&w.t("mfa"), &head, &content)
}
