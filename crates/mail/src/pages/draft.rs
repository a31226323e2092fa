//! What was typed and refused, to be shown again with what is wrong.

use i18n::Words;
use kernel::{Coded as _, FieldError, Kind};
use maud::{Markup, html};
use web::FormBody;
use web::ui::{self, Field, Tone};

use crate::error::Error;

/// A form that was refused.
pub struct Draft {
    /// Which of the page's forms.
    pub form: &'static str,
    typed: FormBody,
    errors: Vec<FieldError>,
    said: Option<String>,
}

impl Draft {
    /// A refusal that belongs into the form; any other is a page of its own.
    pub fn of(form: &'static str, body: &FormBody, error: Error, fields: &[&str]) -> Result<Self, Error> {
        if !matches!(error.kind(), Kind::Conflict | Kind::Invalid) {
            return Err(error);
        }
        let errors = error.fields();
        let is_shown =
            !errors.is_empty() && errors.iter().all(|wrong| fields.contains(&wrong.field.as_str()));
        let advice = error.advice().map(|advice| format!(". {advice}")).unwrap_or_default();
        let said = (!is_shown).then(|| format!("{error}{advice}"));
        Ok(Self { form, typed: body.clone(), errors, said })
    }
}

/// A field of a form: as it was typed and refused, or else with its own value.
pub fn filled(draft: Option<&Draft>, form: &'static str, field: Field) -> Field {
    let field = Field { scope: form.to_owned(), ..field };
    let Some(draft) = draft.filter(|draft| draft.form == form) else { return field };
    let typed = draft.typed.typed(&field.name).map(str::to_owned).unwrap_or_default();
    let wrong = draft.errors.iter().find(|wrong| wrong.field == field.name);
    field.value(typed).error(wrong.map(|wrong| wrong.message.clone()))
}

/// What is wrong with none of a form's fields.
pub fn said(w: &Words, draft: Option<&Draft>, form: &'static str) -> Markup {
    let said = draft.filter(|draft| draft.form == form).and_then(|draft| draft.said.as_ref());
    html! { @if let Some(said) = said { (ui::banner(Tone::Bad, &w.t("mail-not-done"), said, None)) } }
}
