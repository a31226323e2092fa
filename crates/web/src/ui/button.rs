//! Buttons and links that look like them. The words say what happens; a busy one keeps its width.

use maud::{Markup, Render, html};

use super::Icon;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Look {
    #[default]
    Plain,
    Primary,
    Quiet,
    Danger,
    Sure,
}

#[derive(Debug, Clone)]
enum Effect {
    Press,
    Submit,
    Link(String),
    Opens(String),
    Menu(String),
    Closes(String),
    Copies(String),
    CopiesFrom(String),
}

/// A button; made by [`button`], [`submit`] or [`link_button`].
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one attribute of the element")]
pub struct Button {
    label: String,
    look: Look,
    effect: Effect,
    icon: Option<Icon>,
    only: bool,
    small: bool,
    wide: bool,
    busy: bool,
    disabled: bool,
    focus: bool,
    swap: Option<String>,
    value: Option<(String, String)>,
    form: Option<String>,
    action: Option<String>,
    title: Option<String>,
}

fn new(label: String, effect: Effect) -> Button {
    Button {
        label,
        look: Look::Plain,
        effect,
        icon: None,
        only: false,
        small: false,
        wide: false,
        busy: false,
        disabled: false,
        focus: false,
        swap: None,
        value: None,
        form: None,
        action: None,
        title: None,
    }
}

/// A button that does something on the page: say what with [`Button::opens`], [`Button::menu`], [`Button::closes`] or
/// [`Button::copies`].
pub fn button(label: impl Into<String>) -> Button {
    new(label.into(), Effect::Press)
}

/// A button that sends its form.
pub fn submit(label: impl Into<String>) -> Button {
    new(label.into(), Effect::Submit)
}

/// A link that looks like a button.
pub fn link_button(label: impl Into<String>, href: impl Into<String>) -> Button {
    new(label.into(), Effect::Link(href.into()))
}

impl Button {
    /// The one that should be pressed; one in a page head.
    pub fn primary(mut self) -> Self {
        self.look = Look::Primary;
        self
    }

    /// Words only, until one points at it.
    pub fn quiet(mut self) -> Self {
        self.look = Look::Quiet;
        self
    }

    /// Opens a dangerous dialog.
    pub fn danger(mut self) -> Self {
        self.look = Look::Danger;
        self
    }

    /// Does the dangerous effect, the last button of its dialog.
    pub fn sure(mut self) -> Self {
        self.look = Look::Sure;
        self
    }

    /// 26 px, for rows and cards.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// As wide as its column, for the sign-in.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// An icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The icon alone; the words are for those who don't see it.
    pub fn only(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self.only = true;
        self
    }

    /// Works on it now.
    pub fn busy(mut self, busy: bool) -> Self {
        self.busy = busy;
        self
    }

    /// Can't be pressed; say why beside it.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Takes the focus when its dialog opens.
    pub fn autofocus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Opens the dialog of this id.
    pub fn opens(mut self, dialog: impl Into<String>) -> Self {
        self.effect = Effect::Opens(dialog.into());
        self
    }

    /// Opens the menu of this id.
    pub fn menu(mut self, popover: impl Into<String>) -> Self {
        self.effect = Effect::Menu(popover.into());
        self
    }

    /// Closes the dialog of this id, by the rule for unsaved input.
    pub fn closes(mut self, dialog: impl Into<String>) -> Self {
        self.effect = Effect::Closes(dialog.into());
        self
    }

    /// Copies this text.
    pub fn copies(mut self, text: impl Into<String>) -> Self {
        self.effect = Effect::Copies(text.into());
        self
    }

    /// Copies the text of the element of this id, for long ones such as raw JSON.
    pub fn copies_from(mut self, id: impl Into<String>) -> Self {
        self.effect = Effect::CopiesFrom(id.into());
        self
    }

    /// A link or a form's button that swaps the region of this id in place.
    pub fn swaps(mut self, region: impl Into<String>) -> Self {
        self.swap = Some(region.into());
        self
    }

    /// The name and value it sends with its form.
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.value = Some((name.into(), value.into()));
        self
    }

    /// The id of the form it sends when it stands outside of it.
    pub fn form(mut self, id: impl Into<String>) -> Self {
        self.form = Some(id.into());
        self
    }

    /// Another address for its form.
    pub fn action(mut self, href: impl Into<String>) -> Self {
        self.action = Some(href.into());
        self
    }

    /// More words on hover.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    fn class(&self) -> String {
        let look = match self.look {
            Look::Plain => "",
            Look::Primary => " primary",
            Look::Quiet => " quiet",
            Look::Danger => " danger",
            Look::Sure => " danger sure",
        };
        let flag = |on: bool, word: &'static str| if on { word } else { "" };
        format!("btn{look}{}{}{}", flag(self.only, " only"), flag(self.small, " s"), flag(self.wide, " wide"))
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let name = self.only.then_some(&self.label);
        let title = self.title.as_ref().or(name);
        let inside = html! {
            @if let Some(icon) = self.icon { (icon) }
            @if !self.only { (self.label) }
        };
        if let Effect::Link(href) = &self.effect {
            let href = (!self.disabled).then_some(href);
            return html! {
                a class=(self.class()) href=[href] aria-label=[name] title=[title] data-swap=[&self.swap]
                    aria-disabled=[self.disabled.then_some("true")] { (inside) }
            };
        }
        let kind = if matches!(self.effect, Effect::Submit) { "submit" } else { "button" };
        let (mut target, mut command, mut popover, mut text, mut from) = (None, None, None, None, None);
        match &self.effect {
            Effect::Opens(id) => (target, command) = (Some(id), Some("show-modal")),
            Effect::Closes(id) => (target, command) = (Some(id), Some("request-close")),
            Effect::Menu(id) => popover = Some(id),
            Effect::Copies(said) => text = Some(said),
            Effect::CopiesFrom(id) => from = Some(id),
            Effect::Press | Effect::Submit | Effect::Link(_) => {}
        }
        let (key, value) = self.value.as_ref().map(|(k, v)| (k, v)).unzip();
        html! {
            button class=(self.class()) type=(kind) name=[key] value=[value] form=[&self.form]
                formaction=[&self.action] commandfor=[target] command=[command] popovertarget=[popover]
                data-copy=[text] data-copy-from=[from] data-sure=[(self.look == Look::Sure && kind == "submit").then_some("")]
                aria-label=[name] title=[title] aria-busy=[self.busy.then_some("true")] disabled[self.disabled] autofocus[self.focus] { (inside) }
        }
    }
}
