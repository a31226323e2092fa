//! What was typed and not done, to be shown again with what is wrong.

use i18n::Words;
use kernel::{Coded, ErrorKind, FieldError, Message};
use maud::{Markup, html};

use crate::body::FormBody;
use crate::ui::{self, Field, Tone};

/// A form that was refused, or came when its session had ended.
#[derive(Debug)]
pub struct Draft {
    /// Which of the page's forms.
    pub form: &'static str,
    typed: FormBody,
    errors: Vec<FieldError>,
    /// What is wrong with none of its fields.
    refusal: Option<Refusal>,
}

/// What is wrong with none of a form's fields.
#[derive(Debug)]
enum Refusal {
    /// Somebody changed what it is about meanwhile.
    Stale,
    /// Anything else.
    Other(Message),
}

impl Draft {
    /// A refusal that belongs into the form; any other is a page of its own.
    pub fn of<E: Coded>(form: &'static str, body: &FormBody, error: E, fields: &[&str]) -> Result<Self, E> {
        Self::renamed(form, body, error, fields, |field| field)
    }

    /// The same of a form that has other names for some fields than the wire.
    pub fn renamed<E: Coded>(
        form: &'static str,
        body: &FormBody,
        error: E,
        fields: &[&str],
        in_form: fn(&str) -> &str,
    ) -> Result<Self, E> {
        if !matches!(error.kind(), ErrorKind::Stale | ErrorKind::Conflict | ErrorKind::Invalid) {
            return Err(error);
        }
        let mut errors = error.fields();
        for wrong in &mut errors {
            wrong.field = in_form(&wrong.field).to_owned();
        }
        Ok(Self::new(form, body, &error, errors, fields))
    }

    /// Any refusal, in the form: whoever calls it has looked at its kind.
    pub fn refused(form: &'static str, body: &FormBody, error: &impl Coded, fields: &[&str]) -> Self {
        Self::new(form, body, error, error.fields(), fields)
    }

    fn new(
        form: &'static str,
        body: &FormBody,
        error: &impl Coded,
        errors: Vec<FieldError>,
        fields: &[&str],
    ) -> Self {
        let refusal = match error.kind() {
            ErrorKind::Stale => Refusal::Stale,
            _ => Refusal::Other(error.message()),
        };
        let is_shown =
            !errors.is_empty() && errors.iter().all(|wrong| fields.contains(&wrong.field.as_str()));
        Self { form, typed: body.clone(), errors, refusal: (!is_shown).then_some(refusal) }
    }

    /// What was typed in a field.
    pub fn typed<'a>(&'a self, field: &'a str) -> Option<&'a str> {
        self.typed.typed(field)
    }

    /// True when a field was refused for one of these codes.
    pub fn is_for(&self, codes: &[&str]) -> bool {
        self.errors.iter().any(|wrong| codes.contains(&wrong.code))
    }

    /// What was typed before the session ended.
    pub fn kept(form: &'static str, body: &FormBody) -> Self {
        Self { form, typed: body.clone(), errors: Vec::new(), refusal: None }
    }

    /// The version of what the form is about when the page with it was made: a change by somebody else since then must
    /// still be seen. Once it is shown, `now`.
    pub fn version(&self, now: i64) -> i64 {
        if matches!(self.refusal, Some(Refusal::Stale)) { now } else { version_of(&self.typed) }
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
    // The first of several takes the focus.
    let autofocus = if draft.errors.is_empty() { field.autofocus } else { wrong.is_some() };
    Field { autofocus, ..field }.value(typed).error(wrong.map(|wrong| wrong.message.clone()))
}

/// What is wrong with none of a form's fields, after a lead. Of a change by somebody else meanwhile, both versions of the
/// fields, which come with the values that they have now.
pub fn said(w: &Words, lead: &str, draft: Option<&Draft>, form: &'static str, fields: &[&Field]) -> Markup {
    let refusal = draft.filter(|draft| draft.form == form).and_then(|draft| draft.refusal.as_ref());
    let both = || -> Vec<(Field, String)> {
        fields.iter().map(|&now| (filled(draft, form, now.clone()), now.value.clone())).collect()
    };
    html! {
        @match refusal {
            None => {}
            Some(Refusal::Stale) => (ui::conflict(w, &both())),
            Some(Refusal::Other(message)) => (ui::banner(Tone::Bad, lead, &w.explain(message), None)),
        }
    }
}
