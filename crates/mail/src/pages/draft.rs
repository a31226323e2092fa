//! What was typed and not done, to be shown again with what is wrong.

use i18n::Words;
use kernel::{Coded as _, ErrorKind, FieldError};
use maud::{Markup, html};
use web::FormBody;
use web::ui::{self, Field, Tone};

use crate::error::Error;

/// A form that was refused, or came when its session had ended.
pub struct Draft {
    /// Which of the page's forms.
    pub form: &'static str,
    typed: FormBody,
    errors: Vec<FieldError>,
    /// What is wrong with none of its fields.
    refusal: Option<Error>,
}

impl Draft {
    /// A refusal that belongs into the form; any other is a page of its own.
    pub fn of(form: &'static str, body: &FormBody, error: Error, fields: &[&str]) -> Result<Self, Error> {
        if !matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Invalid | ErrorKind::Stale) {
            return Err(error);
        }
        let errors = error.fields();
        let is_shown =
            !errors.is_empty() && errors.iter().all(|wrong| fields.contains(&wrong.field.as_str()));
        let refusal = (!is_shown).then_some(error);
        Ok(Self { form, typed: body.clone(), errors, refusal })
    }

    /// What was typed before the session ended.
    pub fn kept(form: &'static str, body: &FormBody) -> Self {
        Self { form, typed: body.clone(), errors: Vec::new(), refusal: None }
    }

    /// The version of what the form is about when the page with it was made: a change by somebody else since then must
    /// still be seen. Once it is shown, `now`.
    pub fn version(&self, now: i64) -> i64 {
        if matches!(self.refusal, Some(Error::Stale)) { now } else { version_of(&self.typed) }
    }
}

/// The version that a form was made from.
pub fn version_of(body: &FormBody) -> i64 {
    body.typed("version").and_then(|text| text.parse().ok()).unwrap_or(-1)
}

/// A field of a form: as it was typed, or else with its own value.
pub fn filled(draft: Option<&Draft>, form: &'static str, field: Field) -> Field {
    let field = Field { scope: form.to_owned(), ..field };
    let Some(draft) = draft.filter(|draft| draft.form == form) else { return field };
    let typed = draft.typed.typed(&field.name).map(str::to_owned).unwrap_or_default();
    let wrong = draft.errors.iter().find(|wrong| wrong.field == field.name);
    field.value(typed).error(wrong.map(|wrong| wrong.message.clone()))
}

/// What is wrong with none of a form's fields. Of a change by somebody else meanwhile, both versions of the fields, which
/// come with the values that they have now.
pub fn said(w: &Words, draft: Option<&Draft>, form: &'static str, fields: &[&Field]) -> Markup {
    let refusal = draft.filter(|draft| draft.form == form).and_then(|draft| draft.refusal.as_ref());
    let both = || -> Vec<(Field, String)> {
        fields.iter().map(|&now| (filled(draft, form, now.clone()), now.value.clone())).collect()
    };
    html! {
        @match refusal {
            None => {}
            Some(Error::Stale) => (ui::conflict(w, &both())),
            Some(other) => (ui::banner(Tone::Bad, &w.t("mail-not-done"), &memberships::sentences(other), None)),
        }
    }
}
