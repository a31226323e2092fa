//! What only the upstreams know of members, in words. What is not known is said so, with its reason.

use i18n::Words;
use maud::{Markup, Render as _, html};
use web::ui::{self, State, Tone, state_said};

use crate::live::{Known, MailUse, Why};

/// In a cell, or as a fact: whether somebody has a second factor.
pub fn second_factor(w: &Words, known: Known<bool>) -> Markup {
    match known {
        Ok(true) => state_said(State::Ok, w.t("mfa-on")).render(),
        Ok(false) => state_said(State::Attention, w.t("mfa-off")).render(),
        Err(why) => unknown(w, why),
    }
}

/// In a cell, or as a fact: how full a mailbox is.
pub fn mail(w: &Words, known: Known<MailUse>) -> Markup {
    match known {
        Ok(MailUse { used, quota }) => {
            let is_full = quota.is_some_and(|quota| quota > 0 && used >= quota / 10 * 9);
            let said = html! {
                span class="num" { (ui::bytes(w, used)) }
                small class="muted block num" {
                    @match quota {
                        Some(quota) => (w.tx("mail-use-of", &[("quota", ui::bytes(w, quota).into())])),
                        None => (w.t("mail-use-no-limit")),
                    }
                }
            };
            html! { @if is_full { (Tone::Warn.icon()) } (said) }
        }
        Err(Why::NoMailbox) => html! { span class="muted" { (w.t("member-no-mailbox")) } },
        Err(why) => unknown(w, why),
    }
}

fn unknown(w: &Words, why: Why) -> Markup {
    html! {
        span class="muted" { (w.t("ui-not-known")) }
        @if !why.is_of_upstream() { small class="muted block" { (said(w, why)) } }
    }
}

/// The reason in a sentence.
pub(super) fn said(w: &Words, why: Why) -> String {
    w.t(&format!("live-why-{}", why.as_str().replace('_', "-")))
}

/// Above what can't be known at all just now.
pub fn silent(w: &Words, what: &str, why: Why) -> Markup {
    ui::banner(Tone::Info, &w.t(what), &said(w, why), None)
}
