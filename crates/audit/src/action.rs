//! What the log can tell. Each slice lists its own actions with [`actions!`](crate::actions); the product puts the lists
//! together, and each action has its words in the catalogues, as `action-<noun>-<verb>`.

/// Where rows of an action are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// In a tenant's chain, though perhaps in the platform's too.
    Tenant,
    /// In the platform's chain alone.
    Platform,
}

/// What happened, as `noun.verb` in the database and on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    word: &'static str,
    place: Where,
}

/// Lists what a slice writes into the log, as an enum `Action` of that slice.
#[macro_export]
macro_rules! actions {
    ($($place:ident { $($name:ident = $word:literal,)* })*) => {
        /// What this slice writes into the log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $($(#[doc = $word] $name,)*)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [$crate::Action] =
                &[$($($crate::Action::new($word, $crate::Where::$place),)*)*];

            /// The word in the database and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $word,)*)*
                }
            }
        }

        impl ::std::convert::From<Action> for $crate::Action {
            fn from(action: Action) -> Self {
                match action {
                    $($(Action::$name => Self::new($word, $crate::Where::$place),)*)*
                }
            }
        }
    };
}

impl Action {
    /// An action; slices list theirs with [`actions!`](crate::actions).
    #[doc(hidden)]
    pub const fn new(word: &'static str, place: Where) -> Self {
        Self { word, place }
    }

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        self.word
    }

    /// Where its rows are.
    pub fn place(self) -> Where {
        self.place
    }

    /// The key of its words in the catalogues.
    pub fn key(self) -> String {
        key(self.word)
    }

    /// What it is done to, as a word: the part before the dot.
    pub fn noun(self) -> &'static str {
        self.word.split('.').next().unwrap_or_default()
    }
}

/// The key of the words of an action that the log names.
pub fn key(word: &str) -> String {
    format!("action-{}", word.replace(['.', '_'], "-"))
}
