//! What opens over a page. A dialog closes on its buttons, Escape, or a press and release on the backdrop; unsaved input
//! asks first (the script keeps that rule). A sheet stands beside the list and is part of the address.

use i18n::Words;
use maud::{Markup, Render, html};

use super::{Button, Icon, button, hidden, submit};

/// A dialog; made by [`dialog`].
#[derive(Debug, Clone)]
pub struct Dialog {
    id: String,
    title: String,
    close: String,
    lead: Option<Markup>,
    wide: bool,
    open: bool,
    form: Option<(String, String, Option<String>)>,
    body: Markup,
    footer: Markup,
}

/// A dialog of 480 px. The title is the question or the action. A button opens it with `.opens(id)`.
pub fn dialog(w: &Words, id: impl Into<String>, title: impl Into<String>) -> Dialog {
    Dialog {
        id: id.into(),
        title: title.into(),
        close: w.t("ui-close"),
        lead: None,
        wide: false,
        open: false,
        form: None,
        body: html! {},
        footer: html! {},
    }
}

impl Dialog {
    /// 640 px.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// An avatar or an icon before the title.
    pub fn lead(mut self, lead: Markup) -> Self {
        self.lead = Some(lead);
        self
    }

    /// Open when the page comes: a form that was sent with errors, a secret that was just made.
    pub fn open(mut self, open: bool) -> Self {
        self.open = open;
        self
    }

    /// Body and footer are one form, posted to `action`.
    pub fn form(mut self, action: impl Into<String>, csrf: impl Into<String>) -> Self {
        self.form = Some((action.into(), csrf.into(), None));
        self
    }

    /// The form's answer swaps the region of this id.
    pub fn swaps(mut self, region: impl Into<String>) -> Self {
        if let Some((_, _, swap)) = &mut self.form {
            *swap = Some(region.into());
        }
        self
    }

    /// The content.
    pub fn body(mut self, body: Markup) -> Self {
        self.body = body;
        self
    }

    /// The buttons, the action last.
    pub fn footer(mut self, footer: Markup) -> Self {
        self.footer = footer;
        self
    }
}

impl Render for Dialog {
    fn render(&self) -> Markup {
        let inside = html! {
            div class="body" { (self.body) }
            @if !self.footer.0.is_empty() { footer { (self.footer) } }
        };
        html! {
            dialog class={ "dialog" @if self.wide { " wide" } } id=(self.id) open[self.open]
                data-modal=[self.open.then_some("")] aria-labelledby={ (self.id) "-t" } {
                header {
                    @if let Some(lead) = &self.lead { (lead) }
                    h2 id={ (self.id) "-t" } { (self.title) }
                    (button(&self.close).only(Icon::X).quiet().small().closes(&self.id))
                }
                @if let Some((action, csrf, swap)) = &self.form {
                    form method="post" action=(action) data-swap=[swap] novalidate { (hidden("csrf", csrf)) (inside) }
                } @else { (inside) }
            }
        }
    }
}

/// A dangerous action and its question.
#[derive(Debug, Clone, Default)]
pub struct Confirm {
    /// The dialog's id.
    pub id: String,
    /// The question: "Terminate Acme?"
    pub title: String,
    /// What happens, to how many, from when.
    pub says: String,
    /// What goes, each with its icon: "22 mailboxes, 318 GB".
    pub goes: Vec<(Icon, String)>,
    /// The name to be typed where it can't be undone; posted as `confirm`.
    pub name: Option<String>,
    /// Its button: "Terminate, purge on 20 Dec".
    pub label: String,
    /// The way out in words: "Keep it".
    pub keep: String,
    /// Where it is posted to.
    pub action: String,
    /// Against forgery.
    pub csrf: String,
    /// Further fields, such as a reason.
    pub fields: Option<Markup>,
    /// What the server said of the typed name; opens the dialog.
    pub error: Option<String>,
}

/// The dialog of a dangerous action.
pub fn confirm(w: &Words, confirm: &Confirm) -> Markup {
    let field = format!("{}-name", confirm.id);
    let wrong = confirm.error.as_ref().map(|_| format!("{field}-e"));
    let body = html! {
        p class="small" { (confirm.says) }
        @if !confirm.goes.is_empty() {
            ul class="goes small" { @for (icon, what) in &confirm.goes { li { (icon) (what) } } }
        }
        @if let Some(fields) = &confirm.fields { (fields) }
        @if let Some(name) = &confirm.name {
            div class="field" {
                label for=(field) { (w.tx("ui-type-name", &[("name", name.into())])) }
                input class="input mono" id=(field) name="confirm" required autocomplete="off" autocapitalize="off" spellcheck="false" autofocus
                    data-confirm-name=(name) data-free aria-invalid=[wrong.as_ref().map(|_| "true")] aria-describedby=[&wrong];
                @if let (Some(id), Some(error)) = (&wrong, &confirm.error) {
                    p class="wrong" id=(id) { (Icon::Bad) (error) }
                }
            }
        }
    };
    let mut keep = button(&confirm.keep).closes(&confirm.id);
    if confirm.name.is_none() && confirm.fields.is_none() {
        keep = keep.autofocus();
    }
    dialog(w, &confirm.id, &confirm.title)
        .form(&confirm.action, &confirm.csrf)
        .open(confirm.error.is_some())
        .body(body)
        .footer(html! { (keep) (submit(&confirm.label).sure()) })
        .render()
}

/// A sheet at the right side with the details of one row; made by [`sheet`].
#[derive(Debug, Clone)]
pub struct Sheet {
    id: String,
    title: String,
    close: (String, String),
    region: Option<String>,
    under: Option<Markup>,
    steps: Vec<Button>,
    sections: Vec<(Option<String>, Markup)>,
}

/// A sheet; `back` is the address without it.
pub fn sheet(w: &Words, id: impl Into<String>, title: impl Into<String>, back: impl Into<String>) -> Sheet {
    Sheet {
        id: id.into(),
        title: title.into(),
        close: (w.t("ui-close"), back.into()),
        region: None,
        under: None,
        steps: Vec::new(),
        sections: Vec::new(),
    }
}

impl Sheet {
    /// Closing swaps the region of this id, which holds list and sheet.
    pub fn region(mut self, id: impl Into<String>) -> Self {
        self.region = Some(id.into());
        self
    }

    /// A line under the title.
    pub fn under(mut self, under: Markup) -> Self {
        self.under = Some(under);
        self
    }

    /// Buttons to the earlier and the later row.
    pub fn steps(mut self, steps: Vec<Button>) -> Self {
        self.steps = steps;
        self
    }

    /// A part with or without a title.
    pub fn section(mut self, title: Option<String>, inside: Markup) -> Self {
        self.sections.push((title, inside));
        self
    }
}

impl Render for Sheet {
    fn render(&self) -> Markup {
        let (close, back) = &self.close;
        html! {
            dialog class="sheet" id=(self.id) open aria-labelledby={ (self.id) "-t" } {
                header {
                    div {
                        h2 id={ (self.id) "-t" } { (self.title) }
                        @if let Some(under) = &self.under { p class="small soft" { (under) } }
                    }
                    span class="push row tight" {
                        @for step in &self.steps { (step) }
                        a class="btn only quiet s" href=(back) data-swap=[&self.region] data-close aria-label=(close) title=(close) { (Icon::X) }
                    }
                }
                @for (title, inside) in &self.sections {
                    section { @if let Some(title) = title { h3 { (title) } } (inside) }
                }
            }
        }
    }
}
