//! The form of a partner, for making and for changing one.

use i18n::Words;
use kernel::DomainName;
use maud::{Markup, html};
use web::draft::{self, Draft, filled};
use web::ui::{self, Field, FieldKind};

use crate::model::Partner;

/// The form, by which its fields are told from others.
pub const FORM: &str = "partner";

/// The names of all fields.
pub const NAMES: &[&str] = &[
    "name",
    "slug",
    "domain",
    "marginPct",
    "contactInfo.name",
    "contactInfo.email",
    "contactInfo.phone",
    "billingInfo.company",
    "billingInfo.vatId",
    "billingInfo.country",
    "billingInfo.email",
];

/// The fields with their values, in groups. Without a partner there are those that can't be changed later.
fn groups(w: &Words, partner: Option<&Partner>) -> Vec<(&'static str, Vec<Field>)> {
    let value = |of: fn(&Partner) -> Option<String>| partner.and_then(of).unwrap_or_default();
    let field = |name: &str, label: &str, value: String| Field::new(name, w.t(label)).value(value);
    let name = field("name", "partner-name", value(|it| Some(it.name.clone())));
    let is_new = partner.is_none();
    let proposes = is_new.then(|| "slug".to_owned());
    let mut who = vec![Field { autofocus: is_new, proposes, ..name }];
    if is_new {
        let slug = field("slug", "partner-slug", String::new()).help(w.t("partner-slug-help"));
        who.push(Field { exact: true, ..slug });
    }
    let domain = field("domain", "partner-domain", value(|it| it.domain.as_ref().map(DomainName::unicode)));
    who.push(Field { exact: true, ..domain.help(w.t("partner-domain-help")).optional() });
    let margin = field("marginPct", "partner-margin", value(|it| Some(it.margin.to_string())));
    let margin = Field { inputmode: Some("decimal"), suffix: Some("%".to_owned()), ..margin };
    who.push(margin.help(w.t("partner-margin-help")).optional());
    let contact = vec![
        field("contactInfo.name", "partner-contact-name", value(|it| it.contact.name.clone())).optional(),
        field("contactInfo.email", "partner-contact-email", value(|it| it.contact.email.clone()))
            .kind(FieldKind::Email)
            .optional(),
        field("contactInfo.phone", "partner-contact-phone", value(|it| it.contact.phone.clone())).optional(),
    ];
    let billing = vec![
        field("billingInfo.company", "partner-billing-company", value(|it| it.billing.company.clone()))
            .optional(),
        field("billingInfo.vatId", "partner-billing-vat", value(|it| it.billing.vat_id.clone())).optional(),
        field("billingInfo.country", "partner-billing-country", value(|it| it.billing.country.clone()))
            .help(w.t("partner-billing-country-help"))
            .optional(),
        field("billingInfo.email", "partner-billing-email", value(|it| it.billing.email.clone()))
            .kind(FieldKind::Email)
            .optional(),
    ];
    vec![("partner-form-who", who), ("partner-form-contact", contact), ("partner-form-billing", billing)]
}

/// The fields, with what was typed and what is wrong with it.
pub fn fields(w: &Words, partner: Option<&Partner>, draft: Option<&Draft>) -> Markup {
    let groups = groups(w, partner);
    let all: Vec<&Field> = groups.iter().flat_map(|(_, fields)| fields).collect();
    html! {
        (draft::said(w, &w.t("partner-not-done"), draft, FORM, &all))
        @for (title, fields) in &groups {
            fieldset class="stack" {
                legend { (w.t(title)) }
                @for field in fields { (ui::field(w, &filled(draft, FORM, field.clone()))) }
            }
        }
    }
}
