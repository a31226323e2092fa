//! One variant, and what it becomes in each function.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::{Fields, Ident, Type};

use crate::rule::Rule;

/// A variant with its rule.
pub struct Variant {
    path: TokenStream,
    /// What matches it and names its fields.
    pattern: TokenStream,
    /// The fields that have names, or `_0` and so on.
    names: Vec<Ident>,
    is_named: bool,
    rule: Rule,
    /// The type of its only field, where that is marked `#[from]`.
    from: Option<Type>,
}

impl Variant {
    /// The variant at `path`.
    pub fn new(path: TokenStream, rule: Rule, fields: &Fields) -> syn::Result<Self> {
        let names: Vec<Ident> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| field.ident.clone().unwrap_or_else(|| format_ident!("_{at}")))
            .collect();
        let is_named = matches!(fields, Fields::Named(_));
        let pattern = match fields {
            Fields::Unit => path.clone(),
            Fields::Named(_) => quote!(#path { #(#names),* }),
            Fields::Unnamed(_) => quote!(#path(#(#names),*)),
        };
        if rule.is_transparent && names.len() != 1 {
            return Err(syn::Error::new_spanned(&path, "a transparent variant has one field"));
        }
        let from = fields.iter().find(|field| field.attrs.iter().any(|found| found.path().is_ident("from")));
        let from = from.map(|field| field.ty.clone());
        Ok(Self { path, pattern, names, is_named, rule, from })
    }

    /// An arm with all fields in reach.
    fn arm(&self, does: &TokenStream) -> TokenStream {
        let pattern = &self.pattern;
        quote! {
            #[allow(unused_variables, reason = "each function needs some of the fields")]
            #pattern => { #does }
        }
    }

    fn inner(&self) -> Option<&Ident> {
        self.rule.is_transparent.then(|| self.names.first()).flatten()
    }

    /// An arm of what the only field says.
    fn delegated(&self, trait_name: &str, function: &str) -> Option<TokenStream> {
        let inner = self.inner()?;
        let (trait_name, function) = (format_ident!("{trait_name}"), format_ident!("{function}"));
        Some(self.arm(&quote!(::kernel::#trait_name::#function(#inner))))
    }

    fn missing(&self, what: &str) -> syn::Error {
        syn::Error::new_spanned(&self.path, format!("{what} is missing"))
    }

    pub fn kind(&self) -> syn::Result<TokenStream> {
        if let Some(arm) = self.delegated("Coded", "kind") {
            return Ok(arm);
        }
        let kind = self.rule.kind.as_ref().ok_or_else(|| self.missing("the kind of the error"))?;
        Ok(self.arm(&quote!(::kernel::ErrorKind::#kind)))
    }

    pub fn code(&self) -> syn::Result<TokenStream> {
        if let Some(arm) = self.delegated("Coded", "code") {
            return Ok(arm);
        }
        let code = self.rule.code.as_ref().ok_or_else(|| self.missing("the code of the error"))?;
        Ok(self.arm(&code.to_token_stream()))
    }

    /// The key of the text: that of `explain` as it stands, that of `coded` with `error-` before it.
    fn key(&self) -> Option<String> {
        let code = self.rule.text.as_ref().or(self.rule.code.as_ref())?.value();
        Some(if self.rule.kind.is_some() { format!("error-{code}") } else { code })
    }

    pub fn message(&self) -> TokenStream {
        if let Some(arm) = self.delegated("Explain", "message") {
            return arm;
        }
        let Some(key) = self.key() else {
            return self.missing("the key of the text").into_compile_error();
        };
        let named = || self.names.iter().map(|name| (name.clone(), name.to_token_stream())).collect();
        let values: Vec<(Ident, TokenStream)> = match &self.rule.values {
            Some(values) => {
                values.iter().map(|(name, value)| (name.clone(), value.to_token_stream())).collect()
            }
            None if self.is_named => named(),
            None => Vec::new(),
        };
        let values = values.iter().map(|(name, value)| {
            let name = name.to_string();
            quote!(.with(#name, ::kernel::message::ToValue::to_value(&#value)))
        });
        self.arm(&quote!(::kernel::Message::new(#key) #(#values)*))
    }

    /// What the log says.
    pub fn display(&self) -> TokenStream {
        let delegated = self.inner().map(|inner| self.arm(&quote!(::std::fmt::Display::fmt(#inner, f))));
        delegated.unwrap_or_else(|| {
            self.arm(&quote!(::std::fmt::Display::fmt(&::kernel::Explain::message(self), f)))
        })
    }

    pub fn source(&self) -> Option<TokenStream> {
        let inner = self.inner()?;
        Some(self.arm(&quote!(::std::error::Error::source(#inner))))
    }

    pub fn from(&self, whole: &Ident) -> Option<TokenStream> {
        let (from, path) = (self.from.as_ref()?, &self.path);
        Some(quote! {
            #[automatically_derived]
            impl From<#from> for #whole {
                fn from(error: #from) -> Self {
                    #path(error)
                }
            }
        })
    }

    pub fn fields(&self) -> Option<TokenStream> {
        if let Some(arm) = self.delegated("Coded", "fields") {
            return Some(arm);
        }
        if let Some(fields) = &self.rule.fields {
            return Some(self.arm(&quote!(::kernel::error::ToFields::to_fields(#fields))));
        }
        let field = self.rule.field.as_ref()?;
        let code = self.rule.field_code.as_ref().or(self.rule.code.as_ref())?;
        Some(self.arm(&quote! {
            let message = ::kernel::Explain::message(self).of_field();
            vec![::kernel::FieldError::new(String::from(#field), #code, message)]
        }))
    }

    pub fn again_at(&self) -> Option<TokenStream> {
        if let Some(arm) = self.delegated("Coded", "again_at") {
            return Some(arm);
        }
        let time = self.rule.again_at.as_ref()?;
        Some(self.arm(&quote!(Some(#time))))
    }
}
