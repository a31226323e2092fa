//! What may be sent, by form and by JSON alike.

use std::collections::BTreeSet;

use kernel::input::Shape::{Flag, Label, Text, Texts};
use kernel::input::{Field, Input};
use kernel::{EmailAddress, Explain as _, Message};

use crate::model::{ListChange, MOST_RECIPIENT_CHARACTERS, MOST_RECIPIENTS, MOST_TEXT, NewList, OwnAddress};
use crate::settings::SettingsChange;

const ADDRESS: Field = Field::required("address", Text(254), "The address, on a domain of the workspace.");
const RECIPIENTS: Field = Field::optional(
    "recipients",
    Texts(MOST_RECIPIENTS),
    "The recipients: addresses inside or outside the workspace.",
);
const DESCRIPTION: Field = Field::optional("description", Label(MOST_TEXT), "What the list is for.");

/// The fields of a new alias.
pub const NEW_ALIAS: &[Field] =
    &[ADDRESS, Field::required("target", Text(254), "The address it delivers to.")];
/// The fields of a new list.
pub const NEW_LIST: &[Field] = &[ADDRESS, DESCRIPTION, RECIPIENTS];
/// The fields of a change of a list.
pub const LIST: &[Field] = &[DESCRIPTION, RECIPIENTS];
/// The fields of the settings of a domain.
pub const DOMAIN: &[Field] = &[
    Field::optional(
        "catchAll",
        Text(254),
        "The address that gets mail to unknown addresses; null returns it to the sender.",
    ),
    Field::optional("plusAddresses", Flag, "Whether anna+anything reaches anna."),
];

/// Reads a field of addresses, each once; what is none is named.
pub fn read_addresses(input: &mut Input, field: &'static str) -> Option<BTreeSet<EmailAddress>> {
    let mut all = BTreeSet::new();
    for text in input.texts(field)? {
        match text.parse::<EmailAddress>() {
            Ok(address) => {
                all.insert(address);
            }
            Err(error) => {
                let shown: String = text.chars().take(80).collect();
                let message = Message::new("mail-bad-address").with("typed", shown);
                input.fail(field, "invalid", message.with("why", error.message()));
                return None;
            }
        }
    }
    Some(all)
}

/// The recipients of a list, no more than the mail server keeps.
fn recipients(input: &mut Input) -> Option<BTreeSet<EmailAddress>> {
    let all = read_addresses(input, "recipients")?;
    let characters: usize = all.iter().map(|address| address.to_string().len()).sum();
    if characters > MOST_RECIPIENT_CHARACTERS {
        let most = Message::new("mail-recipients-too-long").with("most", MOST_RECIPIENT_CHARACTERS);
        input.fail("recipients", "too_long", most);
        return None;
    }
    Some(all)
}

/// Reads a new alias.
pub fn new_alias(input: &mut Input) -> Option<(OwnAddress, EmailAddress)> {
    let (address, target) = (input.parse("address"), input.parse("target"));
    Some((address?, target?))
}

/// Reads a new list.
pub fn new_list(input: &mut Input) -> Option<NewList> {
    let (address, description) = (input.parse("address"), input.name("description"));
    let recipients = recipients(input).unwrap_or_default();
    Some(NewList { address: address?, description, recipients })
}

/// Reads a change of a list.
pub fn list(input: &mut Input) -> ListChange {
    ListChange {
        description: input.clearable("description", |input| input.name("description")),
        recipients: recipients(input),
    }
}

/// Reads the settings of a domain.
pub fn domain(input: &mut Input) -> SettingsChange {
    SettingsChange {
        catch_all: input.clearable("catchAll", |input| input.parse("catchAll")),
        plus_addresses: input.flag("plusAddresses"),
    }
}
