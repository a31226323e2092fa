//! What an attribute says of a variant.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token, parenthesized};

/// The rule of a variant.
#[derive(Default)]
pub struct Rule {
    /// All of it is what the only field says.
    pub is_transparent: bool,
    /// The variant of `ErrorKind`.
    pub kind: Option<Ident>,
    /// The code; in `explain`, the key of the text.
    pub code: Option<LitStr>,
    /// The end of another text's key.
    pub text: Option<LitStr>,
    /// The field at fault.
    pub field: Option<Expr>,
    /// Its code, where that isn't the error's.
    pub field_code: Option<LitStr>,
    /// The fields at fault, where they come with the error.
    pub fields: Option<Expr>,
    /// The values of the text.
    pub values: Option<Vec<(Ident, Expr)>>,
    /// When the same is worth trying again.
    pub again_at: Option<Expr>,
}

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut rule = Self::default();
        while !input.is_empty() {
            rule.part(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(rule)
    }
}

impl Rule {
    fn part(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.code = Some(input.parse()?);
            return Ok(());
        }
        let name: Ident = input.parse()?;
        if name == "values" {
            self.values = Some(values(input)?);
            return Ok(());
        }
        if !input.peek(Token![=]) {
            if name == "transparent" {
                self.is_transparent = true;
            } else {
                self.kind = Some(name);
            }
            return Ok(());
        }
        input.parse::<Token![=]>()?;
        match name.to_string().as_str() {
            "text" => self.text = Some(input.parse()?),
            "field" => self.field = Some(input.parse()?),
            "field_code" => self.field_code = Some(input.parse()?),
            "fields" => self.fields = Some(input.parse()?),
            "again_at" => self.again_at = Some(input.parse()?),
            _ => return Err(syn::Error::new(name.span(), "unknown; see the documentation of kernel-derive")),
        }
        Ok(())
    }
}

/// `(name = expression, ..)`.
fn values(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, Expr)>> {
    let inner;
    parenthesized!(inner in input);
    let pair = |input: ParseStream<'_>| -> syn::Result<(Ident, Expr)> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok((name, input.parse()?))
    };
    Ok(Punctuated::<_, Token![,]>::parse_terminated_with(&inner, pair)?.into_iter().collect())
}
