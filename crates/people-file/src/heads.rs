//! What a column is, by its head: a table of what Microsoft 365, Entra, Exchange, Google Workspace and Zoho export, of
//! German and Danish spreadsheets, and what the person said of a head before. No I/O.

use std::collections::BTreeMap;

use kernel::name::search_key;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The whole name.
    Name,
    /// The first part of it.
    First,
    /// The last part of it.
    Last,
    /// The address with which they sign in.
    Email,
    /// A private address, to which a link may go.
    Private,
    /// The role.
    Role,
    /// What the mailbox is called.
    Mailbox,
    /// Nothing of this.
    Other,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::First,
        Self::Last,
        Self::Email,
        Self::Private,
        Self::Role,
        Self::Mailbox,
        Self::Other,
    ];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::First => "firstName",
            Self::Last => "lastName",
            Self::Email => "email",
            Self::Private => "privateEmail",
            Self::Role => "role",
            Self::Mailbox => "mailbox",
            Self::Other => "other",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == word)
    }
}

/// Heads without blanks and signs, by what they name; of one kind the first that a file has counts most.
const TABLE: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "vollstandigername",
            "anzeigename",
            "navn",
            "fuldenavn",
            "fuldtnavn",
            "vistnavn",
            "visningsnavn",
            "medarbejder",
            "mitarbeiter",
            "employee",
            "person",
            "contact",
            "kontakt",
        ],
    ),
    (Column::First, &["firstname", "givenname", "forename", "vorname", "fornavn", "prenom", "nombre"]),
    (
        Column::Last,
        &[
            "lastname",
            "surname",
            "familyname",
            "sn",
            "nachname",
            "familienname",
            "zuname",
            "efternavn",
            "nom",
            "apellidos",
        ],
    ),
    (
        Column::Email,
        &[
            "email",
            "emailaddress",
            "emailid",
            "emailadresse",
            "emailaddresse",
            "primarysmtpaddress",
            "primaryemail",
            "primaryemailaddress",
            "windowsemailaddress",
            "workemail",
            "workemailaddress",
            "businessemail",
            "companyemail",
            "useremail",
            "mail",
            "mailaddress",
            "mailadresse",
            "epost",
            "epostadresse",
            "smtpaddress",
            "arbejdsemail",
            "arbejdsmail",
            "firmenemail",
            "geschaftlicheemail",
            "zohomailaddress",
            "mailboxaddress",
            "userprincipalname",
            "upn",
            "benutzerprinzipalname",
            "brugerhovednavn",
            "brugerenshovednavn",
            "username",
            "signinname",
            "loginname",
            "login",
            "userid",
            "benutzername",
            "anmeldename",
            "brugernavn",
        ],
    ),
    (
        Column::Private,
        &[
            "privateemail",
            "privateaddress",
            "privatemail",
            "personalemail",
            "personalemailaddress",
            "recoveryemail",
            "homesecondaryemail",
            "homeemail",
            "alternateemail",
            "alternateemailaddress",
            "alternateemailaddresses",
            "otheremail",
            "othermail",
            "othermails",
            "secondaryemail",
            "privatemailadresse",
            "privateemailadresse",
            "alternativeemail",
            "alternativeemailadresse",
            "privatadresse",
        ],
    ),
    (Column::Role, &["role", "rolle"]),
    (Column::Mailbox, &["mailbox", "postfach", "postkasse"]),
];

/// Meant where nothing better is there: where people live, to most.
const LAST_RESORT: &[&str] = &["address", "adresse"];

/// The most bytes of a head that is taken apart letter by letter: none that means anything is longer.
const MOST_OF_KEY: usize = 64;

