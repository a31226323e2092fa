//! What may be sent to make or change a tenant, by form and by JSON alike.

use kernel::input::Shape::{Integer, Label, Name, Object, Raw, Text, Word};
use kernel::input::{Field, Input};
use kernel::{EmailAddress, FieldError, Message, PartnerId, Slug};
use tenants::{BillingInfo, FirstOwner, MOST_NAME, MOST_SEATS, MOST_STORAGE, NewTenant, Plan, TenantChange};

const BILLING: &[Field] = &[
    Field::optional("company", Label(200), "The company's legal name."),
    Field::optional("vatId", Text(20), "The company's VAT number."),
    Field::optional("country", Text(2), "ISO 3166 code of its country, such as DK."),
    Field::optional("email", Text(254), "The email address for invoices."),
];

const OWNER: &[Field] = &[
    Field::required("email", Text(254), "The first owner's email address. They are invited by mail."),
    Field::optional("name", Label(200), "Their name; it follows their account."),
];

const SLUG: Field =
    Field::required("slug", Text(40), "Lower-case name for addresses. It can't be changed later.");
const NAME: Field = Field::required("name", Name(MOST_NAME), "The name that people see, in any script.");
const INDUSTRY: Field = Field::optional("industry", Label(80), "The customer's industry.");
const PLAN: Field = Field::required("plan", Word(Plan::WORDS), "The plan.");
const SEATS: Field = Field::required("seats", Integer(1, MOST_SEATS), "For how many people.");
const STORAGE: Field = Field::optional(
    "storageBytes",
    Integer(1, MOST_STORAGE),
    "Storage in bytes. Null means the storage of plan and seats.",
);
const DOMAIN: Field =
    Field::optional("primaryDomain", Text(253), "Its mail domain, in Unicode or ASCII form.");
const PARTNER: Field = Field::optional("partnerId", Text(40), "The partner whose customer it is.");
const BILLING_INFO: Field = Field::optional("billingInfo", Object(BILLING), "The billing info.");
const FIRST_OWNER: Field = Field::optional("owner", Object(OWNER), "Its first owner.");

/// The fields of a new tenant.
pub const CREATE: &[Field] = &[SLUG, NAME, INDUSTRY, PLAN, SEATS, DOMAIN, PARTNER, BILLING_INFO, FIRST_OWNER];

const fn may(field: Field) -> Field {
    Field { required: false, ..field }
}

/// The fields of a change. `plan`, `seats`, `storageBytes`, `partnerId` and `primaryDomain` are the operator's.
pub const CHANGE: &[Field] =
    &[may(NAME), INDUSTRY, may(PLAN), may(SEATS), STORAGE, DOMAIN, PARTNER, BILLING_INFO];

/// The field of a form that asks for the name before it can't be undone.
pub const CONFIRM: &[Field] = &[Field::optional("confirm", Raw(MOST_NAME), "The name of the workspace.")];

/// The fields of a form by which an operator lets removals go on, which asks for the name too.
pub const COUNTED_AND_CONFIRMED: &[Field] = &[provisioning::COUNTED[0], CONFIRM[0]];

fn billing(input: &mut Input) -> Option<BillingInfo> {
    input.object("billingInfo", BILLING, |inner| BillingInfo {
        company: inner.name("company"),
        vat_id: inner.text("vatId").filter(|text| !text.is_empty()),
        country: inner.read("country", country),
        email: inner.parse::<EmailAddress>("email").map(|address| address.to_string()),
    })
}

fn country(text: &str) -> Result<String, Message> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if is_code { Ok(text.to_ascii_uppercase()) } else { Err(Message::new("input-country")) }
}

fn plan(input: &Input) -> Option<Plan> {
    input.text("plan").as_deref().and_then(Plan::parse)
}

/// Reads a new tenant.
pub fn new_tenant(mut input: Input) -> Result<NewTenant, Vec<FieldError>> {
    let (slug, name, plan, seats) =
        (input.parse::<Slug>("slug"), input.name("name"), plan(&input), input.integer("seats"));
    let industry = input.name("industry");
    let partner = input.parse::<PartnerId>("partnerId");
    let primary_domain = input.read("primaryDomain", kernel::DomainName::typed);
    let billing_info = billing(&mut input).unwrap_or_default();
    let owner = input
        .object("owner", OWNER, |inner| inner.parse("email").map(|email| FirstOwner { email }))
        .flatten();
    let tenant = (|| {
        Some(NewTenant {
            slug: slug?,
            name: name?,
            industry,
            plan: plan?,
            seats: seats?,
            partner,
            primary_domain,
            billing_info,
            owner,
        })
    })();
    input.finish(tenant)
}

/// Reads a change.
pub fn tenant_change(mut input: Input) -> Result<TenantChange, Vec<FieldError>> {
    let clears =
        |input: &Input, field: &str| input.has(field) && input.text(field).is_none_or(|text| text.is_empty());
    let industry = if clears(&input, "industry") { Some(None) } else { input.name("industry").map(Some) };
    let partner = if clears(&input, "partnerId") { Some(None) } else { input.parse("partnerId").map(Some) };
    let cleared = input.is_null("billingInfo");
    let change = TenantChange {
        name: input.name("name"),
        industry,
        billing_info: if cleared { Some(BillingInfo::default()) } else { billing(&mut input) },
        plan: plan(&input),
        seats: input.integer("seats"),
        storage_quota: if input.is_null("storageBytes") {
            Some(None)
        } else {
            input.integer("storageBytes").map(Some)
        },
        partner,
        primary_domain: input.read("primaryDomain", kernel::DomainName::typed),
    };
    input.finish(Some(change))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_tenant_is_read_with_names_intact() {
        let body = json!({"slug": "aeroe", "name": "Ærø Bogføring ApS ☕", "plan": "business", "seats": 25,
            "primaryDomain": "Ærø.test", "owner": {"email": "Anna@Aeroe.test"}});
        let tenant = new_tenant(Input::of_json(body, CREATE)).unwrap();
        assert_eq!(tenant.name, "Ærø Bogføring ApS ☕");
        assert_eq!(tenant.primary_domain.unwrap().unicode(), "ærø.test");
        assert_eq!(tenant.owner.unwrap().email.to_string(), "anna@aeroe.test");
    }

    #[test]
    fn every_bad_field_of_a_new_tenant_is_named() {
        let body = json!({"slug": "No", "name": "", "plan": "gold", "seats": 0, "primaryDomain": "x",
            "billingInfo": {"country": "Denmark", "iban": "1"}, "owner": {"email": "x"}, "colour": "red"});
        let errors = new_tenant(Input::of_json(body, CREATE)).unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        let expected = [
            "billingInfo.country",
            "billingInfo.iban",
            "colour",
            "name",
            "owner.email",
            "plan",
            "primaryDomain",
            "seats",
            "slug",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_change_tells_what_only_operators_may_do() {
        let change = |body| tenant_change(Input::of_json(body, CHANGE)).unwrap();
        assert!(!change(json!({"name": "Acme", "industry": null})).needs_operator());
        assert!(change(json!({"seats": 5})).needs_operator());
        assert_eq!(change(json!({"partnerId": null})).partner, Some(None));
    }
}
