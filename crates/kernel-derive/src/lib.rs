//! Derives of `kernel::Explain` and `kernel::Coded`: what an error means, what it is called and which values its text
//! needs stand on the variant. The texts are in the catalogues. Both derive `Display` (for logs: the key and the values)
//! and `Error` with it.
//!
//! ```ignore
//! #[derive(Debug, Coded)]
//! pub enum Error {
//!     /// The input breaks rules.
//!     #[coded(Invalid, "invalid-input", fields = _0)]
//!     Invalid(Vec<FieldError>),
//!     /// The workspace has it already.
//!     #[coded(Conflict, "domain-known", field = "name", values(most = _0.most), again_at = _0.again_at)]
//!     Known(Spent),
//!     /// The right is missing.
//!     #[coded(transparent)]
//!     Access(#[from] access::Error),
//! }
//! ```
//! The text is `error-domain-known` of the catalogue, its `.advice` what to do, its `.field` what is said beside the
//! field. `text = ".."` names another text than the code's, `field_code = ".."` another code for the field. Fields of a
//! tuple are `_0`, `_1`; those of a struct have their names, and are all values where no `values(..)` says which.

#![warn(missing_docs)]

mod rule;
mod variant;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, parse_macro_input};

use crate::rule::Rule;
use crate::variant::Variant;

/// Derives `Explain`, `Display` and `Error`; see the crate.
#[proc_macro_derive(Explain, attributes(explain, from))]
pub fn explain(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    variants(&input, "explain")
        .map_or_else(syn::Error::into_compile_error, |all| explained(&input, &all))
        .into()
}

/// Derives `Coded`, and what it stands on: `Explain`, `Display` and `Error`; see the crate.
#[proc_macro_derive(Coded, attributes(coded, from))]
pub fn coded(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let all = variants(&input, "coded").and_then(|all| {
        let coded = coded_of(&input, &all)?;
        let explained = explained(&input, &all);
        Ok(quote!(#explained #coded))
    });
    all.unwrap_or_else(syn::Error::into_compile_error).into()
}

/// The variants with their rules; of a struct, itself.
fn variants(input: &DeriveInput, attribute: &str) -> syn::Result<Vec<Variant>> {
    let of = |name: &syn::Ident, path: TokenStream, attributes: &[syn::Attribute], fields: &Fields| {
        let rule = attributes.iter().find(|found| found.path().is_ident(attribute));
        let rule =
            rule.ok_or_else(|| syn::Error::new(name.span(), format!("`#[{attribute}(..)]` is missing")))?;
        Variant::new(path, rule.parse_args::<Rule>()?, fields)
    };
    match &input.data {
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let name = &variant.ident;
                of(name, quote!(Self::#name), &variant.attrs, &variant.fields)
            })
            .collect(),
        Data::Struct(data) => Ok(vec![of(&input.ident, quote!(Self), &input.attrs, &data.fields)?]),
        Data::Union(_) => Err(syn::Error::new(input.ident.span(), "a union has no meaning")),
    }
}

fn explained(input: &DeriveInput, all: &[Variant]) -> TokenStream {
    let name = &input.ident;
    let messages = all.iter().map(Variant::message);
    let displays = all.iter().map(Variant::display);
    let sources = all.iter().filter_map(Variant::source);
    let froms = all.iter().filter_map(|variant| variant.from(name));
    quote! {
        #[automatically_derived]
        impl ::kernel::Explain for #name {
            fn message(&self) -> ::kernel::Message {
                match self { #(#messages)* }
            }
        }

        #[automatically_derived]
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self { #(#displays)* }
            }
        }

        #[automatically_derived]
        impl ::std::error::Error for #name {
            #[allow(unreachable_patterns, reason = "where all variants have a source")]
            fn source(&self) -> Option<&(dyn ::std::error::Error + 'static)> {
                match self { #(#sources)* _ => None }
            }
        }

        #(#froms)*
    }
}

fn coded_of(input: &DeriveInput, all: &[Variant]) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let kinds = all.iter().map(Variant::kind).collect::<syn::Result<Vec<_>>>()?;
    let codes = all.iter().map(Variant::code).collect::<syn::Result<Vec<_>>>()?;
    let fields = all.iter().filter_map(Variant::fields);
    let times = all.iter().filter_map(Variant::again_at);
    Ok(quote! {
        #[automatically_derived]
        impl ::kernel::Coded for #name {
            fn kind(&self) -> ::kernel::ErrorKind {
                match self { #(#kinds)* }
            }

            fn code(&self) -> &'static str {
                match self { #(#codes)* }
            }

            #[allow(unreachable_patterns, reason = "where all variants have fields")]
            fn fields(&self) -> Vec<::kernel::FieldError> {
                match self { #(#fields)* _ => Vec::new() }
            }

            #[allow(unreachable_patterns, reason = "where all variants have a time")]
            fn again_at(&self) -> Option<::kernel::Timestamp> {
                match self { #(#times)* _ => None }
            }
        }
    })
}
