//! What was typed and refused, to be shown again with what is wrong.

use i18n::Words;
use kernel::{Coded as _, ErrorKind, FieldError};
use maud::{Markup, html};
use web::FormBody;
use web::ui::{self, Field, Tone};

use crate::error::Error;

/// A form that was refused, or that outlived its session.
pub struct Draft {
    typed: FormBody,
    errors: Vec<FieldError>,
    said: Option<String>,
    is_stale: bool,
}

/// What a field is called in a form where that is not its name on the wire.
fn in_form(field: &str) -> &str {
    if field == "spaceBytes" { "space" } else { field }
}

impl Draft {
    /// What was typed in a form whose session had ended.
    pub fn kept(body: &FormBody) -> Self {
        Self { typed: body.clone(), errors: Vec::new(), said: None, is_stale: false }
    }

    /// A refusal that belongs into the form; any other is a page of its own.
    pub fn of(body: &FormBody, error: Error, fields: &[&str]) -> Result<Self, Error> {
        if !matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Invalid | ErrorKind::Stale) {
            return Err(error);
        }
        let is_stale = matches!(error, Error::Stale);
        let errors = error.fields();
        let is_shown =
            !errors.is_empty() && errors.iter().all(|wrong| fields.contains(&in_form(&wrong.field)));
        let said = (!is_shown && !is_stale).then(|| memberships::sentences(&error));
        Ok(Self { typed: body.clone(), errors, said, is_stale })
    }

    /// The version of the group when the page with the form was made: a change by somebody else since then must still
    /// be seen. Once it is shown, `now`.
    pub fn version(&self, now: i64) -> i64 {
        if self.is_stale { now } else { version_of(&self.typed) }
    }
}

/// The version that a form was made from.
pub fn version_of(body: &FormBody) -> i64 {
    body.typed("version").and_then(|text| text.parse().ok()).unwrap_or(-1)
}

/// A field of a form: as it was typed and refused, or else with its own value.
pub fn filled(draft: Option<&Draft>, form: &'static str, field: Field) -> Field {
    let field = Field { scope: form.to_owned(), ..field };
    let Some(draft) = draft else { return field };
    let typed = draft.typed.typed(&field.name).map(str::to_owned).unwrap_or_default();
    let wrong = draft.errors.iter().find(|wrong| in_form(&wrong.field) == field.name);
    // The first of several takes the focus.
    let field = Field { autofocus: wrong.is_some(), ..field };
    field.value(typed).error(wrong.map(|wrong| wrong.message.clone()))
}

/// Both versions of a form's fields, which come with the values that they have now, where somebody else changed them
/// meanwhile.
pub fn both(w: &Words, draft: Option<&Draft>, form: &'static str, fields: &[Field]) -> Markup {
    let is_stale = draft.is_some_and(|draft| draft.is_stale);
    let pairs = || -> Vec<(Field, String)> {
        fields.iter().map(|now| (filled(draft, form, now.clone()), now.value.clone())).collect()
    };
    html! { @if is_stale { (ui::conflict(w, &pairs())) } }
}

/// What is wrong with none of a form's fields.
pub fn said(w: &Words, draft: Option<&Draft>) -> Markup {
    let said = draft.and_then(|draft| draft.said.as_ref());
    html! { @if let Some(said) = said { (ui::banner(Tone::Bad, &w.t("group-not-done"), said, None)) } }
}
