//! Form rows: the label above, the help below, the error in place of the help. Required unless marked optional.

use i18n::Words;
use kernel::Message;
use maud::{Markup, html};

use super::Icon;
use crate::body::DOMAIN_MARK;
use crate::kept::SECRET_MARK;

/// What kind of value a field takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    #[default]
    Text,
    /// An address.
    Email,
    /// A secret.
    Password,
    /// A count; still a text field, for arrows change numbers by accident.
    Number,
    /// A day, by the browser's own picker.
    Date,
    /// One of few: value and label each.
    Select(Vec<(String, String)>),
    /// One of few, all seen.
    Radio(Vec<(String, String)>),
    /// Many words.
    Textarea,
    /// On or off at once.
    Switch,
    /// Yes or no.
    Checkbox,
    /// Not shown.
    Hidden,
}

/// A form row.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one attribute of the element")]
pub struct Field {
    /// The name it is sent by; its id is `f-{name}`, after `{scope}-` when there is one.
    pub name: String,
    /// Set where two forms of one page have a field of the same name.
    pub scope: String,
    /// What is asked.
    pub label: String,
    /// What helps to answer.
    pub help: Option<String>,
    /// The value; `on` for a checked box.
    pub value: String,
    /// What is wrong; stands in place of the help.
    pub error: Option<Message>,
    /// What it takes.
    pub kind: FieldKind,
    /// The token by which browsers fill it in.
    pub autocomplete: Option<&'static str>,
    /// May be left out.
    pub optional: bool,
    /// The keyboard phones show.
    pub inputmode: Option<&'static str>,
    /// Shown in the empty field; never instead of a label.
    pub placeholder: Option<String>,
    /// Fixed words after the value, such as ".dezky.example".
    pub suffix: Option<String>,
    /// Exact text: monospace, no spelling help.
    pub exact: bool,
    /// Shown, not changed.
    pub readonly: bool,
    /// Takes the focus when its dialog or page opens.
    pub autofocus: bool,
    /// The name of the field that gets a slug proposed from this one.
    pub proposes: Option<String>,
    /// What is proposed while one types, by value and words; anything else may be typed too. Of many words each is a line,
    /// and what is chosen is added.
    pub among: Vec<(String, String)>,
    /// The domains of an address, by value and words: one is chosen after the @, and only what stands before is typed.
    pub domains: Vec<(String, String)>,
}

impl Field {
    /// A required field of words.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    /// Another kind.
    pub fn kind(mut self, kind: FieldKind) -> Self {
        self.kind = kind;
        self
    }

    /// Its value.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What helps to answer.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong, when something is.
    pub fn error(mut self, error: Option<Message>) -> Self {
        self.error = error;
        self
    }

    /// May be left out.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The id of its control, as an error summary links to it.
    pub fn id(&self) -> String {
        self.id_of(&self.name)
    }

    fn id_of(&self, name: &str) -> String {
        if self.scope.is_empty() { format!("f-{name}") } else { format!("{}-f-{name}", self.scope) }
    }

    /// The id of what describes it.
    fn described(&self) -> Option<String> {
        match (&self.error, &self.help) {
            (Some(_), _) => Some(format!("{}-e", self.id())),
            (None, Some(_)) => Some(format!("{}-h", self.id())),
            (None, None) => None,
        }
    }

    fn below(&self, w: &Words) -> Markup {
        let id = self.described();
        html! {
            @if let Some(error) = &self.error { p class="wrong" id=[id] { (Icon::Bad) (w.say(error)) } }
            @else if let Some(help) = &self.help { p class="help" id=[id] { (help) } }
        }
    }

    fn required(&self) -> bool {
        !self.optional && !self.readonly
    }

    /// What is typed, and the domain that is chosen beside it, where the value is an address on one of them.
    fn parted(&self) -> (&str, Option<&str>) {
        match self.value.rsplit_once(DOMAIN_MARK) {
            Some((local, domain)) if self.domains.iter().any(|(known, _)| known == domain) => {
                (local, Some(domain))
            }
            _ => (&self.value, None),
        }
    }

    /// The domains to choose from, after the @.
    fn domain(&self, w: &Words) -> Markup {
        let chosen = self.parted().1;
        html! {
            span class="select" {
                select name={ (self.name) (DOMAIN_MARK) } aria-label=(w.t("ui-domain")) {
                    @for (value, label) in &self.domains {
                        option value=(value) selected[chosen == Some(value.as_str())] { (DOMAIN_MARK) (label) }
                    }
                }
                (Icon::Down)
            }
        }
    }

    /// What can be added to the lines that were typed; the script shows it.
    fn adds(&self, w: &Words) -> Markup {
        html! {
            @if !self.among.is_empty() {
                @let label = w.tx("ui-add-to", &[("name", (&self.label).into())]);
                span class="select adds" hidden {
                    select data-adds=(self.id()) data-free aria-label=(label) {
                        option value="" { (w.t("ui-add-one")) }
                        @for (value, words) in &self.among { option value=(value) { (words) } }
                    }
                    (Icon::Down)
                }
            }
        }
    }

