//! What may be sent, by form and by JSON alike.

use kernel::input::Shape::{Label, Name, Object, Raw, Text};
use kernel::input::{Field, Input};
use kernel::{DomainName, EmailAddress, FieldError, Message, Slug};
use tenants::BillingInfo;

use crate::model::{ContactInfo, MOST_NAME, Margin, NewPartner, PartnerChange};

const CONTACT: &[Field] = &[
    Field::optional("name", Label(120), "Whom to ask for."),
    Field::optional("email", Text(254), "Their email address."),
    Field::optional("phone", Text(40), "Their phone number."),
];

const BILLING: &[Field] = &[
    Field::optional("company", Label(200), "The company's legal name."),
    Field::optional("vatId", Text(20), "The company's VAT number."),
    Field::optional("country", Text(2), "ISO 3166 code of its country, such as DK."),
    Field::optional("email", Text(254), "The email address for invoices."),
];

const SLUG: Field =
    Field::required("slug", Text(40), "Lower-case name for addresses. It can't be changed later.");
const NAME: Field = Field::required("name", Name(MOST_NAME), "The name that people see, in any script.");
const DOMAIN: Field = Field::optional("domain", Text(253), "The partner's own domain.");
const MARGIN: Field = Field::optional(
    "marginPct",
    Text(6),
    "The partner's margin in per cent, as a decimal string of two places such as `12.50`.",
);
const CONTACT_INFO: Field = Field::optional("contactInfo", Object(CONTACT), "Whom to talk to.");
const BILLING_INFO: Field = Field::optional("billingInfo", Object(BILLING), "The billing info.");

/// The fields of a new partner.
pub const CREATE: &[Field] = &[SLUG, NAME, DOMAIN, MARGIN, CONTACT_INFO, BILLING_INFO];
/// The fields of a change.
pub const CHANGE: &[Field] = &[Field { required: false, ..NAME }, DOMAIN, MARGIN, CONTACT_INFO, BILLING_INFO];
/// The field of a form that asks for the name before it can't be undone.
pub const CONFIRM: &[Field] = &[Field::optional("confirm", Raw(MOST_NAME), "The name of the partner.")];
/// The tenant that is attached.
pub const ATTACH: &[Field] = &[Field::required("slug", Text(40), "The tenant's slug.")];

fn country(text: &str) -> Result<String, Message> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if is_code { Ok(text.to_ascii_uppercase()) } else { Err(Message::new("input-country")) }
}

fn given(inner: &Input, field: &str) -> Option<String> {
    inner.text(field).filter(|text| !text.is_empty())
}

fn contact(input: &mut Input) -> Option<ContactInfo> {
    input.object("contactInfo", CONTACT, |inner| ContactInfo {
        name: inner.name("name"),
        email: inner.parse::<EmailAddress>("email").map(|address| address.to_string()),
        phone: given(inner, "phone"),
    })
}

fn billing(input: &mut Input) -> Option<BillingInfo> {
    input.object("billingInfo", BILLING, |inner| BillingInfo {
        company: inner.name("company"),
        vat_id: given(inner, "vatId"),
        country: inner.read("country", country),
        email: inner.parse::<EmailAddress>("email").map(|address| address.to_string()),
    })
}

/// Reads a new partner.
pub fn new_partner(mut input: Input) -> Result<NewPartner, Vec<FieldError>> {
    let (slug, name) = (input.parse::<Slug>("slug"), input.name("name"));
    let domain = input.read("domain", DomainName::typed);
    let margin = input.parse::<Margin>("marginPct").unwrap_or_default();
    let (contact, billing) = (contact(&mut input), billing(&mut input));
    let partner = slug.zip(name).map(|(slug, name)| NewPartner {
        slug,
        name,
        domain,
        margin,
        contact: contact.unwrap_or_default(),
        billing: billing.unwrap_or_default(),
    });
    input.finish(partner)
}

/// Reads a change. Null clears what may be without a value.
pub fn partner_change(mut input: Input) -> Result<PartnerChange, Vec<FieldError>> {
    let change = PartnerChange {
        name: input.name("name"),
        domain: if input.is_null("domain") {
            Some(None)
        } else {
            input.read("domain", DomainName::typed).map(Some)
        },
        margin: if input.is_null("marginPct") { Some(Margin::default()) } else { input.parse("marginPct") },
        contact: if input.is_null("contactInfo") {
            Some(ContactInfo::default())
        } else {
            contact(&mut input)
        },
        billing: if input.is_null("billingInfo") {
            Some(BillingInfo::default())
        } else {
            billing(&mut input)
        },
    };
    input.finish(Some(change))
}
