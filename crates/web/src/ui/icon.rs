//! The icons of `assets/icons.svg`, one variant each, so that a page can't name one that doesn't exist.

use maud::{Markup, Render, html};

use crate::assets;

macro_rules! icons {
    ($($variant:ident => $name:literal,)*) => {
        /// A picture of the sprite, 16 px grid, 1.5 px stroke.
        #[expect(missing_docs, reason = "each variant is named after its picture")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($variant,)* }

        impl Icon {
            /// All of them, in the order of the sprite.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its id in the sprite.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The icon of a name, as the palette's JSON carries it.
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|icon| icon.name() == name)
            }
        }
    };
}

icons! {
    Arrow => "arrow",
    Audit => "audit",
    Bad => "bad",
    Bell => "bell",
    Bolt => "bolt",
    Brand => "brand",
    Busy => "busy",
    Calendar => "calendar",
    Card => "card",
    Chart => "chart",
    Check => "check",
    Clock => "clock",
    Coins => "coins",
    Copy => "copy",
    Dashboard => "dashboard",
    Down => "down",
    Download => "download",
    Eye => "eye",
    Flag => "flag",
    Folder => "folder",
    Globe => "globe",
    Grid => "grid",
    Group => "group",
    Help => "help",
    Info => "info",
    Invoice => "invoice",
    Jobs => "jobs",
    Key => "key",
    Leave => "leave",
    Link => "link",
    Lock => "lock",
    Mail => "mail",
    Menu => "menu",
    Minus => "minus",
    Moon => "moon",
    More => "more",
    Ok => "ok",
    Out => "out",
    Partner => "partner",
    Pause => "pause",
    Pencil => "pencil",
    Pending => "pending",
    Phone => "phone",
    Pin => "pin",
    Plan => "plan",
    Plus => "plus",
    Price => "price",
    Pulse => "pulse",
    Refresh => "refresh",
    Repeat => "repeat",
    Right => "right",
    Screen => "screen",
    Search => "search",
    Send => "send",
    Settings => "settings",
    Shield => "shield",
    ShieldOk => "shield-ok",
    Skip => "skip",
    Storage => "storage",
    Sun => "sun",
    Tenant => "tenant",
    Ticket => "ticket",
    Trash => "trash",
    Undo => "undo",
    Up => "up",
    Updown => "updown",
    User => "user",
    Users => "users",
    Warn => "warn",
    X => "x",
}

impl Icon {
    fn href(self) -> String {
        format!("{}#{}", assets::href("icons.svg"), self.name())
    }

    fn draw(self, class: &str) -> Markup {
        html! { svg class=(class) aria-hidden="true" { use href=(self.href()) {} } }
    }

    /// 20 px, for empty states and big tiles.
    pub fn large(self) -> Markup {
        self.draw("icon l")
    }

    /// The mark of what opens and closes.
    pub fn turning(self) -> Markup {
        self.draw("icon turn")
    }

    /// 12 px, inside tags and chips.
    pub fn tiny(self) -> Markup {
        self.draw("icon xs")
    }

    /// In the colour of a tone: `ok`, `warn`, `bad`, `info`.
    pub fn toned(self, tone: super::Tone) -> Markup {
        self.draw(&format!("icon {}", tone.class()))
    }

    /// With words for those who don't see it; a busy icon turns.
    pub fn named(self, label: &str) -> Markup {
        let class = if self == Self::Busy { "icon spin" } else { "icon" };
        html! { svg class=(class) role="img" aria-label=(label) { use href=(self.href()) {} } }
    }
}

impl Render for Icon {
    fn render(&self) -> Markup {
        self.draw(if *self == Self::Busy { "icon spin" } else { "icon" })
    }
}

/// An icon that only repeats the word beside it, 16 px.
pub fn icon(icon: Icon) -> Markup {
    icon.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_icon_is_in_the_sprite_and_each_picture_has_a_name() {
        for icon in Icon::ALL {
            let symbol = format!("<symbol id=\"{}\"", icon.name());
            assert!(assets::ICONS.contains(&symbol), "{}", icon.name());
            assert_eq!(Icon::of_name(icon.name()), Some(*icon));
        }
        assert_eq!(assets::ICONS.matches("<symbol ").count(), Icon::ALL.len());
    }

    #[test]
    fn an_icon_is_silent_unless_it_is_named() {
        assert!(icon(Icon::Ok).into_string().contains("aria-hidden=\"true\""));
        assert!(Icon::Ok.named("Done <b>").into_string().contains("aria-label=\"Done &lt;b&gt;\""));
    }
}