    fn control(&self, w: &Words) -> Markup {
        let (id, described) = (self.id(), self.described());
        let invalid = self.error.as_ref().map(|_| "true");
        let class = format!(
            "input{}{}",
            if self.exact { " mono" } else { "" },
            if self.kind == FieldKind::Number { " num" } else { "" }
        );
        let kind = match self.kind {
            FieldKind::Email => "email",
            FieldKind::Password => "password",
            FieldKind::Date => "date",
            _ => "text",
        };
        let mode = self.inputmode.or((self.kind == FieldKind::Number).then_some("numeric"));
        let plain = self.exact || matches!(self.kind, FieldKind::Email | FieldKind::Password);
        let slug = self.proposes.as_ref().map(|name| self.id_of(name));
        let among = (!self.among.is_empty()).then(|| format!("{id}-among"));
        match &self.kind {
            FieldKind::Select(options) => html! {
                span class="select" {
                    select id=(id) name=(self.name) autocomplete=[self.autocomplete] required[self.required()]
                        aria-invalid=[invalid] aria-describedby=[described] autofocus[self.autofocus] disabled[self.readonly] {
                        @for (value, label) in options { option value=(value) selected[*value == self.value] { (label) } }
                    }
                    (Icon::Down)
                }
            },
            FieldKind::Textarea => html! {
                textarea class=(class) id=(id) name=(self.name) rows="3" required[self.required()] readonly[self.readonly]
                    placeholder=[&self.placeholder] aria-invalid=[invalid] aria-describedby=[described]
                    autofocus[self.autofocus] { "\n" (self.value) }
                (self.adds(w))
            },
            _ => html! {
                input class=(class) id=(id) name=(self.name) type=(kind) value=(self.parted().0) inputmode=[mode]
                    autocomplete=[self.autocomplete] required[self.required()] readonly[self.readonly]
                    placeholder=[&self.placeholder] aria-invalid=[invalid] aria-describedby=[described]
                    autofocus[self.autofocus] data-propose-slug=[slug] list=[&among]
                    spellcheck=[plain.then_some("false")] autocapitalize=[plain.then_some("none")];
                @if let Some(list) = &among {
                    datalist id=(list) {
                        @for (value, label) in &self.among { option value=(value) { (label) } }
                    }
                }
                @if self.kind == FieldKind::Password { (hidden(SECRET_MARK, &self.name)) }
            },
        }
    }

    fn tick(&self, w: &Words) -> Markup {
        let role = (self.kind == FieldKind::Switch).then_some("switch");
        html! {
            div class="field check" {
                label class="tick" {
                    input type="checkbox" role=[role] id=(self.id()) name=(self.name) value="on" checked[self.value == "on"]
                        disabled[self.readonly] aria-invalid=[self.error.as_ref().map(|_| "true")] aria-describedby=[self.described()];
                    span { (self.label) }
                }
                (self.below(w))
            }
        }
    }
}

/// A form row.
pub fn field(w: &Words, field: &Field) -> Markup {
    let optional = html! { @if field.optional { " " span class="optional" { (w.t("ui-optional")) } } };
    match &field.kind {
        FieldKind::Hidden => hidden(&field.name, &field.value),
        FieldKind::Switch | FieldKind::Checkbox => field.tick(w),
        FieldKind::Radio(options) => html! {
            fieldset class="field" id=(field.id()) aria-describedby=[field.described()] {
                legend { (field.label) (optional) }
                div class="stack tight" {
                    @for (value, label) in options {
                        label class="tick" {
                            input type="radio" name=(field.name) value=(value) checked[*value == field.value];
                            span { (label) }
                        }
                    }
                }
                (field.below(w))
            }
        },
        _ => html! {
            div class="field" {
                label for=(field.id()) { (field.label) (optional) }
                @if !field.domains.is_empty() { span class="affix" { (field.control(w)) (field.domain(w)) } }
                @else if let Some(suffix) = &field.suffix { span class="affix" { (field.control(w)) span { (suffix) } } }
                @else { (field.control(w)) }
                (field.below(w))
            }
        },
    }
}

/// A value that is sent but not shown.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// An error in a field, for the summary.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// The id of the control, from [`Field::id`].
    pub id: String,
    /// The field's label.
    pub label: String,
    /// What is wrong.
    pub error: Message,
}

impl FieldError {
    /// Those of a form's fields that are wrong.
    pub fn of(fields: &[Field]) -> Vec<Self> {
        let wrong = fields.iter().filter_map(|field| Some((field, field.error.clone()?)));
        wrong.map(|(field, error)| Self { id: field.id(), label: field.label.clone(), error }).collect()
    }
}

/// What is wrong with a form, on top of it; links lead to the fields. Nothing when nothing is wrong.
pub fn error_summary(w: &Words, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="wrongs" role="alert" tabindex="-1" autofocus data-attend {
                b { (w.tx("ui-to-fix", &[("count", errors.len().into())])) }
                ul { @for one in errors { li { a href={ "#" (one.id) } { (one.label) ": " (w.say(&one.error)) } } } }
            }
        }
    }
}

/// The start of a form: where it goes and its token.
#[derive(Debug, Clone, Default)]
pub struct FormHead {
    /// Where it is posted to.
    pub action: String,
    /// Against forgery.
    pub csrf: String,
    /// The region its answer swaps; empty loads the page.
    pub swap: Option<String>,
}

impl FormHead {
    /// A form in one column, its fields and buttons inside.
    pub fn form(&self, inside: &Markup) -> Markup {
        html! {
            form class="form" method="post" action=(self.action) data-swap=[&self.swap] novalidate {
                (hidden("csrf", &self.csrf))
                (inside)
            }
        }
    }
}
