//! Queries of addresses, read against tables of fields like bodies: each parameter has its limit, and the same table
//! documents it. No handler can read a query in another way, for [`Argument`](crate::argument::Argument) knows none.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::FieldError;
use kernel::input::Input;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// What a parameter may hold; fields of bodies say it in the same way.
pub use kernel::input::Field as Parameter;

/// Tables of parameters.
pub type Tables = &'static [&'static [Parameter]];

/// A query, as texts.
pub trait Parameters: DeserializeOwned {
    /// The parameters; any other is left out.
    const TABLES: Tables;
}

/// The query of an address, checked.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Parameters, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        read(pairs).map(Self)
    }
}

fn read<T: Parameters>(pairs: Vec<(String, String)>) -> Result<T, Failure> {
    let input = Input::of_query(pairs, T::TABLES);
    let values = input.into_checked().map_err(Failure::invalid)?;
    serde_json::from_value(values.into()).map_err(|error| {
        tracing::error!(%error, "a query has parameters that are no texts");
        Failure::invalid(vec![FieldError::of("", "unreadable", "input-query")])
    })
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;
    use kernel::input::Shape;
    use serde::Deserialize;

    use super::*;
    use crate::list::{ListQuery, PAGING};

    #[derive(Debug, Deserialize)]
    struct Wanted {
        q: Option<String>,
        #[serde(flatten)]
        list: ListQuery,
    }

    impl Parameters for Wanted {
        const TABLES: Tables = &[&[Parameter::optional("q", Shape::Search, "What to look for.")], PAGING];
    }

    fn asked(query: &str) -> Result<Wanted, Failure> {
        read(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    #[test]
    fn what_is_in_the_tables_is_read_and_what_is_not_is_left_out() {
        let wanted = asked("limit=5&utm=x&q=a+b&q=c%20d").unwrap();
        assert_eq!((wanted.q.as_deref(), wanted.list.limit.as_deref()), (Some("c d"), Some("5")));
        assert_eq!(asked("").unwrap().list.cursor, None);
    }

    #[test]
    fn too_much_is_refused_by_the_parameter_s_name() {
        for (name, text) in [("q", "a ".repeat(50)), ("q", "b".repeat(5000)), ("cursor", "c".repeat(5000))] {
            let failure = asked(&format!("{name}={}", text.replace(' ', "+"))).unwrap_err();
            assert_eq!((failure.kind, failure.fields[0].field.as_str()), (ErrorKind::Invalid, name));
        }
    }
}