/// A head as it is compared: without case, accents, blanks and signs. What stands in brackets is the property itself
/// (Entra: `User name [userPrincipalName] Required`), or says how it is used (Google: `First Name [Required]`).
pub fn key(head: &str) -> String {
    if head.len() > MOST_OF_KEY {
        let letters = head.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
        return letters.take(MOST_OF_KEY).collect();
    }
    let plain = |text: &str| -> String {
        search_key(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
    };
    if let Some((before, rest)) = head.split_once('[') {
        let inner = plain(rest.split_once(']').map_or(rest, |(inner, _)| inner));
        return if known(&inner).is_some() { inner } else { plain(before) };
    }
    plain(head)
}

/// Whether the head of a key means the same in the next file: a blank one says nothing, and `Column 1` is what columns
/// without a head are called.
pub fn is_lasting(key: &str) -> bool {
    let number = key.strip_prefix("column").filter(|rest| !rest.is_empty());
    let is_numbered = number.is_some_and(|rest| rest.bytes().all(|letter| letter.is_ascii_digit()));
    !key.is_empty() && !is_numbered
}

/// What a head names, and how much it counts among those of its kind.
fn known(key: &str) -> Option<(Column, usize)> {
    TABLE.iter().find_map(|(column, heads)| Some((*column, heads.iter().position(|head| *head == key)?)))
}

/// What the person said of heads, by their keys.
pub type Said = BTreeMap<String, Column>;

/// Which columns of a file are what, by their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The whole name.
    pub name: Option<usize>,
    /// Its first part.
    pub first: Option<usize>,
    /// Its last part.
    pub last: Option<usize>,
    /// Where the address may stand; the first that has one counts.
    pub email: Vec<usize>,
    /// Where a private one may stand.
    pub private: Vec<usize>,
    /// The role.
    pub role: Option<usize>,
    /// The mailbox.
    pub mailbox: Option<usize>,
}

impl Columns {
    /// By the heads of a file. What the person said of a head counts most, and that of no other is then asked.
    pub fn of(heads: &[String], said: &Said) -> Self {
        let keys: Vec<String> = heads.iter().map(|head| key(head)).collect();
        let all = |wanted: Column| -> Vec<usize> {
            // Among those of which it was said, the better known still comes first.
            let rank = |key: &str| known(key).filter(|(column, _)| *column == wanted);
            let told: Vec<usize> = places(&keys, |key| {
                (said.get(key) == Some(&wanted)).then(|| rank(key).map_or(0, |(_, rank)| rank + 1))
            });
            let free = |key: &str| if said.contains_key(key) { None } else { known(key) };
            if told.is_empty() {
                places(&keys, |key| free(key).filter(|(column, _)| *column == wanted).map(|(_, rank)| rank))
            } else {
                told
            }
        };
        let one = |wanted| all(wanted).first().copied();
        let mut email = all(Column::Email);
        if email.is_empty() {
            email = places(&keys, |key| {
                let is_free = !said.contains_key(key);
                LAST_RESORT.iter().position(|head| is_free && *head == key)
            });
        }
        Self {
            name: one(Column::Name),
            first: one(Column::First),
            last: one(Column::Last),
            email,
            private: all(Column::Private),
            role: one(Column::Role),
            mailbox: one(Column::Mailbox),
        }
    }

    /// Whether a name and an address can be read.
    pub fn is_enough(&self) -> bool {
        let is_named = self.name.is_some() || self.first.is_some() || self.last.is_some();
        is_named && !self.email.is_empty()
    }

    /// What a column is.
    pub fn at(&self, place: usize) -> Column {
        let one = [
            (self.name, Column::Name),
            (self.first, Column::First),
            (self.last, Column::Last),
            (self.role, Column::Role),
            (self.mailbox, Column::Mailbox),
        ];
        let several = [(&self.email, Column::Email), (&self.private, Column::Private)];
        let one = one.into_iter().find(|(at, _)| *at == Some(place)).map(|(_, column)| column);
        let among = several.into_iter().find(|(places, _)| places.contains(&place)).map(|(_, column)| column);
        one.or(among).unwrap_or(Column::Other)
    }
}

