//! What may be sent, by form and by JSON alike.

use access::PartnerRole;
use kernel::input::Shape::{Label, Text, Texts, Word};
use kernel::input::{Field, Input};
use kernel::{EmailAddress, FieldError, Message, Slug};

use crate::model::{Chosen, MOST_CHOSEN, NewStaff, StaffChange};

const ROLES: &[&str] = &["owner", "admin", "support", "billing"];
const EMAIL: Field = Field::required("email", Text(254), "The email address. They are invited by mail.");
const PERSON: Field = Field::optional("name", Label(120), "The person's name.");
const ROLE: Field = Field::required("role", Word(ROLES), "The role.");
const TENANTS: Field = Field::optional(
    "tenants",
    Texts(MOST_CHOSEN),
    "The slugs of the customers they reach; null for all customers.",
);
/// How far somebody reaches, in a form: there the customers are ticked.
const REACH: Field = Field::optional("reach", Word(&["all", "chosen"]), "All customers or chosen ones.");

/// The fields of an invitation.
pub const INVITE: &[Field] = &[EMAIL, PERSON, ROLE, TENANTS];
/// The same of a form.
pub const INVITE_FORM: &[Field] = &[EMAIL, PERSON, ROLE, REACH];
/// The fields of a change of somebody of the staff.
pub const STAFF: &[Field] = &[Field { required: false, ..ROLE }, TENANTS];
/// The same of a form.
pub const STAFF_FORM: &[Field] = &[ROLE, REACH];

fn role(input: &Input) -> Option<PartnerRole> {
    input.text("role").as_deref().and_then(PartnerRole::parse)
}

/// The customers of a list of slugs; a text that is no slug names none.
fn slugs(input: &mut Input, texts: &[String]) -> Vec<Slug> {
    let mut known = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(slug) if known.contains(&slug) => {}
            Ok(slug) => known.push(slug),
            Err(_) => input.fail("tenants", "unknown", Message::new("staff-customer-unknown")),
        }
    }
    known
}

/// The customers that were ticked in a form.
fn ticked(input: &mut Input, picked: &[String]) -> Chosen {
    if input.text("reach").as_deref() != Some("chosen") {
        return Chosen::All;
    }
    if picked.is_empty() {
        input.fail("reach", "required", Message::new("staff-no-customer-chosen"));
    }
    Chosen::These(slugs(input, picked))
}

/// The customers that a body names; none where it says nothing of them.
fn listed(input: &mut Input) -> Option<Chosen> {
    if input.is_null("tenants") {
        return Some(Chosen::All);
    }
    let texts = input.texts("tenants")?;
    Some(Chosen::These(slugs(input, &texts)))
}

/// Reads whom to invite; `picked` are the customers that were ticked, where it is a form.
pub fn new_staff(mut input: Input, picked: Option<&[String]>) -> Result<NewStaff, Vec<FieldError>> {
    let (email, role) = (input.parse::<EmailAddress>("email"), role(&input));
    let name = input.name("name").unwrap_or_default();
    let customers = match picked {
        Some(picked) => ticked(&mut input, picked),
        None => listed(&mut input).unwrap_or(Chosen::All),
    };
    let new = email.zip(role).map(|(email, role)| NewStaff { email, name, role, customers });
    input.finish(new)
}

/// Reads a change of somebody of the staff.
pub fn staff_change(mut input: Input, picked: Option<&[String]>) -> Result<StaffChange, Vec<FieldError>> {
    let role = role(&input);
    let customers = match picked {
        Some(picked) => Some(ticked(&mut input, picked)),
        None => listed(&mut input),
    };
    input.finish(Some(StaffChange { role, customers }))
}
