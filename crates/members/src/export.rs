//! The list of members as a file, made while it is sent. Nothing in it begins a formula, whichever mark the reader's
//! spreadsheet takes for the end of a cell.

use access::{Granted, ManageMembers};
use addresses::Mailbox;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use kernel::{Cursor, Timestamp};
use memberships::Error;
use people::Why;
use people_file::begins_formula;
use web::openapi::Operation;
use web::{Failure, Mount, Query, Right, Routes};

use crate::api::MemberQuery;
use crate::listing::{Listed, SecondFactor, Wanted};
use crate::reads::Details;
use crate::service::Members;

/// Members that are read at a time.
const READ: u64 = 200;
const HEAD: [&str; 12] = [
    "name",
    "email",
    "role",
    "mailbox",
    "mailboxAddress",
    "status",
    "mfa",
    "mailboxUsedBytes",
    "mailboxQuotaBytes",
    "passwordDueSince",
    "lastSignInAt",
    "createdAt",
];

pub fn routes(members: &Members) -> Vec<Routes> {
    let summary = "The members of a tenant as CSV, with the list's filters";
    let api = Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/users.csv", export)
        .doc(Operation::new("Members", summary).file("text/csv"))
        .with_state(members.clone());
    let portal = Routes::new(Mount::Portal).get("/admin/{slug}/members.csv", export);
    vec![api, portal.with_state(members.clone())]
}

/// What a spreadsheet knows UTF-8 by.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A file of rows that any spreadsheet reads as it was meant: marked as UTF-8, no cell a formula.
pub fn csv_file(rows: &[Vec<String>]) -> Result<Bytes, Error> {
    let guarded: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| guarded(cell)).collect()).collect();
    Ok([MARK, &written(&guarded)?].concat().into())
}

/// A text with a quote before what would begin a formula: at its beginning, and after what a spreadsheet of another
/// country takes for the end of a cell.
fn guarded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for letter in text.chars() {
        if begins && begins_formula(letter) {
            safe.push('\'');
        }
        begins = match letter {
            ';' | '\t' | '\r' | '\n' => true,
            ' ' | '"' => begins,
            _ => false,
        };
        safe.push(letter);
    }
    safe
}

/// What is not known is `unknown`, and what there is none of is empty.
fn cells(details: &Details) -> [String; 12] {
    let Details { member, live, .. } = details;
    let (used, quota) = match live.mail {
        Ok(mail) => (mail.used.to_string(), mail.quota.map(|quota| quota.to_string()).unwrap_or_default()),
        Err(Why::NoMailbox) => (String::new(), String::new()),
        Err(_) => ("unknown".to_owned(), "unknown".to_owned()),
    };
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let mailbox = member.mailbox.as_ref();
    [
        member.name.clone(),
        member.email.clone(),
        member.role.as_str().to_owned(),
        mailbox.map(|mailbox| mailbox.local.as_str().to_owned()).unwrap_or_default(),
        mailbox.and_then(Mailbox::address).unwrap_or_default(),
        member.status().as_str().to_owned(),
        SecondFactor::of(live.second_factor).as_str().to_owned(),
        used,
        quota,
        time(member.password_due_since),
        time(member.last_sign_in_at),
        member.created_at.to_string(),
    ]
}

fn written(rows: &[Vec<String>]) -> Result<Bytes, Error> {
    let damaged = |why: String| Error::Db(db::Error::damaged("members", why));
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| damaged(error.to_string()))?;
    }
    Ok(writer.into_inner().map_err(|error| damaged(error.to_string()))?.into())
}

/// What is yet to be sent.
struct Rest {
    members: Members,
    by: Granted<ManageMembers>,
    wanted: Wanted,
    after: Option<Cursor>,
    begun: bool,
    over: bool,
}

impl Rest {
    async fn next(&mut self) -> Result<Bytes, Error> {
        let Listed { page, why, .. } =
            self.members.page(&self.by, &self.wanted, self.after.as_ref(), READ).await?;
        // A file of those without a second factor must not leave out whom nobody could ask about.
        if why.is_some() && self.wanted.second_factor != Some(SecondFactor::Unknown) {
            return Err(Error::FactorsUnknown);
        }
        let head = (!self.begun).then(|| HEAD.map(str::to_owned).to_vec());
        let rows = page.items.iter().map(|details| cells(details).map(|cell| guarded(&cell)).to_vec());
        let rows: Vec<Vec<String>> = head.into_iter().chain(rows).collect();
        self.begun = true;
        self.over = page.next.is_none();
        self.after = page.next;
        written(&rows)
    }
}

async fn export(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Query(query): Query<MemberQuery>,
) -> Result<Response, Failure> {
    let name = format!("attachment; filename=\"{}-members.csv\"", by.scope().slug);
    let wanted = query.wanted()?;
    let mut rest = Rest { members, by, wanted, after: None, begun: false, over: false };
    // What can't be told is said before the file begins.
    let first = rest.next().await?;
    let chunks = stream::try_unfold(rest, |mut rest| async move {
        if rest.over { Ok::<_, Error>(None) } else { Ok(Some((rest.next().await?, rest))) }
    });
    let mark = Bytes::from_static(MARK);
    let chunks = stream::iter([Ok(mark), Ok(first)]).chain(chunks);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_whatever_ends_one() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("＝1+1", "'＝1+1"),
            ("Anna;＋1", "Anna;'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            (" =1", " '=1"),
            ("Anna;=1+1", "Anna;'=1+1"),
            ("Anna; \"=1+1", "Anna; \"'=1+1"),
            ("Anna\n-1", "Anna\n'-1"),
            ("Anna-Marie; B", "Anna-Marie; B"),
        ] {
            assert_eq!(guarded(cell), safe, "{cell}");
        }
        let rows = [vec!["Anna, \"B\"".to_owned(), "7".to_owned()]];
        let text = String::from_utf8(written(&rows).unwrap().to_vec()).unwrap();
        assert_eq!(text, "\"Anna, \"\"B\"\"\",\"7\"\n", "each cell is quoted");
    }
}