/// The places of heads that have a rank, the least first.
fn places(keys: &[String], rank: impl Fn(&str) -> Option<usize>) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> =
        keys.iter().enumerate().filter_map(|(at, key)| Some((rank(key)?, at))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(heads: &str) -> Columns {
        let heads: Vec<String> = heads.split(',').map(str::to_owned).collect();
        Columns::of(&heads, &Said::new())
    }

    #[test]
    fn exports_of_other_systems_are_understood() {
        for (heads, name, first, last, email) in [
            ("name,email,role,mailbox", Some(0), None, None, vec![1]),
            ("First Name,Last Name,Position,Email", None, Some(0), Some(1), vec![3]),
            ("Display name,User principal name", Some(0), None, None, vec![1]),
            ("DisplayName,PrimarySmtpAddress", Some(0), None, None, vec![1]),
            (
                "First Name [Required],Last Name [Required],Email Address [Required],Password [Required]",
                None,
                Some(0),
                Some(1),
                vec![2],
            ),
            (
                "Name [displayName] Required,User name [userPrincipalName] Required,First name [givenName],Last name [surname]",
                Some(0),
                Some(2),
                Some(3),
                vec![1],
            ),
            (
                "userPrincipalName,displayName,surname,mail,givenName,id",
                Some(1),
                Some(4),
                Some(2),
                vec![3, 0],
            ),
            (
                "Block credential,City,Display name,First name,Last name,User principal name",
                Some(2),
                Some(3),
                Some(4),
                vec![5],
            ),
            ("Username,First name,Last name,Display name,Job title", Some(3), Some(1), Some(2), vec![0]),
            ("First Name,Last Name,Email ID,Role,E-Mail", None, Some(0), Some(1), vec![4, 2]),
            ("Vorname,Nachname,E-Mail-Adresse,Straße", None, Some(0), Some(1), vec![2]),
            ("Anzeigename,Benutzerprinzipalname", Some(0), None, None, vec![1]),
            ("Fornavn,Efternavn,Mailadresse,Adresse", None, Some(0), Some(1), vec![2]),
            ("Fulde navn,E-mailadresse", Some(0), None, None, vec![1]),
            ("Name,Address,City,Email", Some(0), None, None, vec![3]),
            ("Name,Address", Some(0), None, None, vec![1]),
            ("*E-MAIL ADDRESS* ,  full  name", Some(1), None, None, vec![0]),
        ] {
            let found = columns(heads);
            assert_eq!(
                (found.name, found.first, found.last, found.email),
                (name, first, last, email),
                "{heads}"
            );
        }
        assert_eq!(columns("Name,Email,Recovery Email").private, [2]);
        assert!(!columns("Who,Where").is_enough());
    }

    #[test]
    fn what_a_person_said_of_a_head_counts_most() {
        let heads: Vec<String> = ["Kollege", "Email", "Konto"].map(str::to_owned).into();
        let said = Said::from([(key("KOLLEGE "), Column::Name), (key("Konto"), Column::Email)]);
        let found = Columns::of(&heads, &said);
        assert_eq!((found.name, &*found.email), (Some(0), &[2][..]));
        let said = Said::from([(key("Kollege"), Column::Name), (key("email"), Column::Other)]);
        assert!(!Columns::of(&heads, &said).is_enough(), "a head that was said to be nothing is nothing");
    }

    #[test]
    fn a_column_that_is_read_where_another_is_blank_is_none_without_a_use() {
        let heads: Vec<String> =
            ["UPN", "Name", "Mail", "Recovery Email", "Home Email", "Size"].map(str::to_owned).into();
        let found = Columns::of(&heads, &Said::new());
        assert_eq!((&*found.email, &*found.private), (&[2, 0][..], &[3, 4][..]));
        let taken: Vec<Column> = (0..heads.len()).map(|place| found.at(place)).collect();
        let (email, private) = (Column::Email, Column::Private);
        assert_eq!(taken, [email, Column::Name, email, private, private, Column::Other]);
        // What is shown and sent again as it is changes nothing.
        let said: Said = heads.iter().map(|head| key(head)).zip(taken).collect();
        assert_eq!(Columns::of(&heads, &said), found);
    }

    #[test]
    fn what_is_said_of_a_head_that_says_nothing_is_for_one_file() {
        for head in ["", " ", "--", "Column 1", "column12", "COLUMN 200"] {
            assert!(!is_lasting(&key(head)), "{head}");
        }
        for head in ["Column", "Column A", "Kollege", "Konto 1"] {
            assert!(is_lasting(&key(head)), "{head}");
        }
    }

    #[test]
    fn each_head_of_the_table_is_as_it_is_compared_and_stands_once() {
        let all: Vec<&str> = TABLE.iter().flat_map(|(_, heads)| heads.iter().copied()).collect();
        for head in &all {
            assert_eq!(key(head), *head);
            assert_eq!(all.iter().filter(|other| *other == head).count(), 1, "{head}");
        }
    }
}
